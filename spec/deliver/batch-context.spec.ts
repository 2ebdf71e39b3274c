import { existsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { AnyEvent } from '../../lib/contract/events.js';
import type { BatchContext } from '../../lib/contract/sink.js';
import { backlogOf } from '../../lib/deliver/backlog.js';
import { batchContext } from '../../lib/deliver/batch-context.js';
import { JournalFeed } from '../../lib/deliver/journal-feed.js';
import { replay } from '../../lib/deliver/replay.js';
import { autolog, flush, registry, startRun } from '../../lib/index.js';
import { stateFiles } from '../../lib/journal/layout.js';
import { shutdown } from '../../lib/setup/shutdown.js';
import { event, journalIn, temporaryFolder } from '../journal/events.js';

describe('the context of a batch', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(() => folder.remove());

  const write = (events: readonly AnyEvent[], about: { runId?: string; writer?: string } = {}): string => {
    const { journal } = journalIn(folder.dir, about);
    for (const each of events) journal.append(each, true);
    journal.close();
    return journal.runDir;
  };
  const of = (events: readonly AnyEvent[], runDir: string | null, target?: string): BatchContext =>
    batchContext({ sink: { name: 'sink', ...(target === undefined ? {} : { target }) }, runDir, events });
  const seqs = (events: Iterable<AnyEvent>): string[] => [...events].map(({ writer, seq }) => `${writer}/${seq}`);
  const ofTwo = [0, 1, 2, 3].flatMap((seq) => [
    event(seq, { writer: 'w1', time: seq * 2 }),
    event(seq, { writer: 'w2', time: seq * 2 + 1 }),
  ]);

  it('has the events of its writers before it, in the order they happened', () => {
    write(ofTwo.filter(({ writer }) => writer === 'w1'));
    const runDir = write(
      ofTwo.filter(({ writer }) => writer === 'w2'),
      { writer: 'w2' },
    );
    expect(seqs(of(ofTwo.slice(5), runDir).earlier())).to.deep.equal(['w1/0', 'w2/0', 'w1/1', 'w2/1', 'w1/2']);
    const onlyFirst = ofTwo.slice(4).filter(({ writer }) => writer === 'w1');
    expect(seqs(of(onlyFirst, runDir).earlier())).to.deep.equal(['w1/0', 'w1/1']);
    expect(seqs(of(ofTwo, runDir).earlier())).to.deep.equal([]);
  });

  it('has no earlier events without a journal', () => {
    expect(seqs(of(ofTwo.slice(4), null).earlier())).to.deep.equal([]);
    expect(seqs(of(ofTwo.slice(4), join(folder.dir, 'nowhere')).earlier())).to.deep.equal([]);
  });

  it('names a state file for each target, beside the saved position', () => {
    const runDir = write([event(0)]);
    const { position } = stateFiles(runDir, 'mlflow:http://127.0.0.1:5000 gsm8k');
    const file = of([event(0)], runDir, 'mlflow:http://127.0.0.1:5000 gsm8k').stateFile('.mlflow.jsonl');
    expect(file).to.equal(position.replace(/\.json$/, '.mlflow.jsonl'));
    expect(existsSync(dirname(file ?? ''))).to.equal(true);
    expect(of([event(0)], runDir).stateFile('.rows')).to.equal(
      stateFiles(runDir, 'sink').position.replace(/\.json$/, '.rows'),
    );
    expect(of([event(0)], null).stateFile('.rows')).to.equal(null);
  });

  it('refuses a suffix that would name another file, with AXL_BAD_OPTIONS', () => {
    const context = of([event(0)], write([event(0)]));
    for (const suffix of ['', '.', 'rows', '/../x', '.a/b', '.json', '.rows.json', '.lock', '.$&']) {
      expect(() => context.stateFile(suffix), suffix)
        .to.throw(`got '${suffix}' (string)`)
        .with.property('code', 'AXL_BAD_OPTIONS');
    }
    expect(() => context.stateFile(undefined as never))
      .to.throw()
      .with.property('code', 'AXL_BAD_OPTIONS');
  });

  it('names a state file that counts as no position', () => {
    const runDir = write([event(0)]);
    writeFileSync(of([event(0)], runDir).stateFile('.rows.jsonl') ?? '', '{}\n');
    expect(backlogOf(runDir)).to.deep.equal({ targets: [], isFed: false });
  });

  it('begins another run of the same folder', () => {
    write([event(0, { runId: 'outer' }), event(1, { runId: 'outer' })], { runId: 'outer' });
    const runDir = write([event(0)]);
    const beginning = of([event(0)], runDir).beginningOf('outer');
    expect(beginning?.events.map(({ runId, seq }) => [runId, seq])).to.deep.equal([['outer', 0]]);
    expect(beginning?.context).to.include({ runId: 'outer', runDir: join(folder.dir, 'outer') });
    const position = stateFiles(join(folder.dir, 'outer'), 'sink').position;
    expect(beginning?.context.stateFile('.rows')).to.equal(position.replace(/\.json$/, '.rows'));
    for (const none of ['nowhere', '', '.', '..', '../run']) {
      expect(of([event(0)], runDir).beginningOf(none), none).to.equal(null);
    }
    expect(of([event(0)], null).beginningOf('outer')).to.equal(null);
  });

  describe('however it comes', () => {
    afterEach(() => shutdown());

    /** A sink that is told of each batch what a sink can learn. */
    const asking = (delivery: 'live' | 'journal', told: unknown[]) => ({
      name: 'asking',
      delivery,
      onBatch(events: readonly AnyEvent[], { runDir, runId, earlier, stateFile, isOwn }: BatchContext) {
        told.push({ runDir, runId, earlier: [...earlier()].length, isOwn: events.every(isOwn) });
        const file = stateFile('.seen');
        if (file !== null) writeFileSync(file, `${events.length}`);
      },
    });

    it('is the same for a feed and a replay', async () => {
      const runDir = write([0, 1, 2].map((seq) => event(seq)));
      const told: unknown[] = [];
      const feed = new JournalFeed({ runDir, runId: 'run', sink: asking('journal', told), batchSize: 2 });
      await feed.drain();
      await feed.stop();
      await replay(runDir, asking('live', told), { batchSize: 2 });
      const about = { runDir, runId: 'run', isOwn: false };
      const expected = [
        { ...about, earlier: 0 },
        { ...about, earlier: 2 },
      ];
      expect(told).to.deep.equal([...expected, ...expected]);
    });

    it('has the journal of a live sink’s run, also when that has ended', async () => {
      const told: { readonly runDir: string | null; readonly runId: string; readonly isOwn: boolean }[] = [];
      registry.register(asking('live', told));
      autolog({ silent: true, sinks: [], journal: { dir: folder.dir } });
      const runId = startRun({}, (run) => run.runId);
      await flush();
      const ofRun = told.filter((each) => each.runId === runId);
      expect(ofRun).to.not.deep.equal([]);
      for (const each of ofRun) expect(each).to.include({ runDir: join(folder.dir, runId), isOwn: true });
      const { position } = stateFiles(join(folder.dir, runId), 'asking');
      expect(existsSync(position.replace(/\.json$/, '.seen'))).to.equal(true);
    });

    it('has none with `journal: false`', async () => {
      const told: { readonly runDir: string | null }[] = [];
      registry.register(asking('journal', told));
      autolog({ silent: true, sinks: [], journal: false });
      startRun({}, () => undefined);
      await flush();
      expect(new Set(told.map(({ runDir }) => runDir))).to.deep.equal(new Set([null]));
    });
  });
});
