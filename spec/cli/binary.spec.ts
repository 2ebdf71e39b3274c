import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { after, afterEach, before, describe, it } from 'mocha';
import { terminalOutput } from '../../lib/cli/output.js';
import { compileGEPA, type Journal, journalOf } from '../analysis/history/compiled.js';
import { binary, inBash } from './command-line.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

describe('the program', function () {
  this.timeout(120_000);
  let journal: Journal;
  before(async () => {
    journal = await journalOf(() => compileGEPA({ seed: 4, numTrials: 6, examples: 12 }));
  });
  after(() => journal.remove());
  const env = () => ({ AX_AUTOLOG_DIR: journal.dir, NO_COLOR: '', FORCE_COLOR: '' });

  it('runs each command on a real journal, and ends with 0', async () => {
    for (const args of [
      ['ls'],
      ['show', 'latest'],
      ['show', 'latest', '--trial', '0'],
      ['diff', 'latest', 'seed', 'best'],
      ['best', 'latest'],
    ]) {
      const { code, text, notes } = await binary(args, env());
      expect([code, notes], args.join(' ')).to.deep.equal([0, '']);
      expect(text.length, args.join(' ')).to.be.greaterThan(50);
    }
  });

  it('helps on a wrong word, and ends with 2', async () => {
    for (const [args, says] of [
      [['shw', 'latest'], "unknown command 'shw'\n(Did you mean show?)"],
      [['ls', '--jsn'], "unknown option '--jsn'\n(Did you mean --json?)"],
      [['show'], "missing required argument 'run'"],
      [['show', 'latest', 'more'], 'too many arguments'],
      [['show', 'lates'], 'AXL_RUN_UNKNOWN'],
      [['show', 'latest', '--dir', '/nowhere'], 'AXL_JOURNAL_MISSING'],
    ] as const) {
      const { code, text, notes } = await binary(args, env());
      expect([code, text], args.join(' ')).to.deep.equal([2, '']);
      expect(notes).to.include(says);
    }
  });

  it('ends quietly when the reader of its output goes away', async () => {
    const { code, text, notes } = await inBash(
      `for i in 1 2 3; do ax-autolog export latest --table examples --jsonl | head -n 1; echo "\${PIPESTATUS[0]}"; done
      ax-autolog show latest --json | head -c 1 >/dev/null; exit "\${PIPESTATUS[0]}"`,
      env(),
    );
    expect([code, notes]).to.deep.equal([0, '']);
    expect(text.split('\n').filter((line) => /^\d+$/.test(line))).to.deep.equal(['0', '0', '0']);
  });

  it('paints only a terminal, unless it is told to', async () => {
    const painted = async (extra: Readonly<Record<string, string>>) =>
      (await binary(['show', 'latest'], { ...env(), ...extra })).text.includes('\u001b[');
    expect(await painted({})).to.equal(false);
    expect(await painted({ FORCE_COLOR: '1' })).to.equal(true);
    expect(await painted({ FORCE_COLOR: '1', NO_COLOR: '1' })).to.equal(false);
  });

  it('gives its answer as one JSON document that jq-like readers take, with notes beside it', async () => {
    const { text } = await binary(['ls', '--json'], env());
    expect(JSON.parse(text)[0]).to.include({ runId: journal.runIds[0], kind: 'compile' });
  });
});

describe('the program while a run goes on', function () {
  this.timeout(120_000);
  let dir = '';
  let child: ChildProcess | undefined;
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'axl-live-'));
  });
  after(() => rm(dir, { recursive: true }));
  afterEach(() => child?.kill('SIGKILL'));

  it('shows it as far as it is, does not prune it, and shows it again when it was killed', async () => {
    const code = `import { autolog, flush, startRun } from 'ax-autolog';
      autolog({ sinks: [], silent: true });
      await startRun({ runName: 'live' }, async (run) => {
        run.logMetric('loss', 0.5, 0);
        await flush();
        process.stdout.write('written');
        await new Promise((resolve) => setTimeout(resolve, 100_000));
      });`;
    const live = spawn(process.execPath, ['--input-type=module', '--eval', code], {
      cwd: ROOT,
      env: { ...process.env, AX_AUTOLOG_DIR: dir },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    child = live;
    await new Promise((resolve) => live.stdout.once('data', resolve));
    const env = { AX_AUTOLOG_DIR: dir };
    expect((await binary(['ls', '--json'], env)).json<object[]>()[0]).to.include({
      name: 'live',
      status: 'running',
      alive: true,
    });
    expect((await binary(['show', 'latest'], env)).text)
      .to.match(/status +running for /)
      .and.to.include('loss 0.5');
    const pruned = await binary(['prune', '--keep', '0', '--force'], env);
    expect(pruned.text).to.include('it is running').and.to.include('0 runs removed');
    const ended = new Promise((resolve) => live.once('exit', resolve));
    live.kill('SIGKILL');
    await ended;
    expect(await binary(['show', 'latest'], env)).to.include({ code: 0 });
    expect(readdirSync(dir).filter((name) => !name.startsWith('.'))).to.have.length(1);
  });
});

class FakeStream extends EventEmitter {
  written = '';
  constructor(
    readonly isTTY: boolean,
    readonly columns: number,
  ) {
    super();
  }
  write(text: string | Uint8Array): boolean {
    this.written += typeof text === 'string' ? text : Buffer.from(text).toString();
    return true;
  }
}

describe('output', () => {
  const open = (isTTY: boolean, columns = 60) => {
    const [out, err] = [new FakeStream(isTTY, columns), new FakeStream(isTTY, columns)];
    return { out, err, output: terminalOutput(out as never, err as never) };
  };

  it('has as many columns as the terminal; without one, as many as are needed', () => {
    expect(open(true, 60).output.columns).to.equal(60);
    expect(open(true, 0).output.columns).to.equal(80);
    expect(open(false).output.columns).to.equal(undefined);
  });

  it('shows progress on a terminal only, and takes it away before anything else', () => {
    const { output, err, out } = open(true);
    output.progress('half');
    output.line('done');
    expect([err.written, out.written]).to.deep.equal(['half\r\u001b[K', 'done\n']);
    const piped = open(false);
    piped.output.progress('half');
    expect(piped.err.written).to.equal('');
  });

  it('stops writing to a reader that went away, and lets other errors be seen', () => {
    const { output, out } = open(false);
    output.line('first');
    out.emit('error', Object.assign(new Error('gone'), { code: 'EPIPE' }));
    output.line('second');
    expect(out.written).to.equal('first\n');
    expect(() => out.emit('error', Object.assign(new Error('full'), { code: 'ENOSPC' }))).to.throw('full');
  });
});
