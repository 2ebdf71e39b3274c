import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { runCli } from '../../lib/cli/program.js';
import { findRuns } from '../../lib/cli/runs.js';
import { trackedRuns } from './journals.js';

/** Nobody listens on this port: it is reserved. */
const NOBODY = 'http://127.0.0.1:1';

describe('ax-autolog on the command line', () => {
  let dir = '';
  let lines: string[] = [];
  let notes: string[] = [];
  const outer = process.env['MLFLOW_TRACKING_URI'];

  beforeEach(() => {
    delete process.env['MLFLOW_TRACKING_URI'];
    dir = mkdtempSync(join(tmpdir(), 'ax-autolog-cli-'));
    [lines, notes] = [[], []];
  });
  afterEach(() => {
    if (outer !== undefined) process.env['MLFLOW_TRACKING_URI'] = outer;
    rmSync(dir, { recursive: true, force: true });
  });

  const run = (...args: string[]) =>
    runCli(args, {
      output: {
        line: (text) => void lines.push(text),
        note: (text) => void notes.push(text),
        progress: () => undefined,
      },
    });

  it('shows its commands with --help, its version with --version, and ends with 0', async () => {
    expect(await run('--help')).to.equal(0);
    expect(await run('sync', '--help')).to.equal(0);
    expect(lines.join('\n')).to.include('sync').and.to.include('--to').and.to.include('--experiment');
    lines = [];
    expect(await run('--version')).to.equal(0);
    expect(lines.join('')).to.match(/^\d+\.\d+\.\d+$/);
  });

  const wrong: Readonly<Record<string, { readonly args: readonly string[]; readonly says: RegExp }>> = {
    'an unknown command': { args: ['snyc'], says: /unknown command 'snyc'/ },
    'an unknown option': { args: ['sync', '--tox', 'x'], says: /unknown option '--tox'/ },
    'an option without its value': { args: ['sync', '--to'], says: /argument missing/ },
    'a folder that is not there': {
      args: ['sync', 'nowhere', '--to', NOBODY],
      says: /AXL_JOURNAL_MISSING: nowhere does not exist/,
    },
  };
  for (const [what, { args, says }] of Object.entries(wrong)) {
    it(`says what is wrong with ${what}, and ends with 2`, async () => {
      expect(await run(...args)).to.equal(2);
      expect(notes.join('\n')).to.match(says);
      expect(lines).to.deep.equal([]);
    });
  }

  it('says of a folder without runs, and of a file, what was expected', async () => {
    expect(await run('sync', dir, '--to', NOBODY)).to.equal(2);
    expect(notes.join('\n')).to.include(`${dir} holds no run. Pass a journal folder`);
    const file = join(dir, 'file');
    writeFileSync(file, '');
    expect(await run('sync', file, '--to', NOBODY)).to.equal(2);
    expect(notes.join('\n')).to.include(`${file} is a file`);
  });

  it('says that an address is missing or none', async () => {
    await trackedRuns(dir, ['one']);
    expect(await run('sync', dir)).to.equal(2);
    expect(notes.join('\n')).to.include('Pass --to').and.to.include('MLFLOW_TRACKING_URI');
    expect(await run('sync', dir, '--to', 'ftp://somewhere')).to.equal(2);
    expect(notes.join('\n')).to.include("'ftp://somewhere'").and.to.include('must be the address of a server');
  });

  it('keeps a password in an address out of what it says', async () => {
    await trackedRuns(dir, ['one']);
    await run('sync', dir, '--to', 'ftp://me:hunter2-secret@somewhere');
    await run('sync', dir, '--to', 'http://me:hunter2-secret@127.0.0.1:1', '--json');
    expect(lines.join('\n') + notes.join('\n')).to.not.include('hunter2-secret');
  }).timeout(60_000);

  it('ends with 1 when the server is away, and tells the runs apart that were tried', async () => {
    await trackedRuns(dir, ['one', 'two', 'three']);
    expect(await run('sync', dir, '--to', NOBODY, '--json')).to.equal(1);
    const results = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(results.slice(0, 3).map(({ name, status }) => [name, status])).to.deep.equal([
      ['one', 'failed'],
      ['two', 'failed'],
      ['three', 'not tried'],
    ]);
    expect(results[3]).to.deep.equal({ total: { runs: 3, synced: 0, upToDate: 0, failed: 2, notTried: 1 } });
    expect(String(results[0]?.['error'])).to.include('127.0.0.1:1');
  }).timeout(60_000);
});

describe('the runs that a command finds', () => {
  let dir = '';
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'ax-autolog-cli-'));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it('come oldest first: a run before those that were started inside it', async () => {
    await trackedRuns(dir, ['first', 'outer/inner', 'last']);
    expect(findRuns(dir).runs.map(({ name }) => name)).to.deep.equal(['first', 'outer', 'inner', 'last']);
  });

  it('are one, when the folder is that of a run', async () => {
    await trackedRuns(dir, ['first', 'second']);
    const second = findRuns(dir).runs[1];
    expect(findRuns(second?.runDir ?? '').runs).to.deep.equal([second]);
  });

  it('do not hide a journal that cannot be read', async () => {
    await trackedRuns(dir, ['first']);
    mkdirSync(join(dir, 'broken'));
    writeFileSync(join(dir, 'broken', 'events.jsonl'), '{"v":1,"seq":');
    const { runs, unreadable } = findRuns(dir);
    expect(runs.map(({ name }) => name)).to.deep.equal(['first']);
    expect(unreadable).to.deep.equal([join(dir, 'broken')]);
  });
});
