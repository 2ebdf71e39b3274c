import * as ax from '@ax-llm/ax';
import * as api from '@opentelemetry/api';
import type { SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { expect } from 'chai';
import { afterEach, describe, it } from 'mocha';
import type { Sink } from '../../../lib/contract/sink.js';
import { Evaluate } from '../../../lib/index.js';
import { setSpanBridge } from '../../../lib/track/traces/bridge.js';
import { otel } from '../../../plugins/otel/index.js';
import { exact, questions, scripted, twoPartProgram } from '../../capture/ax/support/scripted.js';
import { seeded, timeless } from '../../capture/ax/support/seeded.js';
import { startTracking, type Tracking } from '../../fixtures/tracking.js';
import { keeping } from './support/exporters.js';
import { sdk, withContextManager } from './support/sdk.js';

const fail = (): never => {
  throw new Error('always');
};
const broken: SpanProcessor = { onStart: fail, onEnd: fail, forceFlush: fail, shutdown: fail };

const SINKS: Readonly<Record<string, () => Sink>> = {
  'a provider': () => otel({ tracerProvider: sdk().provider }),
  'no provider': () => otel(),
  'a provider whose processor throws': () => otel({ tracerProvider: sdk({ processors: [broken] }).provider }),
  'a provider that throws': () => otel({ tracerProvider: { getTracer: fail } }),
};

/** Each of them has `shutdown()` wait its five seconds. */
const EXPORTERS: Readonly<Record<string, () => Sink>> = {
  'an exporter that fails': () => otel({ exporter: keeping(() => new Error('away')) }),
  'an exporter that never answers': () => otel({ exporter: keeping(() => undefined), timeoutMs: 10 }),
};

const RUNS: Readonly<Record<string, (ai: ax.AxAIService) => Promise<unknown>>> = {
  GEPA: (ai) =>
    new ax.AxGEPA({ studentAI: ai, numTrials: 4, minibatchSize: 4, seed: 7 }).compile(
      twoPartProgram(ax),
      questions(8),
      exact,
      { maxMetricCalls: 60 },
    ),
  Evaluate: async (ai) => {
    const evaluate = new Evaluate({ devset: questions(12), metric: exact, numThreads: 3 });
    const { score, results } = await evaluate.evaluate(twoPartProgram(ax) as never, { ai });
    return { score, results: results.map(({ example, prediction, score: own }) => ({ example, prediction, own })) };
  },
  'a program that fails': async (ai) => {
    const down = scripted(ax, { fails: () => true }).ai;
    const error = await twoPartProgram(ax)
      .forward(down, { question: 'q' })
      .catch((thrown: Error) => thrown);
    return { error: (error as Error).message, answer: await twoPartProgram(ax).forward(ai, { question: 'q' }) };
  },
};

async function outcome(run: (ai: ax.AxAIService) => Promise<unknown>): Promise<unknown> {
  const { ai, requests } = scripted(ax, { seed: 4 });
  let result: unknown;
  await seeded(11, async () => {
    result = timeless(await run(ai));
  });
  return { result, requests };
}

describe('otel never changes the run', function () {
  this.timeout(60_000);
  let tracking: Tracking | undefined;
  let removeManager: (() => void) | undefined;

  afterEach(async () => {
    await tracking?.stop();
    removeManager?.();
    tracking = undefined;
    removeManager = undefined;
    api.context.disable();
  });

  for (const [name, run] of Object.entries(RUNS)) {
    for (const [how, sink] of Object.entries({ ...SINKS, ...(name === 'GEPA' ? EXPORTERS : {}) })) {
      it(`${name}, with ${how}`, async () => {
        const untracked = await outcome(run);
        removeManager = withContextManager();
        const switches = { logCompiles: true, logEvals: true, logTracesFromCompile: true, silent: true };
        tracking = startTracking({ ...switches, sinks: [sink()] });
        expect(await outcome(run)).to.deep.equal(untracked);
      });
    }
  }

  it('also when the bridge throws', async () => {
    const run = RUNS['GEPA'] as (ai: ax.AxAIService) => Promise<unknown>;
    const untracked = await outcome(run);
    tracking = startTracking({ logCompiles: true, logTracesFromCompile: true, silent: true });
    const takeAway = setSpanBridge(fail);
    expect(await outcome(run)).to.deep.equal(untracked);
    takeAway();
  });
});
