import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { binary } from '../cli/command-line.js';
import { type Ended, runChild } from '../fixtures/child.js';

/** An app with a sink that is fed from the journal. It prints the runs whose events arrive, and every warning. */
function app(dir: string, { isDown = false, runId = '' } = {}): string {
  const evaluate = `await new Evaluate({ devset: [{ q: 1 }], metric: () => 1 }).evaluate({ forward: () => ({ a: 1 }) });`;
  return `
    import { autolog, defineSink, Evaluate, shutdown, startRun } from 'ax-autolog';
    const sink = defineSink({
      name: 'remote',
      delivery: 'journal',
      onBatch: (events) => {
        if (${isDown}) throw new Error('the server is down');
        for (const { type, runId, data } of events) console.log('event', runId, type, data.name ?? '');
      },
    });
    process.on('warning', ({ message }) => console.log('warning', message));
    autolog({ logEvals: true, sinks: [sink, 'files'], journal: { dir: ${JSON.stringify(dir)} } });
    ${runId === '' ? evaluate : `await startRun({ runId: ${JSON.stringify(runId)}, runName: 'mine' }, async () => { ${evaluate} });`}
    ${isDown ? "console.log('evaluated'); setInterval(() => {}, 1000);" : 'await shutdown();'}
  `;
}

