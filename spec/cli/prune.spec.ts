import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Sink } from 'ax-autolog';
import { listRuns } from 'ax-autolog/analysis/node';
import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { markTarget } from '../../lib/deliver/backlog.js';
import { JournalFeed } from '../../lib/deliver/journal-feed.js';
import { Lease } from '../../lib/deliver/lease.js';
import { openRunFolder, stateNames } from '../../lib/journal/layout.js';
import { cli } from './command-line.js';
import { trackedRuns } from './journals.js';

const TARGET = 'mlflow:http://127.0.0.1:1#Default';
const DAY = 86_400_000;

describe('prune', () => {
  let dir = '';
  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'axl-prune-'));
    await trackedRuns(dir, ['first', 'second', 'third']);
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  const prune = (...args: string[]) => cli(['prune', dir, ...args]);
  const left = () =>
    listRuns(dir)
      .map(({ name }) => name)
      .reverse();
  const folder = (name: string) => listRuns(dir).find((run) => run.name === name)?.runDir ?? '';
  const deliver = async (runDir: string) => {
    const sink: Sink = { name: 'remote', target: TARGET, onBatch: () => undefined };
    const feed = new JournalFeed({ runDir, runId: runDir.slice(dir.length + 1), sink });
    await feed.drain();
    await feed.stop();
  };
  /** A run as a process leaves it that wrote it long ago; without an end, it died. */
  const old = (name: string, daysAgo: number, ended = true) => {
    const time = Date.now() - daysAgo * DAY;
    const line = (seq: number, type: string, data: object) =>
      `${JSON.stringify({ v: 1, seq, time: time + seq, writer: 'zzz-000000', runId: name, derived: [], type, data })}\n`;
    mkdirSync(join(dir, name));
    const file = join(dir, name, 'events.jsonl');
    const end = ended ? line(1, 'onRunEnd', { status: 'finished', durationMs: 1 }) : '';
    writeFileSync(file, line(0, 'onRunStart', { name, kind: 'user', tags: {}, params: {}, source: {} }) + end);
    utimesSync(file, time / 1_000, time / 1_000);
  };

  it('keeps so many of the latest', async () => {
    const { code, text } = await prune('--keep', '2');
    expect(code).to.equal(0);
    expect(left()).to.deep.equal(['second', 'third']);
    expect(text).to.match(/^removed +\S+-first-\S+ +\d+ B +not among the latest 2$/m);
    expect(text).to.include('1 run removed').and.to.include('2 within the limits');
  });

  it('removes what was not written to for so long', async () => {
    old('ancient', 40);
    old('recent', 20);
    await prune('--older-than', '30d');
    expect(left()).to.deep.equal(['recent', 'first', 'second', 'third']);
    await prune('--older-than', '2w');
    expect(left()).to.deep.equal(['first', 'second', 'third']);
  });

  it('removes the oldest until the rest takes so much', async () => {
    writeFileSync(join(folder('third'), 'artifact.bin'), Buffer.alloc(50_000));
    await prune('--max-size', '1GB');
    expect(left()).to.deep.equal(['first', 'second', 'third']);
    await prune('--max-size', '50.9kB');
    expect(left()).to.deep.equal(['third']);
    await prune('--max-size', '0B');
    expect(left()).to.deep.equal([]);
  });

  it('removes nothing with --dry-run, and says what would go', async () => {
    const { text } = await prune('--keep', '1', '--dry-run');
    expect(text)
      .to.include('2 runs would be removed')
      .and.to.match(/would be removed +\S+-first-/);
    expect(left()).to.deep.equal(['first', 'second', 'third']);
    const json = (await prune('--keep', '1', '--dry-run', '--json')).json<{
      readonly runs: readonly { readonly action: string }[];
    }>();
    expect(json).to.include({ dryRun: true, removed: 2, kept: 0, failed: 0, within: 1 });
    expect(json.runs.map(({ action }) => action)).to.deep.equal(['removed', 'removed']);
  });

  it('keeps a run that is not yet where it was meant to go, until it is, or by force', async () => {
    for (const name of ['first', 'second']) markTarget(folder(name), TARGET);
    await deliver(folder('second'));
    const { code, text } = await prune('--keep', '0');
    expect(code).to.equal(0);
    expect(left()).to.deep.equal(['first']);
    expect(text).to.include(`not all of it is at ${TARGET} yet`).and.to.include('1 kept beyond the limits');
    await prune('--keep', '0', '--force');
    expect(left()).to.deep.equal([]);
  });

  it('does not wait for a torn last line, which nobody will ever get', async () => {
    const file = join(folder('first'), 'events.jsonl');
    markTarget(folder('first'), TARGET);
    appendFileSync(file, '{"v":1,"seq":99,"ti');
    await deliver(folder('first'));
    await prune('--keep', '2');
    expect(left()).to.deep.equal(['second', 'third']);
  });

  it('does not count files that lie beside the journal as a place to go', async () => {
    markTarget(folder('first'), 'files');
    await prune('--keep', '2');
    expect(left()).to.deep.equal(['second', 'third']);
  });

  it('keeps a run that is going on, also by force; one that died goes', async () => {
    old('died', 40, false);
    old('running', 40, false);
    utimesSync(join(dir, 'running', 'events.jsonl'), new Date(), new Date());
    const { text } = await prune('--older-than', '30d', '--force');
    expect(left()).to.deep.equal(['running', 'first', 'second', 'third']);
    expect(text).to.match(/^kept +running .*it is running$/m);
  });

  it('keeps a run that is being delivered, also by force', async () => {
    const lease = new Lease(openRunFolder(folder('first'), 0o700), stateNames(TARGET).lease);
    expect(lease.acquire()).to.equal('taken');
    const { text } = await prune('--keep', '0', '--force');
    lease.release();
    expect(left()).to.deep.equal(['first']);
    expect(text).to.include('it is being delivered');
  });

  it('leaves alone what it cannot read and what is no run', async () => {
    mkdirSync(join(dir, 'newer'));
    writeFileSync(join(dir, 'newer', 'events.jsonl'), '{"v":99,"seq":0}\n');
    mkdirSync(join(dir, 'mine'));
    writeFileSync(join(dir, 'notes.txt'), 'mine');
    const { notes } = await prune('--keep', '0', '--force');
    expect(
      readdirSync(dir)
        .filter((name) => !name.startsWith('.'))
        .sort(),
    ).to.deep.equal(['mine', 'newer', 'notes.txt']);
    expect(notes).to.include(`${join(dir, 'newer')} is kept: its journal cannot be read`);
  });

  it('wants to be told what may go, in words it knows', async () => {
    const none = await prune();
    expect(none.code).to.equal(2);
    expect(none.notes).to.include(
      'AXL_BAD_OPTIONS: prune must have at least one limit, got none. Pass --older-than 30d',
    );
    for (const args of [
      ['--older-than', '3y'],
      ['--keep', '-1'],
      ['--keep', '1.5'],
      ['--max-size', 'big'],
      ['--max-size', '2XB'],
    ])
      expect((await prune(...args)).code, args.join(' ')).to.equal(2);
    expect(left()).to.have.length(3);
    expect((await cli(['prune', join(dir, 'nowhere'), '--keep', '1'])).code).to.equal(2);
  });
});
