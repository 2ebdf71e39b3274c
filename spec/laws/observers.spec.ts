import * as ax from '@ax-llm/ax';
import { activeRun, EVENT_TYPES, type Sink } from 'ax-autolog';
import { files } from 'ax-autolog/plugins/files';
import { expect } from 'chai';
import { afterEach, describe, it } from 'mocha';
import { MIPROv2 } from '../../samples/teleprompters/mipro-v2.js';
import { exact, questions, scripted, twoPartProgram } from '../capture/ax/support/scripted.js';
import { seeded, timeless } from '../capture/ax/support/seeded.js';
import { startTracking, type Tracking } from '../fixtures/tracking.js';

type AI = ax.AxAIService;

const compiles: Readonly<Record<string, (ai: AI) => Promise<unknown>>> = {
  GEPA: (ai) =>
    new ax.AxGEPA({ studentAI: ai, numTrials: 6, minibatchSize: 4, seed: 7 }).compile(
      twoPartProgram(ax),
      questions(8),
      exact,
      { maxMetricCalls: 80 },
    ),
  BootstrapFewShot: (ai) =>
    new ax.AxBootstrapFewShot({ studentAI: ai, options: { verboseMode: false } }).compile(
      twoPartProgram(ax),
      questions(9),
      exact,
    ),
  ACE: (ai) => new ax.AxACE({ studentAI: ai }, { maxEpochs: 1 }).compile(twoPartProgram(ax), questions(4), exact),
  MIPROv2: (ai) =>
    new MIPROv2({
      studentAI: ai,
      auto: null,
      numCandidates: 3,
      numTrials: 6,
      minibatch: false,
      seed: 3,
      numThreads: 1,
    }).compile(twoPartProgram(ax) as never, questions(12), exact as never),
};

/** A sink with the same behaviour in every hook. */
function everywhere(name: string, hook: (event: never) => unknown): Sink {
  return {
    name,
    ...Object.fromEntries(EVENT_TYPES.map((type) => [type, hook])),
    setup: () => hook({} as never),
    flush: () => hook({} as never),
  };
}

/** Tries to change everything it can reach; strict mode makes each attempt on a frozen object throw. */
function vandalize(value: unknown): void {
  if (value === null || typeof value !== 'object') return;
  for (const key of Object.keys(value)) {
    vandalize((value as Record<string, unknown>)[key]);
    try {
      (value as Record<string, unknown>)[key] = 'vandalized';
    } catch {
      // Frozen, as it should be: the next one.
    }
  }
}

const hostile: Readonly<Record<string, () => Sink>> = {
  throws: () =>
    everywhere('throws', () => {
      throw new Error('always');
    }),
  rejects: () => everywhere('rejects', () => Promise.reject(new Error('always'))),
  hangs: () => ({
    name: 'hangs',
    onTrialStart: () => new Promise(() => undefined),
    onExampleEnd: () => new Promise(() => undefined),
  }),
  floods: () =>
    everywhere('floods', () => {
      for (let i = 0; i < 20; i++) activeRun()?.logMetric('flood', i);
      return new Array(100).fill('garbage');
    }),
  mutates: () => everywhere('mutates', vandalize),
  'is slow': () =>
    everywhere('is slow', () => {
      const until = performance.now() + 0.5;
      while (performance.now() < until);
    }),
};

async function outcome(compile: (ai: AI) => Promise<unknown>): Promise<unknown> {
  const { ai, requests } = scripted(ax, { seed: 4 });
  let result: unknown;
  await seeded(11, async () => {
    result = timeless(await compile(ai));
  });
  return { result, requests };
}

describe('observers never change the run', function () {
  this.timeout(60_000);
  let tracking: Tracking | undefined;

  afterEach(async () => {
    await tracking?.stop();
    tracking = undefined;
  });

  for (const [name, compile] of Object.entries(compiles)) {
    for (const [how, sink] of Object.entries(hostile)) {
      it(`${name}, with a sink that ${how}, the journal and the files`, async () => {
        const untracked = await outcome(compile);
        tracking = startTracking({ logCompiles: true, logEvals: true, silent: true, sinks: [files(), sink()] });
        expect(await outcome(compile)).to.deep.equal(untracked);
        expect((untracked as { requests: unknown[] }).requests.length).to.be.greaterThan(3);
      });
    }
  }

  it('what one sink does to an event reaches no other sink, and no result', async () => {
    tracking = startTracking({ logCompiles: true, silent: true, sinks: [hostile['mutates']?.() as Sink] });
    await outcome(compiles['GEPA'] as never);
    await tracking.seen.settled();
    expect(JSON.stringify(tracking.seen.events)).to.not.contain('vandalized');
    expect(tracking.seen.of('onTrialEnd').length).to.be.greaterThan(3);
  });
});
