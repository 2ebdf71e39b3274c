import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { after, afterEach, before, describe, it } from 'mocha';
import { serveUi } from '../../plugins/report/ui.js';
import { writeSearch } from '../fixtures/search-journal.js';
import { cli, MAIN } from './command-line.js';

describe('report', function () {
  this.timeout(30_000);
  let dir = '';

  before(() => {
    dir = mkdtempSync(join(tmpdir(), 'axl-report-'));
    for (const runId of ['run-a', 'run-b']) writeSearch(dir, { runId, name: runId, trials: 6 });
  });

  after(() => rmSync(dir, { recursive: true }));

  it('writes report.html into the run’s folder and says where', async () => {
    const { code, text } = await cli(['report', 'run-a', '--dir', dir]);
    expect([code, text]).to.deep.equal([0, join(dir, 'run-a', 'report.html')]);
    expect(readFileSync(text, 'utf8'))
      .to.match(/^<!doctype html>/)
      .and.include('<title>run-a · ax-autolog</title>');
  });

  it('takes a run’s folder, a file to write to and a title, and says as JSON what it wrote', async () => {
    const file = join(dir, 'new', 'folder', 'r.html');
    const answer = await cli(['report', join(dir, 'run-b'), '-o', file, '--title', 'A <b> & c', '--json']);
    const written = answer.json<{ readonly file: string; readonly bytes: number; readonly runs: readonly object[] }>();
    expect(written.file).to.equal(file);
    expect(written.bytes).to.equal(readFileSync(file).length);
    expect(written.runs).to.deep.equal([{ runId: 'run-b', name: 'run-b', status: 'finished' }]);
    expect(readFileSync(file, 'utf8')).to.include('<title>A &lt;b&gt; &amp; c</title>');
  });

  it('puts several runs into one file, each once', async () => {
    const file = join(dir, 'both.html');
    const { code, json } = await cli(['report', 'run-a', 'run-b', 'run-a', '--dir', dir, '-o', file, '--json']);
    expect(code).to.equal(0);
    expect(json<{ readonly runs: readonly object[] }>().runs).to.have.length(2);
    expect(readFileSync(file, 'utf8')).to.include('<title>2 runs · ax-autolog</title>');
  });

  it('refuses what it cannot do with a code and exit code 2', async () => {
    for (const [args, says] of [
      [['report'], 'missing required argument'],
      [['report', 'nothing', '--dir', dir], 'AXL_RUN_UNKNOWN'],
      [['report', 'run-', '--dir', dir], 'AXL_RUN_AMBIGUOUS'],
      [['report', 'run-a', '--dir', dir, '-o', join(dir, 'run-a')], 'AXL_BAD_OPTIONS'],
    ] as const) {
      const { code, notes } = await cli(args);
      expect([code, notes.includes(says)], notes).to.deep.equal([2, true]);
    }
  });
});

describe('ui', function () {
  this.timeout(30_000);
  let dir = '';
  let child: ChildProcess | undefined;

  before(() => {
    dir = mkdtempSync(join(tmpdir(), 'axl-ui-'));
    writeSearch(dir, { runId: 'run-a', trials: 3 });
  });

  afterEach(() => child?.kill('SIGKILL'));
  after(() => rmSync(dir, { recursive: true }));

  /** Starts the program and resolves to the first line that it prints. */
  async function start(...args: readonly string[]): Promise<string> {
    const started = spawn(process.execPath, [MAIN, 'ui', ...args], { stdio: ['ignore', 'pipe', 'ignore'] });
    child = started;
    const [line] = (await once(started.stdout.setEncoding('utf8'), 'data')) as [string];
    return line.trim();
  }

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    it(`serves until ${signal}, also with a page open, and ends with 130`, async () => {
      const { url, port } = JSON.parse(await start(dir, '--port', '0', '--json')) as {
        readonly url: string;
        readonly port: number;
      };
      expect(url).to.match(new RegExp(`^http://127\\.0\\.0\\.1:${port}/\\?token=[\\w-]{22}$`));
      expect(await (await fetch(url)).text()).to.include('run-a');
      const open = await fetch(url.replace('/?', '/api/runs/run-a/changes?'));
      expect(open.status).to.equal(200);
      child?.kill(signal);
      const [code] = await once(child as ChildProcess, 'exit');
      expect(code).to.equal(130);
      await open.text().catch(() => undefined);
    });
  }

  it('leads to the run whose folder it is given', async () => {
    expect(await start(join(dir, 'run-a'), '--port', '0')).to.match(
      /^http:\/\/127\.0\.0\.1:\d+\/runs\/run-a\?token=[\w-]{22}$/,
    );
  });

  it('says by a code that the port is taken, that a folder is not there, and what a port is', async () => {
    const server = await serveUi({ dir, port: 0 });
    for (const [args, says] of [
      [['ui', dir, '--port', String(server.port)], 'AXL_UI_PORT'],
      [['ui', join(dir, 'nowhere')], 'AXL_JOURNAL_MISSING'],
      [['ui', dir, '--port', '70000'], 'from 0 to 65535'],
    ] as const) {
      const { code, notes } = await cli(args);
      expect([code, notes.includes(says)], notes).to.deep.equal([2, true]);
    }
    await server.close();
    expect(existsSync(join(dir, 'nowhere'))).to.equal(false);
  });
});
