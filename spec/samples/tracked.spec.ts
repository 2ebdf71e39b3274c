import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineSink, flush, getTracking, registry, type Sink } from 'ax-autolog';
import { recorder } from 'ax-autolog/testing';
import { expect } from 'chai';
import { after, afterEach, before, describe, it } from 'mocha';
import { exactAnswer } from '../../samples/gsm8k/metric.js';
import { chainOfThought } from '../../samples/gsm8k/program.js';
import { MIPROv2 } from '../../samples/teleprompters/mipro-v2.js';
import { train, withSimulatedLM } from './support.js';

const settings = {
  auto: null,
  numCandidates: 3,
  numTrials: 4,
  minibatchSize: 10,
  minibatchFullEvalSteps: 2,
  seed: 3,
  numThreads: 1,
} as const;
const trainset = train.slice(0, 30);
const valset = train.slice(30, 70);

/** One compile: what was asked of the LM, in order, and what came out, times aside. */
async function compile(options = { valset }) {
  const requests: string[] = [];
  const result = await withSimulatedLM({ onRequest: (body) => requests.push(body) }, (lm) =>
    new MIPROv2({ studentAI: lm.ai, ...settings }).compile(chainOfThought(), trainset, exactAnswer, options),
  );
  const times = /^(optimizationTime|totalTime|avgLatencyPerEval)$/;
  return { requests, result, json: JSON.stringify(result, (key, v: unknown) => (times.test(key) ? 0 : v)) };
}

const hooks = (hook: () => unknown): Partial<Sink> => ({
  onCompileStart: hook,
  onTrialStart: hook,
  onExampleEnd: hook,
  onTrialEnd: hook,
  onCandidateProposed: hook,
});

describe('MIPROv2, tracked', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ax-autolog-mipro-'));
  const outer = process.env['AX_AUTOLOG_DIR'];
  const unregister: (() => void)[] = [];

  before(() => {
    process.env['AX_AUTOLOG_DIR'] = folder;
  });
  afterEach(() => {
    for (const undo of unregister.splice(0)) undo();
  });
  after(async () => {
    await flush();
    if (outer === undefined) delete process.env['AX_AUTOLOG_DIR'];
    else process.env['AX_AUTOLOG_DIR'] = outer;
    rmSync(folder, { recursive: true, force: true });
  });

  it('is known by its decorators', () => {
    const tracking = JSON.stringify(getTracking(MIPROv2));
    expect(tracking).to.include('compile').and.to.include('scoreCandidate').and.to.include('minibatchFullEvalSteps');
  });

  const sinks: Readonly<Record<string, Sink>> = {
    'a good sink': recorder(),
    'a sink that throws': defineSink({
      name: 'throws',
      ...hooks(() => {
        throw new Error('sink is broken');
      }),
    }),
    'a sink that rejects': defineSink({ name: 'rejects', ...hooks(() => Promise.reject(new Error('sink is broken'))) }),
    'a sink that never answers': defineSink({ name: 'hangs', ...hooks(() => new Promise(() => undefined)) }),
  };
  for (const [what, sink] of Object.entries(sinks)) {
    it(`sends the same requests and returns the same result with ${what}`, async () => {
      const untracked = await compile();
      unregister.push(registry.register(sink));
      const tracked = await compile();
      expect(tracked.requests).to.deep.equal(untracked.requests);
      expect(tracked.json).to.equal(untracked.json);
    });
  }

  it('reports each trial with its scope, size, score and the candidate that was proposed', async () => {
    const seen = recorder();
    unregister.push(registry.register(seen));
    const { result } = await compile();
    await seen.settled();
    const trials = seen.of('onTrialEnd');
    expect(trials.map(({ data }) => [data.scope, data.n, data.score])).to.deep.equal(
      result.trials.map((t) => [t.scope, t.n, t.score]),
    );
    const proposed = new Set(seen.of('onCandidateProposed').map(({ data }) => data.candidate.id));
    for (const { data } of trials) expect([...proposed]).to.include(data.candidate?.id);
    expect(proposed.size).to.equal(new Set(result.trials.map((t) => JSON.stringify(t.choice))).size);
    const [end] = seen.of('onCompileEnd');
    expect(end?.data.best?.score).to.equal(result.bestScore);
    expect(end?.data.best?.candidate.texts).to.deep.equal(result.optimizedProgram.componentMap);
  });

  it('decides each candidate but the seed once, with a reason', async () => {
    const seen = recorder();
    unregister.push(registry.register(seen));
    await compile();
    await seen.settled();
    const decisions = [...seen.of('onCandidateAccepted'), ...seen.of('onCandidateRejected')].map(({ data }) => data);
    const ids = seen.of('onCandidateProposed').map(({ data }) => data.candidate.id);
    expect(decisions.map((d) => d.candidateId).sort()).to.deep.equal(ids.slice(1).sort());
    for (const { reason } of decisions) expect(reason).to.match(/full score|minibatch scores/);
  });

  it('names the series where its own split made the validation set', async () => {
    const seen = recorder();
    unregister.push(registry.register(seen));
    const result = await withSimulatedLM({}, (lm) =>
      new MIPROv2({ studentAI: lm.ai, ...settings }).compile(chainOfThought(), trainset, exactAnswer),
    );
    await seen.settled();
    expect(seen.of('onTrialEnd').map(({ data }) => data.key)).to.deep.equal(result.trials.map((t) => t.scope));
  });
});
