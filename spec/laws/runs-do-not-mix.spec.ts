import { type AnyEvent, activeCompile, Evaluate, trackCompile, trackTrial } from 'ax-autolog';
import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { tracker } from '../../lib/track/tracker.js';
import { startTracking, type Tracking } from '../fixtures/tracking.js';

interface Example {
  readonly owner: string;
  readonly n: number;
}

const COMPILES = 16;
const EVALUATIONS = 16;
const TRIALS = 62;
const BATCH = 3;

/** Waits for a number of turns that differs from call to call, sometimes on a timer, so that everything interleaves. */
async function wander(n: number): Promise<void> {
  if (n % 7 === 0) await new Promise((resolve) => setTimeout(resolve, n % 3));
  else for (let i = 0; i < n % 5; i++) await Promise.resolve();
}

function datasetOf(owner: string, size: number): Example[] {
  return Array.from({ length: size }, (_, n) => ({ owner, n }));
}

/** A program whose LM calls say whose they are: model = owner. */
async function forward(example: Example): Promise<{ owner: string }> {
  await wander(example.n + example.owner.length);
  tracker.lmCall({
    operation: 'chat',
    provider: 'none',
    model: example.owner,
    tokens: { prompt: 1, completion: 1, total: 2 },
  });
  return { owner: example.owner };
}

@trackCompile()
class Interleaved {
  constructor(readonly owner: string) {}

  async compile(_program: object, trainset: readonly Example[], _metric: () => number) {
    const parallel: Promise<unknown>[] = [];
    for (let i = 0; i < TRIALS; i++) {
      const id = activeCompile()?.propose({ texts: { owner: `${this.owner} ${i}` } });
      parallel.push(this.trial({ texts: { owner: `${this.owner} ${i}` } }, trainset.slice(0, BATCH), i));
      if (id && i % 4 === 0) activeCompile()?.reject(id, this.owner);
      if (parallel.length === 4) await Promise.all(parallel.splice(0));
    }
    await Promise.all(parallel);
    return { program: {}, score: 1 };
  }

  @trackTrial({ candidate: 0, batch: 1 })
  async trial(_candidate: object, batch: readonly Example[], turn: number) {
    await wander(turn);
    const results = await Promise.all(
      batch.map(async (example) => ({ example, prediction: await forward(example), score: turn })),
    );
    return { score: turn, results };
  }
}

describe('runs do not mix', function () {
  this.timeout(120_000);
  let tracking: Tracking;

  beforeEach(() => {
    tracking = startTracking({ logEvals: true });
  });

  afterEach(() => tracking.stop());

  it(`${COMPILES} compiles and ${EVALUATIONS} evaluations interleaved, ${COMPILES * TRIALS} trials: every event is where it belongs`, async () => {
    const metric = ({ prediction, example }: { prediction: unknown; example: unknown }) =>
      (prediction as Example).owner === (example as Example).owner ? 1 : 0;
    await Promise.all([
      ...Array.from({ length: COMPILES }, (_, i) =>
        new Interleaved(`compile ${i}`).compile({}, datasetOf(`compile ${i}`, 5), () => 1),
      ),
      ...Array.from({ length: EVALUATIONS }, (_, i) =>
        new Evaluate({ devset: datasetOf(`evaluation ${i}`, 40), metric, numThreads: 8 }).evaluate({
          forward: (_ai: unknown, example: unknown) => forward(example as Example),
        }),
      ),
    ]);
    await tracking.seen.settled();
    const { events } = tracking.seen;
    const runs = groupByRun(events);
    expect(runs.size).to.equal(COMPILES + EVALUATIONS);
    let trials = 0;
    for (const run of runs.values()) trials += checkRun(run);
    expect(trials).to.equal(COMPILES * TRIALS);
    expect(trials).to.be.greaterThan(990);
  });
});

function groupByRun(events: readonly AnyEvent[]): Map<string, AnyEvent[]> {
  const runs = new Map<string, AnyEvent[]>();
  for (const event of events) runs.set(event.runId, [...(runs.get(event.runId) ?? []), event]);
  return runs;
}

/** Everything in one run speaks of one owner; starts and ends pair up exactly. Returns the number of trials. */
function checkRun(events: readonly AnyEvent[]): number {
  const owners = new Set<string>();
  const open = new Set<string>();
  const counts = new Map<string, { examples: number; calls: number }>();
  for (const event of events) {
    for (const owner of JSON.stringify(event.data).match(/(compile|evaluation) \d+/g) ?? []) owners.add(owner);
    const id = event.trialId ?? event.evalId ?? '';
    if (event.type === 'onTrialStart' || event.type === 'onEvalStart') {
      expect(open.has(id)).to.equal(false);
      open.add(id);
      counts.set(id, { examples: 0, calls: 0 });
    }
    const count = counts.get(id);
    if (event.type === 'onExampleEnd' || event.type === 'onLMCall') {
      expect(open.has(id), `${event.type} inside its trial`).to.equal(true);
      if (count) count[event.type === 'onLMCall' ? 'calls' : 'examples'] += 1;
    }
    if (event.type === 'onTrialEnd') {
      expect(open.delete(id)).to.equal(true);
      expect(count).to.deep.equal({ examples: BATCH, calls: BATCH });
      expect(event.data.tokens.task?.calls).to.equal(BATCH);
      expect(new Set(event.data.exampleScores).size).to.equal(1);
      expect(event.data.candidate?.texts['owner']?.split(' ').at(-1)).to.equal(String(event.data.score));
    }
    if (event.type === 'onEvalEnd') {
      expect(open.delete(id)).to.equal(true);
      expect(count).to.deep.equal({ examples: 40, calls: 40 });
      expect(event.data.score).to.equal(1);
    }
  }
  expect(open.size).to.equal(0);
  expect(owners.size).to.equal(1);
  expect(events.map(({ seq }) => seq)).to.deep.equal(events.map((_, i) => i));
  return events.filter(({ type }) => type === 'onTrialEnd').length;
}
