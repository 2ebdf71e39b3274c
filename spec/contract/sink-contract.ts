import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import type { AnyEvent } from '../../lib/contract/events.js';
import { EVENT_TYPES } from '../../lib/contract/events.js';
import type { Sink } from '../../lib/contract/sink.js';
import { deliver } from '../../lib/deliver/hooks.js';
import { anyEvents, envelope, eventOf, sequenced } from './arbitrary.js';
import { interleave, story } from './story.js';

/** A sink under test and what it has put out. */
export interface Subject {
  readonly sink: Sink;
  /** Everything the sink has put out about one run, as text. It must show the scores of trials, e.g. `0.811`. */
  read(runId: string): Promise<string>;
  /** Removes what the test made. */
  cleanup(): Promise<void>;
}

const RUNS = ['run-a', 'run-b'];
const TRIES = { numRuns: 40 };

/**
 * What every sink must hold to, whatever it writes and wherever. Call it in a spec of your own:
 * `sinkContract('mine', async () => ({ sink: mySink(), read, cleanup }))`; `make` gives a new sink each time.
 */
export function sinkContract(name: string, make: () => Promise<Subject>): void {
  describe(`sink contract: ${name}`, () => {
    describesItself(make);
    survives(make);
    keepsRunsApart(make);
    endsWell(make);
  });
}

function describesItself(make: () => Promise<Subject>): void {
  it('is an object with a name, and every hook it has is a function', async () => {
    await using(make, async ({ sink }) => {
      expect(sink.name).to.be.a('string').and.not.equal('');
      expect(sink.delivery ?? 'live').to.be.oneOf(['live', 'journal']);
      const hooks = [...EVENT_TYPES, 'onBatch', 'setup', 'flush', 'close'] as const;
      for (const hook of hooks) expect(typeof (sink[hook] ?? (() => {})), hook).to.equal('function');
      expect(EVENT_TYPES.some((type) => sink[type]) || sink.onBatch, 'hears something').to.be.ok;
    });
  });
}

function survives(make: () => Promise<Subject>): void {
  for (const type of EVENT_TYPES) {
    it(`takes ${type} alone, with and without its optional fields`, async () => {
      const one = eventOf(type, RUNS).map((event) => sequenced([event]));
      await holds(make, one);
    });
  }

  it('takes any events in any order, without changing them', async () => {
    await holds(make, anyEvents(RUNS));
  });

  it('takes a text of a million characters', async () => {
    await using(make, async ({ sink }) => {
      const data = { kind: 'message', message: 'x'.repeat(1_000_000), data: null } as const;
      await send(sink, [envelope('onLog', data, { runId: 'run-a', seq: 0 })]);
    });
  });

  it('ignores events of types that do not exist yet', async () => {
    await using(make, async ({ sink, read }) => {
      const { runId, events, scores } = story('run-a', '11');
      const [first, ...rest] = events as [AnyEvent, ...AnyEvent[]];
      const future = { ...first, seq: 0.5, type: 'onSomethingNew', data: { anything: [1] } } as unknown as AnyEvent;
      await send(sink, [first, Object.freeze(future), ...rest]);
      expect(await read(runId)).to.include(scores[1]);
    });
  });
}

function keepsRunsApart(make: () => Promise<Subject>): void {
  it('keeps the events of interleaved runs apart', async () => {
    await using(make, async ({ sink, read }) => {
      const [a, b] = [story('run-a', '11'), story('run-b', '22')];
      await send(sink, interleave(a, b));
      const [ofA, ofB] = [await read(a.runId), await read(b.runId)];
      for (const score of a.scores) {
        expect(ofA).to.include(score);
        expect(ofB).to.not.include(score);
      }
      for (const score of b.scores) {
        expect(ofB).to.include(score);
        expect(ofA).to.not.include(score);
      }
    });
  });

  it('works side by side with another of its kind', async () => {
    await using(make, async (one) => {
      await using(make, async (other) => {
        const [a, b] = [story('run-a', '11'), story('run-b', '22')];
        await Promise.all([send(one.sink, a.events), send(other.sink, b.events)]);
        expect(await one.read(a.runId)).to.include(a.scores[1]);
        expect(await other.read(b.runId)).to.include(b.scores[1]);
        expect(await one.read(b.runId)).to.not.include(b.scores[1]);
      });
    });
  });
}

function endsWell(make: () => Promise<Subject>): void {
  it('leaves the finished trials readable when a run never ends', async () => {
    await using(make, async ({ sink, read }) => {
      const { runId, events, scores } = story('run-a', '11');
      await send(sink, events.slice(0, -2));
      await sink.flush?.();
      await sink.close?.();
      const output = await read(runId);
      for (const score of scores) expect(output).to.include(score);
    });
  });

  it('can be closed twice, and flushed after that', async () => {
    await using(make, async ({ sink, read }) => {
      const { runId, events, scores } = story('run-a', '11');
      await send(sink, events);
      await sink.close?.();
      const output = await read(runId);
      await sink.close?.();
      await sink.flush?.();
      expect(output).to.include(scores[1]);
      expect(await read(runId)).to.equal(output);
    });
  });

  it('can be flushed and closed without ever having heard anything', async () => {
    await using(make, async ({ sink }) => {
      await sink.flush?.();
      await sink.close?.();
    });
  });
}

async function holds(make: () => Promise<Subject>, events: fc.Arbitrary<readonly AnyEvent[]>): Promise<void> {
  await fc.assert(
    fc.asyncProperty(events, async (sequence) => {
      const before = JSON.stringify(sequence);
      await using(make, async ({ sink }) => {
        await send(sink, sequence);
        await sink.flush?.();
      });
      expect(JSON.stringify(sequence)).to.equal(before);
    }),
    TRIES,
  );
}

/** Events as the dispatcher hands them over: batches of one run, in order; frozen, so that a change throws. */
async function send(sink: Sink, events: readonly AnyEvent[]): Promise<void> {
  let batch: AnyEvent[] = [];
  for (const event of events) {
    if (batch[0] && batch[0].runId !== event.runId) {
      await deliver(sink, batch, null);
      batch = [];
    }
    batch.push(event);
  }
  await deliver(sink, batch, null);
}

async function using(make: () => Promise<Subject>, test: (subject: Subject) => Promise<void>): Promise<void> {
  const subject = await make();
  try {
    await subject.sink.setup?.({ journalDir: null, warn: () => {} });
    await test(subject);
  } finally {
    await subject.sink.close?.();
    await subject.cleanup();
  }
}