describe('a run that was not written here by this user', function () {
  this.timeout(120_000);
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'axl-foreign-'));
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  const journal = (): string => join(home, 'journal');
  const runsIn = (dir: string): string[] => readdirSync(dir).filter((name) => name !== '.gitignore');
  const environment = (state = 'state', key?: string) => ({ XDG_STATE_HOME: join(home, state), AX_AUTOLOG_KEY: key });

  /** Records a run, whose sink takes nothing, and kills the process. Returns the run's id. */
  async function killed(env = environment(), dir = journal()): Promise<string> {
    const before = existsSync(dir) ? runsIn(dir) : [];
    const ended = await runChild(app(dir, { isDown: true }), { env, killWhen: 'evaluated' });
    expect(ended.signal).to.equal('SIGKILL');
    return runsIn(dir).filter((name) => !before.includes(name))[0] ?? '';
  }

  const start = (env = environment(), dir = journal(), runId = ''): Promise<Ended> =>
    runChild(app(dir, { runId }), { env });
  const eventsOf = ({ stdout }: Ended, run: string): string[] =>
    stdout.split('\n').filter((line) => line.startsWith(`event ${run} `));
  const warningsOf = ({ stdout }: Ended): string[] => stdout.split('\n').filter((line) => line.includes('AXL_'));

  function expectForeign(ended: Ended, run: string, command = 'sync '): void {
    expect(ended.code, ended.stderr).to.equal(0);
    expect(eventsOf(ended, run)).to.deep.equal([]);
    const warnings = warningsOf(ended);
    expect(warnings, ended.stdout).to.have.length(1);
    expect(warnings[0]).to.include('AXL_RUN_FOREIGN').and.to.include(run).and.to.include(command);
  }

  function expectDelivered(ended: Ended, run: string): void {
    expect(ended.code, ended.stderr).to.equal(0);
    expect(warningsOf(ended)).to.deep.equal([]);
    expect(eventsOf(ended, run)).to.have.length(6);
  }

  it('is told from one of a process that died: that is delivered by the next start', async () => {
    const run = await killed();
    expectDelivered(await start(), run);
  });

  it('may come from another home with the same AX_AUTOLOG_KEY: then it is delivered', async () => {
    const run = await killed(environment('state-1', 'a key of this team'));
    expectDelivered(await start(environment('state-2', 'a key of this team')), run);
  });

  it('is left alone by a start with another key, with one warning, until a command delivers it', async () => {
    const run = await killed();
    const before = readFileSync(join(journal(), run, 'events.jsonl'));
    rmSync(join(journal(), run, 'run.json'), { force: true });
    expectForeign(await start(environment('other-state')), run);
    expect(existsSync(join(journal(), run, 'run.json'))).to.equal(false);
    expect(readFileSync(join(journal(), run, 'events.jsonl')).equals(before)).to.equal(true);
    const doctor = await binary(['doctor'], { ...environment('other-state'), AX_AUTOLOG_DIR: journal() });
    expect(doctor.text).to.include('1 not written here by this user').and.to.include('ax-autolog sync RUN');
    const sync = await binary(['sync', join(journal(), run), '--to', 'files'], environment('other-state'));
    expect(sync.code, sync.notes).to.equal(0);
    expect(sync.text).to.match(new RegExp(`^${run}  synced: \\d+ events \\(not written here by this user\\)`));
    expect(existsSync(join(journal(), run, 'run.json'))).to.equal(true);
    const again = ['sync', join(journal(), run), '--to', 'files', '--json'];
    const [result] = (await binary(again, environment('other-state'))).text.split('\n');
    expect(JSON.parse(result ?? '')).to.include({ run, status: 'up to date', foreign: true });
    const own = await binary(again, environment());
    expect(own.text).to.not.include('foreign');
  });

  const ARRIVALS: Readonly<Record<string, (from: string, to: string) => void>> = {
    'cp -r': (from, to) => cpSync(from, to, { recursive: true }),
    tar: (from, to) => {
      execFileSync('tar', ['-cf', join(home, 'runs.tar'), '-C', from, '.']);
      mkdirSync(to);
      execFileSync('tar', ['-xpf', join(home, 'runs.tar'), '-C', to]);
    },
    'git clone': (from, to) => {
      rmSync(join(from, '.gitignore'));
      const who = ['-c', 'user.name=n', '-c', 'user.email=e', '-c', 'commit.gpgsign=false'];
      execFileSync('git', ['init', '-q', from]);
      execFileSync('git', ['-C', from, 'add', '-A']);
      execFileSync('git', [...who, '-C', from, 'commit', '-q', '-m', 'runs']);
      execFileSync('git', ['clone', '-q', from, to]);
      rmSync(join(to, '.git'), { recursive: true });
    },
  };
  for (const [how, arrive] of Object.entries(ARRIVALS)) {
    it(`includes a run of this user that arrived by ${how}`, async () => {
      const run = await killed();
      const copy = join(home, 'copy');
      arrive(journal(), copy);
      expectForeign(await start(environment(), copy), run);
      // The original is still this user's.
      expect(eventsOf(await start(), run)).to.have.length(6);
    });
  }

  it('does not include a run whose journal folder was renamed', async () => {
    const run = await killed();
    renameSync(journal(), join(home, 'renamed'));
    expectDelivered(await start(environment(), join(home, 'renamed')), run);
  });

  it('includes one with a file of another user', async () => {
    const run = await killed();
    if (process.getuid?.() === 0) chownSync(join(journal(), run, 'events.jsonl'), 65_534, 65_534);
    else rmSync(join(journal(), run, '.state', 'events.jsonl.seal'));
    expectForeign(await start(), run);
  });

  it('includes one with a file that somebody added', async () => {
    const run = await killed();
    const line = readFileSync(join(journal(), run, 'events.jsonl'), 'utf8').split('\n')[0] ?? '';
    const added = line.replace(/"writer":"[^"]*"/, '"writer":"zz-000000"');
    writeFileSync(join(journal(), run, 'events.zz-000000.jsonl'), `${added}\n`);
    expectForeign(await start(), run);
  });

  it('includes one whose state folder is a link; a link to a run is not in the folder at all', async () => {
    const run = await killed();
    renameSync(join(journal(), run, '.state'), join(home, 'moved-state'));
    symlinkSync(join(home, 'moved-state'), join(journal(), run, '.state'));
    expectForeign(await start(), run);
    rmSync(join(journal(), run, '.state'));
    renameSync(join(home, 'moved-state'), join(journal(), run, '.state'));
    mkdirSync(join(home, 'linked'));
    symlinkSync(join(journal(), run), join(home, 'linked', run));
    const ended = await start(environment(), join(home, 'linked'));
    expect([ended.code, eventsOf(ended, run), warningsOf(ended)]).to.deep.equal([0, [], []]);
  });

  it('is named at most five times, and only by names that are safe to type', async () => {
    const run = await killed();
    const copy = join(home, 'copy');
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f', '$(touch x)', '\u001b[2J'])
      cpSync(join(journal(), run), join(copy, name), { recursive: true });
    const [warning, ...more] = warningsOf(await start(environment(), copy));
    expect(more).to.deep.equal([]);
    expect(warning).to.include('8 runs in ').and.to.include('a, b, c, d, e and 3 more');
    expect(warning).to.not.include('touch').and.to.not.include('\u001b');
  });

  it('is not continued by startRun with its id, which names a run of the server', async () => {
    plantHostileRun(join(journal(), 'evil'));
    const before = readFileSync(join(journal(), 'evil', 'events.jsonl'), 'utf8');
    const ended = await start(environment(), journal(), 'evil');
    expectForeign(ended, 'evil');
    expect(ended.stdout).to.match(/^event \S+-mine-[0-9a-f]{6} onRunEnd/m);
    expect(readdirSync(join(journal(), 'evil')).sort()).to.deep.equal(['.state', 'events.jsonl']);
    expect(readFileSync(join(journal(), 'evil', 'events.jsonl'), 'utf8')).to.equal(before);
  });

  it('changes nothing outside its folder, whatever its events say', async () => {
    const project = join(home, 'project');
    plantHostileRun(join(project, 'journal', 'evil'));
    mkdirSync(join(home, '.ssh'));
    writeFileSync(join(home, '.ssh', 'authorized_keys'), 'mine');
    mkdirSync(join(home, 'my-project'));
    writeFileSync(join(home, 'my-project', 'a.ts'), 'years of work');
    const before = readdirSync(join(project, 'journal', 'evil'), { recursive: true, encoding: 'utf8' }).sort();
    expectForeign(await start(environment(), join(project, 'journal')), 'evil', 'sync ');
    expect(readFileSync(join(home, '.ssh', 'authorized_keys'), 'utf8')).to.equal('mine');
    expect(readFileSync(join(home, 'my-project', 'a.ts'), 'utf8')).to.equal('years of work');
    const after = readdirSync(join(project, 'journal', 'evil'), { recursive: true, encoding: 'utf8' }).sort();
    expect(after).to.deep.equal(before);
    expect(readdirSync(home).sort()).to.deep.equal(['.ssh', 'my-project', 'project', 'state']);
  });
});

