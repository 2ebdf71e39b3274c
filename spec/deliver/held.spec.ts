import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { Sink } from '../../lib/contract/sink.js';
import { leftoverRuns, markTarget } from '../../lib/deliver/backlog.js';
import { JournalFeed } from '../../lib/deliver/journal-feed.js';
import type { RunJournal } from '../../lib/journal/writer.js';
import { event, journalIn, temporaryFolder } from '../journal/events.js';

const upTo = (count: number, from = 0): number[] => Array.from({ length: count - from }, (_, i) => from + i);

/** A sink that holds back the batch with the first event of each pair until the second has come: 0 and 1, 2 and 3, … */
function pairs(mark: (seqs: readonly number[]) => void): Sink {
  const open = new Map<number, number>();
  return {
    name: 'pairs',
    onBatch(events, { batch, hold }) {
      mark(events.map(({ seq }) => seq));
      for (const { seq } of events) {
        if (seq % 2 === 0) open.set(seq, batch ?? 0);
        else open.delete(seq - 1);
      }
      const [oldest] = open.values();
      if (oldest !== undefined) hold?.(oldest);
    },
  };
}

describe('batches that a sink holds back', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let journal: RunJournal;
  let seqs: number[];

  beforeEach(() => {
    folder = temporaryFolder();
    journal = journalIn(folder.dir).journal;
    seqs = [];
  });
  afterEach(() => folder.remove());

  const write = (...numbers: readonly number[]): void => {
    for (const seq of numbers) journal.append(event(seq), false);
    journal.flush();
  };
  /** As each process does: feeds what it is given, then dies. */
  const process = async (
    batchSize: number,
    sink = pairs((some) => seqs.push(...some)),
    feeding?: (feed: JournalFeed) => Promise<void>,
  ) => {
    const feed = new JournalFeed({ runDir: journal.runDir, runId: 'run', sink, batchSize });
    await feed.drain();
    await feeding?.(feed);
    await feed.stop();
  };

  it('come once to the process that holds them, and again to the next', async () => {
    write(...upTo(7));
    await process(3, undefined, async (feed) => {
      await feed.drain();
      expect(seqs, 'in the process that has them').to.deep.equal(upTo(7));
    });
    seqs = [];
    await process(3);
    expect(seqs, 'from the batch with 6 on').to.deep.equal([6]);
  });

  it('come again from the oldest one on, whatever was taken since', async () => {
    write(0, 2, 3, 4, 5);
    await process(2);
    seqs = [];
    await process(2);
    expect(seqs).to.deep.equal([0, 2, 3, 4, 5]);
  });

  it('do not come again once a batch resolves that holds nothing', async () => {
    write(0, 2);
    await process(1, undefined, async (feed) => {
      write(3);
      await feed.drain();
      write(1);
      await feed.drain();
    });
    seqs = [];
    await process(1);
    expect(seqs).to.deep.equal([]);
  });

  it('come again when the batch that would let them go was not taken', async () => {
    write(0);
    let fails = false;
    const sink = pairs((some) => {
      if (fails) throw new Error('away');
      seqs.push(...some);
    });
    const feed = new JournalFeed({ runDir: journal.runDir, runId: 'run', sink });
    await feed.drain();
    fails = true;
    write(1);
    void feed.drain();
    await feed.stop();
    seqs = [];
    await process(10);
    expect(seqs).to.deep.equal([0, 1]);
  });

  it('leave a sign for the next process', async () => {
    write(0);
    markTarget(journal.runDir, 'pairs');
    await process(10);
    expect(leftoverRuns(folder.dir, 'pairs')).to.deep.equal({ own: [journal.runDir], foreign: [] });
    write(1);
    await process(10);
    expect(leftoverRuns(folder.dir, 'pairs')).to.deep.equal({ own: [], foreign: [] });
  });
});
