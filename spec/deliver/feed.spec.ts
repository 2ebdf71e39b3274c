import { appendFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { Sink } from '../../lib/contract/sink.js';
import { JournalFeed, type JournalFeedOptions } from '../../lib/deliver/journal-feed.js';
import { stateFiles } from '../../lib/journal/layout.js';
import type { RunJournal } from '../../lib/journal/writer.js';
import { child, outcome } from '../journal/children/index.js';
import { event, journalIn, temporaryFolder } from '../journal/events.js';

const upTo = (count: number, from = 0): number[] => Array.from({ length: count - from }, (_, i) => from + i);

describe('journal feed', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let journal: RunJournal;
  let feeds: JournalFeed[];
  beforeEach(() => {
    folder = temporaryFolder();
    feeds = [];
    journal = journalIn(folder.dir).journal;
  });
  afterEach(async () => {
    await Promise.all(feeds.map((feed) => feed.stop()));
    folder.remove();
  });

  const write = (seqs: readonly number[]): void => {
    for (const seq of seqs) journal.append(event(seq), false);
    journal.flush();
  };
  const feedTo = (sink: Sink, about: Partial<JournalFeedOptions> = {}): JournalFeed => {
    const feed = new JournalFeed({ runDir: journal.runDir, runId: 'run', sink, ...about });
    feeds.push(feed);
    return feed;
  };
  const collector = (name = 'sink'): Sink & { readonly seqs: number[]; readonly batches: number[] } => {
    const seqs: number[] = [];
    const batches: number[] = [];
    return {
      ...{ name, seqs, batches },
      async onBatch(events, context) {
        expect(context).to.include({ runDir: journal.runDir, runId: 'run' });
        await new Promise((resolve) => setImmediate(resolve));
        batches.push(events.length);
        seqs.push(...events.map((each) => each.seq));
      },
    };
  };

  it('delivers what is there and what comes, in order and in batches', async () => {
    write(upTo(7));
    const sink = collector();
    const feed = feedTo(sink, { batchSize: 3 });
    await feed.drain();
    expect(sink.batches).to.deep.equal([3, 3, 1]);
    write([7, 8]);
    feed.poke();
    await feed.drain();
    expect(sink.seqs).to.deep.equal(upTo(9));
  });

  it('hands over fewer events where they are big, in the line or as blobs', async () => {
    const big = (seq: number, size: number) => {
      const data = { name: 'big', done: seq, total: null, data: { text: `${seq}`.repeat(size) } };
      journal.append(event(seq, { data }), false);
    };
    for (let seq = 0; seq < 6; seq += 1) big(seq, 7_000_000);
    for (let seq = 6; seq < 9; seq += 1) big(seq, 10);
    journal.flush();
    const sink = collector();
    await feedTo(sink).drain();
    expect(sink.seqs).to.deep.equal(upTo(9));
    expect(Math.max(...sink.batches)).to.be.at.most(5);
    expect(sink.batches.length).to.be.greaterThan(2);
  });

  it('delivers by itself when it is poked', async () => {
    let deliver = (): void => undefined;
    const delivered = new Promise<void>((resolve) => {
      deliver = resolve;
    });
    const feed = feedTo({ name: 'x', onProgress: (each) => (each.seq === 4 ? deliver() : undefined) });
    feed.poke();
    write(upTo(5));
    feed.poke();
    await delivered;
  });

  it('calls hooks one at a time for a sink without onBatch', async () => {
    write(upTo(4));
    const calls: string[] = [];
    let running = 0;
    await feedTo({
      name: 'hooks',
      async onProgress(each) {
        running += 1;
        await new Promise((resolve) => setImmediate(resolve));
        calls.push(`${each.seq} ${running}`);
        running -= 1;
      },
    }).drain();
    expect(calls).to.deep.equal(['0 1', '1 1', '2 1', '3 1']);
  });

  it('carries on where an earlier feed of the target stopped; other targets have their own position', async () => {
    write(upTo(5));
    const first = collector();
    const feed = feedTo(first, { batchSize: 2 });
    await feed.drain();
    await feed.stop();
    write([5, 6]);
    const second = collector();
    await feedTo(second).drain();
    expect(second.seqs).to.deep.equal([5, 6]);
    const other = collector('other');
    await feedTo(other).drain();
    expect(other.seqs).to.deep.equal(upTo(7));
  });

  it('offers a rejected batch again until it is taken, and loses and skips nothing', async () => {
    write(upTo(10));
    const seqs: number[] = [];
    const problems: string[] = [];
    let attempts = 0;
    const sink: Sink = {
      name: 'flaky',
      onBatch(events) {
        attempts += 1;
        if (attempts % 3 !== 0) return Promise.reject(new Error('503'));
        seqs.push(...events.map((each) => each.seq));
        return undefined;
      },
    };
    await feedTo(sink, { batchSize: 4, onProblem: (code) => problems.push(code) }).drain();
    expect(seqs).to.deep.equal(upTo(10));
    expect(attempts).to.equal(9);
    expect(problems).to.deep.equal(['AXL_SINK_FAILED']);
  }).timeout(20_000);

  it('offers only the event that failed and those behind it to a sink with hooks', async () => {
    write(upTo(5));
    const seqs: number[] = [];
    await feedTo({
      name: 'hooks',
      onProgress(each) {
        seqs.push(each.seq);
        if (each.seq === 2 && seqs.length < 5) throw new Error('no');
      },
    }).drain();
    expect(seqs).to.deep.equal([0, 1, 2, 2, 2, 3, 4]);
  });

  it('merges the segments of several processes by time', async () => {
    const other = journalIn(folder.dir, { writer: 'w2' }).journal;
    write([0, 2, 4]);
    for (const seq of [1, 3, 5]) other.append(event(seq, { writer: 'w2' }), true);
    const sink = collector();
    const feed = feedTo(sink, { batchSize: 2 });
    await feed.drain();
    expect(sink.seqs).to.deep.equal(upTo(6));
    other.append(event(6, { writer: 'w2' }), true);
    await feed.drain();
    expect(sink.seqs).to.deep.equal(upTo(7));
  });

  it('waits for the end of an incomplete line and skips corrupt ones', async () => {
    write([0]);
    const line = JSON.stringify(event(1));
    appendFileSync(journal.path, `garbage\n${line.slice(0, 30)}`);
    const sink = collector();
    const problems: string[] = [];
    const feed = feedTo(sink, { onProblem: (code) => problems.push(code) });
    await feed.drain();
    expect(sink.seqs).to.deep.equal([0]);
    appendFileSync(journal.path, `${line.slice(30)}\n`);
    await feed.drain();
    expect(sink.seqs).to.deep.equal([0, 1]);
    expect(problems).to.deep.equal(['AXL_JOURNAL_CORRUPT']);
  });

  it('is the only one of its target: two feeds deliver each event once', async () => {
    write(upTo(50));
    const [a, b] = [collector(), collector()];
    const both = [feedTo(a, { batchSize: 5 }), feedTo(b, { batchSize: 5 })];
    await Promise.all(both.map((feed) => feed.drain()));
    expect([...a.seqs, ...b.seqs].sort((x, y) => x - y)).to.deep.equal(upTo(50));
    await both[0]?.stop();
    write(upTo(60, 50));
    await both[1]?.drain();
    expect([...a.seqs, ...b.seqs].sort((x, y) => x - y)).to.deep.equal(upTo(60));
  }).timeout(20_000);

  it('takes over the lease of a dead process, and of a later process with the same id', async () => {
    const dead = child('write-durable', join(folder.dir, 'elsewhere'), 'w', '1');
    await outcome(dead);
    const { lease } = stateFiles(journal.runDir, 'sink');
    mkdirSync(join(journal.runDir, '.state'), { recursive: true });
    for (const holder of [
      { id: 'x', pid: dead.pid, started: '1', host: hostname() },
      { id: 'x', pid: process.pid, started: '1', host: hostname() },
    ]) {
      writeFileSync(lease, JSON.stringify(holder));
      write([0]);
      const sink = collector();
      const feed = feedTo(sink);
      await feed.drain();
      expect(sink.seqs.length).to.be.greaterThan(0);
      await feed.stop();
      expect(readdirSync(join(journal.runDir, '.state')).filter((name) => name.includes('.lock'))).to.deep.equal([]);
    }
  });

  it('repeats at most one batch when its process is killed, and loses nothing', async () => {
    write(upTo(200));
    const out = join(folder.dir, 'out.txt');
    for (const killAfter of [1, 3, 10]) await outcome(child('feed', journal.runDir, out), killAfter);
    await outcome(child('feed', journal.runDir, out));
    const seqs = readFileSync(out, 'utf8').trim().split('\n').map(Number);
    expect([...new Set(seqs)]).to.deep.equal(upTo(200));
    expect(seqs.length).to.be.at.most(200 + 3 * 5);
  }).timeout(60_000);

  it('resolves drain and leaves the rest in the journal when it is stopped', async () => {
    write(upTo(6));
    const seqs: number[] = [];
    const feed: JournalFeed = feedTo(
      {
        name: 'sink',
        onBatch(events) {
          seqs.push(...events.map((each) => each.seq));
          if (seqs.length === 4) void feed.stop();
        },
      },
      { batchSize: 2 },
    );
    await feed.drain();
    await feed.stop();
    expect(seqs).to.deep.equal(upTo(4));
    const rest = collector();
    await feedTo(rest).drain();
    expect(rest.seqs).to.deep.equal([4, 5]);
  });

  it('does not keep its process alive', async () => {
    write(upTo(3));
    const process = child('idle-feed', journal.runDir);
    await outcome(process);
    expect(process.exitCode).to.equal(0);
  }).timeout(20_000);

  it('has nothing to do where there is no journal', async () => {
    const sink = collector();
    await feedTo(sink).drain();
    expect(sink.seqs).to.deep.equal([]);
    expect(readdirSync(folder.dir)).to.deep.equal([]);
  });
});
