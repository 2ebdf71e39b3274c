import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { AnyEvent } from '../../lib/contract/events.js';
import { batchContext } from '../../lib/deliver/batch-context.js';
import { type Rebuildable, rebuildable } from '../../lib/deliver/rebuildable.js';
import { event, journalIn, temporaryFolder } from '../journal/events.js';

/** The events that a state was given, `*` marks those that were delivered before. */
type Taken = string[];

describe('rebuildable', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let runDir: string;
  let dropped: Taken[];
  beforeEach(() => {
    folder = temporaryFolder();
    dropped = [];
    for (const writer of ['w1', 'w2']) {
      const { journal } = journalIn(folder.dir, { writer });
      for (const each of events) if (each.writer === writer) journal.append(each, true);
      journal.close();
      runDir = journal.runDir;
    }
  });
  afterEach(() => folder.remove());

  const events = [0, 1, 2, 3].flatMap((seq) => [
    event(seq, { writer: 'w1', time: seq * 2 }),
    event(seq, { writer: 'w2', time: seq * 2 + 1 }),
  ]);
  const all = events.map(({ writer, seq }) => `${writer}/${seq}`);

  const states = (): Rebuildable<Taken> => rebuildable<Taken>(() => [], { onDrop: (state) => dropped.push(state) });
  const hand = (runs: Rebuildable<Taken>, batch: readonly AnyEvent[], dir: string | null = runDir): Taken => {
    const { state, steps } = runs.begin(batch, batchContext({ sink: { name: 'sink' }, runDir: dir, events: batch }));
    for (const { event: each, isEarlier } of steps) state.push(`${each.writer}/${each.seq}${isEarlier ? '*' : ''}`);
    return state;
  };
  const plain = (taken: Taken): Taken => taken.map((each) => each.replace('*', ''));

  it('gives each event once, in order, also when batches come again', () => {
    const runs = states();
    hand(runs, events.slice(0, 3));
    hand(runs, events.slice(0, 3));
    expect(hand(runs, events.slice(2))).to.deep.equal(all);
  });

  it('rebuilds what an earlier process knew, wherever that was, from the events of the batch’s writers', () => {
    for (let at = 1; at < events.length - 1; at += 1) {
      const taken = hand(states(), events.slice(at));
      expect(plain(taken), `from ${at}`).to.deep.equal(all);
      expect(taken.filter((each) => each.endsWith('*'))).to.have.length(at);
    }
    const w1 = events.filter(({ writer, seq }) => writer === 'w1' && seq > 1);
    expect(hand(states(), w1)).to.deep.equal(['w1/0*', 'w1/1*', 'w1/2', 'w1/3']);
  });

  it('rebuilds a writer of whom it learns later', () => {
    const runs = states();
    hand(
      runs,
      events.slice(0, 4).filter(({ writer }) => writer === 'w1'),
    );
    expect(hand(runs, events.slice(4))).to.deep.equal(['w1/0', 'w1/1', 'w2/0*', 'w2/1*', ...all.slice(4)]);
  });

  it('drops a state that another process has overtaken, and rebuilds it', () => {
    const runs = states();
    hand(runs, events.slice(0, 2));
    expect(plain(hand(runs, events.slice(6)))).to.deep.equal(all);
    expect(dropped).to.deep.equal([all.slice(0, 2)]);
  });

  it('gives an event again when taking it failed, and drops a state that was half rebuilt', () => {
    const runs = states();
    const context = batchContext({ sink: { name: 'sink' }, runDir, events: events.slice(4) });
    const fail = (when: (isEarlier: boolean, count: number) => boolean): void => {
      const { state, steps } = runs.begin(events.slice(4), context);
      for (const { event: each, isEarlier } of steps) {
        if (when(isEarlier, state.length)) throw new Error('no server');
        state.push(`${each.writer}/${each.seq}`);
      }
    };
    expect(() => fail((isEarlier, count) => isEarlier && count === 2)).to.throw('no server');
    expect(dropped).to.deep.equal([all.slice(0, 2)]);
    expect(() => fail((isEarlier, count) => !isEarlier && count === 6)).to.throw('no server');
    expect(dropped).to.have.length(1);
    expect(plain(hand(runs, events.slice(4)))).to.deep.equal(all);
  });

  it('rebuilds and drops nothing without a journal', () => {
    const runs = states();
    hand(runs, events.slice(2, 4), null);
    expect(hand(runs, events.slice(6), null)).to.deep.equal([...all.slice(2, 4), ...all.slice(6)]);
    expect(dropped).to.deep.equal([]);
  });

  it('gives every warning outside of runs', () => {
    const runs = states();
    const outside = event(-1, { runId: '', type: 'onWarning' });
    hand(runs, [outside], null);
    expect(hand(runs, [outside, outside], null)).to.have.length(3);
  });

  it('keeps the last 64 of the runs that ended, and those that did not', () => {
    const runs = states();
    const run = (runId: string, type: AnyEvent['type']) => hand(runs, [event(0, { runId, type })], null);
    run('open', 'onRunStart');
    for (let i = 0; i < 70; i += 1) run(`run-${i}`, 'onRunEnd');
    expect(runs.ids()).to.have.length(66).and.include.members(['open', 'run-69']).and.not.include('run-0');
    expect(dropped).to.have.length(5);
    expect(runs.get('open')).to.deep.equal(['w1/0']);
    runs.drop('open');
    expect(runs.get('open')).to.equal(undefined);
    runs.clear();
    expect(runs.ids()).to.deep.equal([]);
    expect(dropped).to.have.length(71);
  });

  it('makes a state with the context and the events of the first batch', () => {
    const seen: unknown[] = [];
    const runs = rebuildable((context, batch) => seen.push([context.runId, batch.length]));
    runs.begin(events.slice(0, 2), batchContext({ sink: { name: 'sink' }, runDir, events: events.slice(0, 2) }));
    expect(seen).to.deep.equal([['run', 2]]);
  });
});
