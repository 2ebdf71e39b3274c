import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { consoleSink } from 'ax-autolog/plugins/console';
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { printTable } from '../../lib/capture/evaluate/display.js';
import { terminalOutput } from '../../lib/cli/output.js';
import { runCli } from '../../lib/cli/program.js';
import { AutologError } from '../../lib/contract/errors.js';
import { deliver } from '../../lib/deliver/hooks.js';
import { settings } from '../../lib/support/settings.js';
import { resetWarnings, warn } from '../../lib/support/warnings.js';
import { capture } from '../contract/output.js';
import { fixture } from '../golden/fixture.js';
import { ALL, expectInert, HOSTILE, planted } from './hostile-text.js';

/** Names of files cannot hold a zero byte, nor a slash. */
const NAME = ALL.replaceAll('\0', '').replaceAll('/', '').slice(0, 80);
const VISIBLE = '\\u001b]52;c;ZXZpbA==\\u0007';

const ENVIRONMENT = { FORCE_COLOR: '1', NO_COLOR: '', MLFLOW_HTTP_REQUEST_MAX_RETRIES: '0' };

interface Shown {
  readonly code: number;
  /** Everything on the terminal: results, notes and progress. */
  readonly text: string;
}

/** Runs a command line whose output is a terminal with colors. */
async function onTerminal(...args: readonly string[]): Promise<Shown> {
  const [out, err] = [capture(100), capture(100)];
  const stream = (to: typeof out) =>
    ({
      isTTY: true,
      columns: 100,
      on: () => undefined,
      write: (content: string | Uint8Array) =>
        to.write(typeof content === 'string' ? content : Buffer.from(content).toString('utf8')),
    }) as never;
  const code = await runCli(args, { output: terminalOutput(stream(out), stream(err)) });
  return { code, text: out.raw + err.raw };
}

