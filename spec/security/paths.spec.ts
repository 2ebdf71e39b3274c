import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { autolog, Evaluate, shutdown, startRun, trackCompile } from 'ax-autolog';
import { files } from 'ax-autolog/plugins/files';
import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { HOSTILE_PATHS } from './hostile-paths.js';

/** What Windows forbids in a name, drops from it or reserves. */
const NOT_ON_WINDOWS = /[<>:"/\\|?*\p{Cc}]|[. ]$|^(?:con|prn|aux|nul|conin\$|conout\$|com[\d¹²³]|lpt[\d¹²³])(?:\.|$)/iu;

const program = { forward: async () => ({ a: 1 }) };
const evaluate = new Evaluate({ devset: [{ q: 1 }], metric: () => 1 });

/** A teleprompter whose trials have any key. */
@trackCompile({ label: 'Keys' })
class Teleprompter {
  constructor(private readonly key: string) {}

  async compile(student: object, _examples: readonly object[]): Promise<object> {
    await evaluated(this.key);
    return student;
  }
}

async function evaluated(metricKey: string): Promise<void> {
  await evaluate.evaluate(program as never, { ai: {} as never, metricKey });
}

describe('hostile names through the public API', function () {
  this.timeout(60_000);
  let root = '';
  let dir = '';

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'ax-autolog-paths-'));
    dir = join(root, 'a/b/c/journal');
  });
  afterEach(async () => {
    await shutdown();
    autolog({ disable: true });
    rmSync(root, { recursive: true, force: true });
  });

  /** Every file and folder below the root, relative to the journal folder. */
  const written = (): string[] =>
    readdirSync(root, { recursive: true, encoding: 'utf8' })
      .map((name) => join(root, name))
      .filter((path) => !dir.startsWith(path))
      .map((path) => relative(dir, path));

  const expectSafe = (): void => {
    const all = written();
    expect(all.filter((path) => path.startsWith('..'))).to.deep.equal([]);
    const names = all.flatMap((path) => path.split(sep));
    expect(names.filter((name) => NOT_ON_WINDOWS.test(name) || Buffer.byteLength(name) > 255)).to.deep.equal([]);
    const folded = all.map((path) => path.normalize('NFC').toUpperCase().toLowerCase());
    expect(new Set(folded).size, 'paths that some file systems take for one').to.equal(all.length);
  };

  it('has over a hundred of them', () => {
    expect(new Set(HOSTILE_PATHS).size).to.equal(HOSTILE_PATHS.length).and.to.be.at.least(100);
  });

  for (const place of ['the journal', 'another folder'] as const) {
    it(`write artifacts into the run's folder in ${place}, each into a file of its own`, async () => {
      autolog({ sinks: [files(place === 'the journal' ? {} : { dir: join(dir, 'files') })], journal: { dir } });
      await startRun({ runName: 'artifacts' }, (run) => {
        for (const [at, path] of HOSTILE_PATHS.entries()) run.logArtifact(path, `artifact ${at}.`);
      });
      await shutdown();
      const base = place === 'the journal' ? dir : join(dir, 'files');
      const [run = ''] = readdirSync(base).filter((name) => name !== '.gitignore');
      const artifacts = join(base, run, 'artifacts');
      const contents = readdirSync(artifacts, { recursive: true, encoding: 'utf8' })
        .map((name) => join(artifacts, name))
        .filter((path) => statSync(path).isFile())
        .map((path) => readFileSync(path, 'utf8'));
      expect(contents.sort()).to.deep.equal(HOSTILE_PATHS.map((_, at) => `artifact ${at}.`).sort());
      expectSafe();
    });
  }

  it('give each run a folder in the journal, whatever its name and id are', async () => {
    autolog({ sinks: [files()], journal: { dir }, logEvals: true, silent: true });
    for (const name of HOSTILE_PATHS) {
      await startRun({ runName: name, runId: name, tags: { [name]: name }, params: { [name]: name } }, (run) => {
        run.setTag(name, name);
        run.logParam(`${name}!`, name);
        run.logMetric(name, 1);
      });
    }
    await shutdown();
    const runs = readdirSync(dir).filter((name) => name !== '.gitignore');
    expect(runs).to.have.length(HOSTILE_PATHS.length);
    expectSafe();
    for (const run of runs) {
      const { tags, name } = JSON.parse(readFileSync(join(dir, run, 'run.json'), 'utf8')) as Named;
      expect(Object.entries(tags)).to.deep.include([name, name]);
    }
  });

  it('give each evaluation and compile a folder in the run, whatever its key is', async () => {
    autolog({ sinks: [files()], journal: { dir }, logEvals: true, silent: true });
    await startRun({ runName: 'keys' }, async () => {
      for (const metricKey of HOSTILE_PATHS) {
        await evaluated(metricKey);
        await new Teleprompter(metricKey).compile(program, [{ q: 1 }]);
      }
    });
    await shutdown();
    const [run = ''] = readdirSync(dir).filter((name) => name !== '.gitignore');
    expect(readdirSync(join(dir, run, 'evals'))).to.have.length(HOSTILE_PATHS.length);
    expect(readdirSync(join(dir, run, 'trials'))).to.have.length(HOSTILE_PATHS.length);
    expectSafe();
  });
});

interface Named {
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
}
