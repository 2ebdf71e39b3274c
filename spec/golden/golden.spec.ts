import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AnyEvent } from 'ax-autolog';
import { readRun } from 'ax-autolog/analysis/node';
import { consoleSink } from 'ax-autolog/plugins/console';
import { files } from 'ax-autolog/plugins/files';
import { expect } from 'chai';
import { afterEach, before, beforeEach, describe, it } from 'mocha';
import { deliver } from '../../lib/deliver/hooks.js';
import { capture } from '../contract/output.js';
import { fixture } from './fixture.js';
import { expectTree, GOLDEN, readTree } from './golden.js';

/** `UPDATE_GOLDEN=1 npx mocha dist/spec/golden` rewrites the checked-in files. */
describe('golden files', () => {
  let folder: string;
  let events: readonly AnyEvent[];

  before(async () => {
    const lines = fixture().map((event) => `${JSON.stringify(event)}\n`);
    await expectTree('journal', { 'events.jsonl': lines.join('') });
    events = [...readRun(join(GOLDEN, 'journal'))];
  });

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'golden-'));
    await cp(join(GOLDEN, 'journal'), folder, { recursive: true });
  });

  afterEach(() => rm(folder, { recursive: true }));

  /** Delivers in batches of the given size, beginning with the event at `from`. */
  async function write(size: number, from = 0, sink = files()): Promise<void> {
    for (let at = from; at < events.length; at += size) await deliver(sink, events.slice(at, at + size), folder);
    await sink.close?.();
  }

  it('files: the whole folder of a run', async () => {
    await write(events.length);
    const { 'events.jsonl': journal, ...readable } = await readTree(folder);
    expect(journal, 'the journal is left alone').to.equal((await readTree(join(GOLDEN, 'journal')))['events.jsonl']);
    await expectTree('files', readable);
  });

  it('files: the same bytes whatever the batches', async () => {
    for (const size of [1, 2, 7]) {
      await write(size);
      const { 'events.jsonl': _journal, ...readable } = await readTree(folder);
      await expectTree('files', readable);
    }
  });

  it('files: the same bytes when another process carries on at any event, some of them delivered before', async () => {
    for (let stop = 1; stop < events.length; stop += 5) {
      await rm(folder, { recursive: true });
      await cp(join(GOLDEN, 'journal'), folder, { recursive: true });
      const killed = files();
      for (const event of events.slice(0, stop)) await deliver(killed, [event], folder);
      await write(9, Math.max(0, stop - 3));
      const { 'events.jsonl': _journal, ...readable } = await readTree(folder);
      await expectTree('files', readable);
    }
  });

  it('console: one line an event where there is no terminal', async () => {
    const stream = capture();
    const sink = consoleSink({ stream, level: 'debug' });
    for (const event of events) await deliver(sink, [event], null);
    await sink.close?.();
    await expectTree('console', { 'lines.jsonl': stream.raw, ...(await terminal()) });
  });

  /** What stays on a terminal, wide and narrow, with colours and without. */
  async function terminal(): Promise<Record<string, string>> {
    const shown: Record<string, string> = {};
    for (const [name, columns, color] of [
      ['terminal-100.txt', 100, false],
      ['terminal-40.txt', 40, false],
      ['terminal-color.txt', 100, true],
    ] as const) {
      const stream = capture(columns);
      const sink = consoleSink({ stream, color });
      for (const event of events) await deliver(sink, [event], null);
      await sink.close?.();
      shown[name] = stream.printed;
    }
    return shown;
  }
});
