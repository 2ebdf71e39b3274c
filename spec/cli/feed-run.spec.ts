import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AnyEvent } from 'ax-autolog';
import { readRun } from 'ax-autolog/analysis/node';
import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { findRuns } from '../../lib/cli/runs.js';
import { feedRun } from '../../lib/cli/sync/feed-run.js';
import { trackedRuns } from './journals.js';

describe('feeding one run from the command line', () => {
  let dir = '';
  const never = new AbortController().signal;
  const quiet = { onProgress: () => undefined, onProblem: () => undefined };

  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'ax-autolog-cli-'));
    await trackedRuns(dir, ['only']);
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  const only = () => {
    const [run] = findRuns(dir).runs;
    if (!run) throw new Error('no run');
    return run;
  };

  it('hands over every event once, and nothing the second time', async () => {
    const got: AnyEvent[] = [];
    const sink = { name: 'server', onBatch: (events: readonly AnyEvent[]) => void got.push(...events) };
    const expected = [...readRun(only().runDir)];
    expect(expected.length).to.be.greaterThan(2);
    expect(await feedRun({ run: only(), sink, signal: never, ...quiet })).to.deep.equal({
      events: expected.length,
      error: null,
    });
    expect(got).to.deep.equal(expected);
    expect(await feedRun({ run: only(), sink, signal: never, ...quiet })).to.deep.equal({ events: 0, error: null });
    expect(got).to.deep.equal(expected);
  });

  it('tries a sink that rejects three times, then gives its reason', async () => {
    let calls = 0;
    const sink = {
      name: 'server',
      onBatch: () => {
        calls += 1;
        throw new Error('the server is away');
      },
    };
    const fed = await feedRun({ run: only(), sink, signal: never, ...quiet });
    expect(fed).to.deep.equal({ events: 0, error: 'the server is away' });
    expect(calls).to.equal(3);
  });

  it('gives up at once on a journal that a newer version continued, and on a position that cannot be saved', async () => {
    const sink = { name: 'server', onBatch: () => undefined };
    const { runDir } = only();
    writeFileSync(join(runDir, '.state'), 'a file where a folder belongs');
    const unsaved = await feedRun({ run: only(), sink, signal: never, ...quiet });
    expect(unsaved.error).to.match(/^AXL_PATH_UNSAFE: (?!AXL)/);
    rmSync(join(runDir, '.state'));
    const newer = {
      v: 99,
      seq: 9_000,
      time: Date.now(),
      writer: 'w',
      runId: 'r',
      type: 'onLog',
      data: {},
      derived: [],
    };
    appendFileSync(join(runDir, 'events.jsonl'), `${JSON.stringify(newer)}\n`);
    const { error } = await feedRun({ run: only(), sink, signal: never, ...quiet });
    expect(error).to.match(/^AXL_JOURNAL_VERSION: (?!AXL)/);
  });

  it('carries on after a rejection that was followed by success', async () => {
    let calls = 0;
    const sink = {
      name: 'server',
      onBatch: () => {
        calls += 1;
        if (calls < 3) throw new Error('not yet');
      },
    };
    expect((await feedRun({ run: only(), sink, signal: never, ...quiet })).error).to.equal(null);
    expect(calls).to.equal(3);
  });

  it('gives up on a sink that never answers, and says so', async () => {
    const sink = { name: 'server', onBatch: () => new Promise(() => undefined) };
    const { events, error } = await feedRun({ run: only(), sink, signal: never, stallMs: 1, ...quiet });
    expect(events).to.equal(0);
    expect(error).to.match(/^nothing was taken for/);
  }).timeout(10_000);

  it('ends when interrupted', async () => {
    const interrupt = new AbortController();
    const sink = {
      name: 'server',
      onBatch: () => {
        interrupt.abort();
        return new Promise(() => undefined);
      },
    };
    const { error } = await feedRun({ run: only(), sink, signal: interrupt.signal, ...quiet });
    expect(error).to.equal('interrupted');
  }).timeout(10_000);
});
