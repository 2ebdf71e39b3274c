import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AutologError } from 'ax-autolog';
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { DecoyHome } from './fuzz/harness/decoy-home.js';
import { judge, judgeError } from './fuzz/harness/judge.js';
import { prototypes, repairPrototypes } from './fuzz/harness/prototypes.js';
import { fuzz, summary } from './fuzz/harness/watch.js';
import { HostileJournals } from './fuzz/journal/hostile-journal.js';

const SEED = 20_261;
const JOURNALS = 2_000;

describe('journals that a stranger may have made', function () {
  this.timeout(600_000);

  it(`are read by every command and sink without harm: ${JOURNALS} of them`, async () => {
    const { findings, journals } = await fuzz({ seed: SEED, from: 0, to: JOURNALS, keep: false });
    expect(journals).to.equal(JOURNALS);
    expect(findings.length, summary(findings, SEED).join('\n')).to.equal(0);
  });
});

describe('an app that starts where a stranger left a run', function () {
  this.timeout(120_000);
  const APP = `
    const { autolog, shutdown } = await import(process.argv[1]);
    autolog({ logCompiles: true });
    await new Promise((resolve) => setTimeout(resolve, 300));
    await shutdown();`;
  const ENTRY = new URL('../../lib/index.js', import.meta.url).href;
  const journals = new HostileJournals(SEED);
  const planted = Array.from({ length: 60 }, (_, index) => index)
    .filter((index) => journals.at(index, ['files', 'files']).planted.length > 1)
    .slice(0, 4);

  for (const index of planted) {
    it(`touches nothing around it, and ends: journal ${index}`, () => {
      const root = mkdtempSync(join(tmpdir(), 'axl-fuzz-'));
      const home = new DecoyHome(root);
      const journal = journals.at(index, ['files', 'files']);
      const runDir = home.receive(journal);
      const own = mkdtempSync(join(tmpdir(), 'axl-home-'));
      const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', APP, ENTRY], {
        cwd: join(home.path, 'project'),
        env: { ...process.env, HOME: own, XDG_STATE_HOME: own },
        encoding: 'utf8',
        timeout: 60_000,
      });
      expect(existsSync(runDir)).to.equal(true);
      expect(judge({ code: status ?? -1, shown: '', problems: stderr }), stderr).to.deep.equal([]);
      expect(home.changes(journal.folder)).to.deep.equal([]);
      for (const folder of [root, own]) rmSync(folder, { recursive: true, force: true });
    });
  }
});

describe("what is said of a stranger's journal", () => {
  let root = '';
  let home: DecoyHome;
  const journal = new HostileJournals(SEED).at(3, ['files', 'mlflow']);

  before(() => {
    root = mkdtempSync(join(tmpdir(), 'axl-fuzz-'));
    home = new DecoyHome(root);
    home.receive(journal);
  });
  after(() => rmSync(root, { recursive: true, force: true }));

  it('is the same whenever the seed is', () => {
    const [one, other] = [new HostileJournals(SEED), new HostileJournals(SEED)];
    for (const index of [0, 17, 1_999]) {
      expect(one.at(index, ['a', 'b'])).to.deep.equal(other.at(index, ['a', 'b']));
    }
    expect(one.at(1, ['a', 'b'])).to.not.deep.equal(new HostileJournals(SEED + 1).at(1, ['a', 'b']));
  });

  it('notices each file that was created, changed or removed around the run, and none inside', () => {
    expect(home.changes(journal.folder)).to.deep.equal([]);
    writeFileSync(join(home.dir, journal.folder, 'inside'), 'x');
    writeFileSync(join(home.out, 'asked for'), 'x');
    expect(home.changes(journal.folder)).to.deep.equal([]);
    writeFileSync(join(home.path, '.bashrc'), 'x');
    writeFileSync(join(home.path, '../outside'), 'x');
    rmSync(join(home.dir, 'victim/artifacts/own.txt'));
    expect(home.changes(journal.folder).sort()).to.deep.equal([
      'outside: changed "/a/b/home/.bashrc"',
      'outside: created "/a/b/outside"',
      'outside: removed "/a/b/home/project/.ax-autolog/victim/artifacts/own.txt"',
    ]);
  });

  it('notices each member of a prototype that was added, changed or removed, and puts it back', () => {
    const before = prototypes();
    const { findLast } = Array.prototype;
    Object.assign(Object.prototype, { polluted: 1 });
    Object.defineProperty(Array.prototype, 'findLast', { value: 1, configurable: true, writable: true });
    Reflect.deleteProperty(String.prototype, 'at');
    const found = repairPrototypes(before);
    expect(found).to.deep.equal([
      "Object has another 'polluted'",
      "Array has another 'findLast'",
      "String has another 'at'",
    ]);
    expect(Array.prototype.findLast).to.equal(findLast);
    expect(repairPrototypes(before)).to.deep.equal([]);
  });

  it('notices errors without a code, what drives a terminal, and what shows a private file', () => {
    const fine = { code: 0, shown: 'a\tb\nc', problems: '' };
    expect(judge(fine)).to.deep.equal([]);
    expect(judge({ ...fine, code: 2, problems: 'AXL_RUN_UNKNOWN: no run' })).to.deep.equal([]);
    for (const bad of [
      { ...fine, code: 1, problems: 'no such file' },
      { ...fine, code: 134, problems: 'AXL_BAD_OPTIONS: x' },
      { ...fine, problems: 'AXL_INTERNAL: x' },
      { ...fine, problems: "AXL_SINK_FAILED: Cannot read properties of undefined (reading 'x')" },
      { ...fine, problems: 'AXL_BAD_OPTIONS: x\n    at f (file:///a.js:1:2)' },
      { ...fine, shown: '\u001b[2J' },
      { ...fine, shown: '\u202egnp' },
      { ...fine, shown: 'PRIVATE-OF-THE-DECOY' },
    ]) {
      expect(judge(bad), JSON.stringify(bad)).to.have.length(1);
    }
    expect(judgeError(new AutologError('AXL_BEST_MISSING', 'none'))).to.deep.equal([]);
    expect(judgeError(new TypeError('x is not a function'))).to.have.length(1);
    expect(judgeError(new AutologError('AXL_INTERNAL', 'x'))).to.have.length(1);
  });
});