/** A journal that a stranger made: an artifact and a series with names that lead out of the run. */
function plantHostileRun(run: string): void {
  let seq = 0;
  const line = (type: string, data: object, place: object = {}): string => {
    const head = { v: 1, seq, time: 1_795_000_000_000 + seq, writer: 'w', runId: 'evil' };
    seq += 1;
    return `${JSON.stringify({ ...head, type, data, derived: [], ...place })}\n`;
  };
  const compile = { compileId: 'k' };
  const trial = {
    index: '/../../../../my',
    step: 0,
    scope: 'full',
    n: 1,
    candidate: { id: 'c1', texts: {}, demos: [] },
  };
  const about = { hyperparameters: {}, options: {}, lms: [], trainset: null, valset: null };
  const lines = [
    line('onRunStart', { name: 'evil', kind: 'user', tags: {}, params: {}, source: {}, versions: {} }),
    line('onCompileStart', { optimizer: 'O', index: '/../../../../../.ssh', ...about }, compile),
    line('onLog', { kind: 'artifact', path: 'authorized_keys', content: 'theirs', encoding: 'utf8' }, compile),
    line('onTrialStart', { ...trial, key: 'project' }, { ...compile, trialId: 't0' }),
    line('onTrialEnd', { ...trial, key: 'x', score: 1, status: 'finished' }, { ...compile, trialId: 't0' }),
  ];
  mkdirSync(join(run, '.state'), { recursive: true });
  writeFileSync(join(run, 'events.jsonl'), lines.join(''));
  for (const target of ['files', 'remote']) {
    const name = createHash('sha256').update(target).digest('hex').slice(0, 32);
    writeFileSync(join(run, '.state', `${name}.json`), JSON.stringify({ v: 1, target, segments: {} }));
  }
}