describe('what reaches a terminal', function () {
  this.timeout(60_000);
  let dir = '';
  let server: Server;
  let address = '';
  const ENV_BEFORE = { ...process.env };

  before(async () => {
    dir = mkdtempSync(join(tmpdir(), 'axl-terminal-'));
    const lines = planted(fixture()).map((event) => `${JSON.stringify(event)}\n`);
    for (const runDir of [join('journal', 'run'), join('journal', NAME), join('sent', 'run')]) {
      mkdirSync(join(dir, runDir), { recursive: true });
      writeFileSync(join(dir, runDir, 'events.jsonl'), lines.join(''));
    }
    mkdirSync(join(dir, 'broken', NAME), { recursive: true });
    writeFileSync(join(dir, 'broken', NAME, 'events.jsonl'), `${ALL}\n${ALL}\n`);
    server = createServer((request, response) => {
      request.resume();
      response.writeHead(403, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error_code: ALL, message: ALL }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    Object.assign(process.env, ENVIRONMENT);
  });

  after(async () => {
    for (const name of Object.keys(ENVIRONMENT)) {
      if (ENV_BEFORE[name] === undefined) delete process.env[name];
      else process.env[name] = ENV_BEFORE[name];
    }
    await new Promise((resolve) => server.close(resolve));
    rmSync(dir, { recursive: true, force: true });
  });

  const run = (): string => join(dir, 'journal', 'run');

  it('shows a run’s texts, whatever the command', async () => {
    for (const args of [
      ['ls', join(dir, 'journal')],
      ['show', run()],
      ['show', run(), '--trial', '3'],
      ['diff', run(), '0', '3'],
      ['diff', run(), run()],
      ['best', run()],
      ['prune', join(dir, 'journal'), '--keep', '1', '--dry-run'],
      ['export', run(), '--csv', '--table', 'examples'],
      ['export', run(), '--csv', '--table', 'candidates'],
      ['export', run(), '--jsonl', '--table', 'examples'],
      ['report', run(), '-o', join(dir, `${NAME}.html`)],
      ['__complete', '--', 'show', `${run()}`, '--trial', ''],
      ['__complete', '--describe', ':', '--', 'show', '--dir', join(dir, 'journal'), ''],
    ]) {
      const { text } = await onTerminal(...args);
      expectInert(text, args.slice(0, 4).join(' '));
      expect(text, `${args[0]} printed something`).to.not.equal('');
    }
    expect((await onTerminal('show', run())).text).to.include(VISIBLE);
    expect((await onTerminal('export', run(), '--csv', '--table', 'examples')).text).to.include('\\u202e');
  });

  it('keeps JSON valid, with the values unchanged', async () => {
    const { text } = await onTerminal('show', run(), '--json');
    expectInert(text, 'show --json');
    expect(text).to.include(VISIBLE);
    expect((JSON.parse(text) as { name: string }).name).to.equal(`${ALL}arithmetic${ALL}`);
    const lines = (await onTerminal('export', run(), '--jsonl', '--table', 'candidates')).text.trimEnd().split('\n');
    for (const line of lines) expect(() => JSON.parse(line), line).to.not.throw();
  });

  it('shows folders and broken journals', async () => {
    for (const args of [
      ['ls', join(dir, 'broken')],
      ['ls', join(dir, 'journal', NAME)],
      ['show', join(dir, 'broken', NAME)],
      ['sync', join(dir, 'journal'), '--to', address],
      ['sync', join(dir, 'broken'), '--to', address],
      ['sync', join(dir, 'broken'), '--to', address, '--json'],
      ['prune', join(dir, 'broken'), '--keep', '0', '--dry-run'],
    ]) {
      expectInert((await onTerminal(...args)).text, args[0] ?? '');
    }
  });

  it('shows the command line that it could not use', async () => {
    for (const hostile of HOSTILE) {
      for (const args of [
        [hostile],
        ['ls', hostile],
        ['ls', `--${hostile}`],
        ['ls', '--status', hostile],
        ['ls', '--limit', hostile],
        ['show', hostile],
        ['show', hostile, '--dir', hostile],
        ['show', run(), '--trial', hostile],
        ['diff', hostile, hostile, hostile],
        ['best', run(), '--compile', hostile],
        ['best', run(), '-o', join(dir, 'missing\0', hostile)],
        ['report', hostile],
        ['export', run(), '--csv', '--table', hostile],
        ['prune', '--older-than', hostile],
        ['sync', hostile, '--to', hostile],
        ['ui', hostile],
        ['ui', '--port', hostile],
        ['completion', hostile],
      ]) {
        const { code, text } = await onTerminal(...args);
        expect(code, args[0]).to.not.equal(0);
        expectInert(text, `${args.slice(0, -1).join(' ')} ${JSON.stringify(hostile)}`);
      }
    }
  });

  it('shows a server’s messages', async () => {
    const target = { MLFLOW_TRACKING_URI: address };
    for (const args of [
      ['sync', join(dir, 'sent'), '--to', address],
      ['sync', join(dir, 'sent'), '--to', address, '--json'],
      ['sync', join(dir, 'sent'), '--to', address, '--experiment', ALL.replaceAll('\0', '')],
    ]) {
      const { code, text } = await onTerminal(...args);
      expect(code, text).to.equal(1);
      expectInert(text, 'sync');
      expect(text).to.include('\\u001b]52');
    }
    Object.assign(process.env, target);
    try {
      const { text } = await onTerminal('doctor');
      expectInert(text, 'doctor');
      expect(text).to.include('\\u001b]52');
      expectInert((await onTerminal('doctor', '--json')).text, 'doctor --json');
    } finally {
      delete process.env['MLFLOW_TRACKING_URI'];
    }
  });

  it('shows a run’s texts on the console sink', async () => {
    for (const columns of [100, 40, null]) {
      for (const color of [true, false]) {
        const stream = capture(columns);
        const sink = consoleSink({ stream, color, level: 'debug' });
        for (const event of planted(fixture())) await deliver(sink, [event], null);
        await sink.close?.();
        expectInert(stream.raw, `${columns} columns`);
        expect(stream.raw).to.include('u001b]52');
      }
    }
  });

  it('shows examples and predictions in the table of Evaluate', () => {
    const stdout = process.stdout;
    const own = stdout.write;
    let text = '';
    stdout.write = (content: string | Uint8Array) => {
      text += String(content);
      return true;
    };
    try {
      printTable(
        [{ index: 0, example: { [ALL]: ALL }, prediction: ALL, score: 0, error: new Error(ALL) }] as never,
        true,
      );
    } finally {
      stdout.write = own;
    }
    // Node styles strings of a table on a terminal.
    expectInert(text.replaceAll('\u001b[39m', ''), 'table');
    expect(text).to.include('u001b]52');
  });

  it('shows what errors and warnings quote, which Node prints as they are', async () => {
    const error = new AutologError('AXL_BAD_OPTIONS', `option must be short, got '${ALL}'.`);
    expectInert(`${error.stack}`, 'error');
    expect(error.message).to.include(VISIBLE);
    expect(settings().silent).to.equal(false);
    resetWarnings();
    const warning = new Promise<Error>((resolve) => process.once('warning', resolve));
    warn('AXL_INTERNAL', ALL);
    const { message } = await warning;
    expectInert(message, 'warning');
    expect(message).to.include(VISIBLE);
    resetWarnings();
  });
});
