import { AxMockAIService, ax } from '@ax-llm/ax';
import { expect } from 'chai';
import { afterEach, describe, it } from 'mocha';
import type { EventData } from '../../../lib/contract/events.js';
import { Evaluate, trackEval } from '../../../lib/index.js';
import { startTracking, type Tracking } from '../../fixtures/tracking.js';

interface Question {
  readonly question: string;
  readonly n: number;
}

type Trace = EventData['onTraceEnd'];

const SIZE = 200;
const devset: readonly Question[] = Array.from({ length: SIZE }, (_, n) => ({ question: `what is item ${n}?`, n }));
const numberIn = (text: unknown): number => Number(/item (\d+)\?/.exec(JSON.stringify(text))?.[1]);

/** Answers each question by its number, after a while that differs from question to question. */
const model = () =>
  new AxMockAIService<string>({
    features: { functions: false, streaming: false },
    chatResponse: async ({ chatPrompt }) => {
      const n = numberIn(chatPrompt.at(-1));
      await new Promise((resolve) => setTimeout(resolve, (n * 7) % 5));
      return {
        results: [{ index: 0, content: `Answer: it is ${n}`, finishReason: 'stop' as const }],
        modelUsage: { ai: 'mock', model: 'm', tokens: { promptTokens: n, completionTokens: 1, totalTokens: n + 1 } },
      };
    },
  });

const program = ax('question:string -> answer:string');

const metrics = {
  plain: ({ example }: { example: Question }) => (example.n % 2 === 0 ? 1 : 0),
  throwing: ({ example }: { example: Question }) => {
    if (example.n % 7 === 0) throw new RangeError(`cannot score ${example.n}`);
    return { score: 0.5, feedback: `about ${example.n}` };
  },
  several: ({ example, prediction }: { example: Question; prediction: { answer: string } }) => ({
    length: prediction.answer.length,
    parity: example.n % 2,
  }),
};

type MetricName = keyof typeof metrics;

const evaluate = (name: MetricName, ai = model()) =>
  new Evaluate({ devset, metric: metrics[name] as never, numThreads: 8, maxErrors: SIZE }).evaluate(program, {
    ai: ai as never,
    metricKey: name,
  });

/** A result without durations. */
function timeless({ results, ...rest }: Awaited<ReturnType<typeof evaluate>>): unknown {
  return {
    ...rest,
    results: results.map(({ durationMs: _, error, ...row }) => ({
      ...row,
      ...(error ? { error: error.message, cause: String(error.cause) } : {}),
    })),
  };
}

describe('the traces of an Evaluate', function () {
  this.timeout(30_000);
  let tracking: Tracking;

  afterEach(() => tracking.stop());

  it('three metrics, eight workers, two hundred examples: each has its own, none is mixed, the result is the same', async () => {
    const names = Object.keys(metrics) as MetricName[];
    tracking = startTracking({ disable: true, journal: false });
    const untracked = (await Promise.all(names.map((name) => evaluate(name)))).map(timeless);
    await tracking.stop();
    tracking = startTracking({ logEvals: true });
    const results = (await Promise.all(names.map((name) => evaluate(name)))).map(timeless);
    expect(results).to.deep.equal(untracked);
    await tracking.seen.settled();
    const { seen } = tracking;
    expect(seen.of('onWarning')).to.deep.equal([]);
    expect(seen.of('onTraceEnd')).to.have.length(3 * SIZE);
    const traces = new Map(seen.of('onTraceEnd').map((event) => [event.data.traceId, event]));
    expect(traces.size).to.equal(3 * SIZE);
    const keys = new Map(seen.of('onEvalStart').map(({ evalId, data }) => [evalId, data.key as MetricName]));
    for (const { evalId, data } of seen.of('onExampleEnd')) {
      const { n } = data.example as unknown as Question;
      const trace = traces.get(data.traceId ?? '') ?? expect.fail(`example ${n} has no trace`);
      expect(trace.evalId).to.equal(evalId);
      expectTraceOf(trace.data, n);
      expectVerdict(keys.get(evalId) ?? expect.fail(), n, data);
      traces.delete(trace.data.traceId);
    }
    expect(traces.size).to.equal(0);
  });

  function expectTraceOf(trace: Trace, n: number): void {
    const [root, chat] = trace.spans;
    expect(root).to.deep.include({ inputs: devset[n], outputs: { answer: `it is ${n}` } });
    expect(numberIn(chat?.inputs)).to.equal(n);
    expect(chat?.outputs).to.have.nested.property('choices[0].message.content', `Answer: it is ${n}`);
    expect(trace.tokens).to.deep.equal({ calls: 1, prompt: n, completion: 1, total: n + 1 });
    expect(trace.role).to.equal('task');
  }

  function expectVerdict(key: MetricName, n: number, verdict: EventData['onExampleEnd']): void {
    if (key === 'plain') expect(verdict.score).to.equal(n % 2 === 0 ? 1 : 0);
    else if (key === 'several') expect(verdict.scores).to.deep.equal({ length: `it is ${n}`.length, parity: n % 2 });
    else if (n % 7 === 0) expect(verdict.error?.cause?.message).to.equal(`cannot score ${n}`);
    else expect(verdict).to.deep.include({ score: 0.5, feedback: `about ${n}` });
  }

  it('are told before their verdicts', async () => {
    tracking = startTracking({ logEvals: true, journal: false });
    await evaluate('plain');
    await tracking.seen.settled();
    const told = new Set<string>();
    for (const event of tracking.seen.events) {
      if (event.type === 'onTraceEnd') told.add(event.data.traceId);
      if (event.type === 'onExampleEnd') expect(told.has(event.data.traceId ?? '')).to.equal(true);
    }
    expect(told.size).to.equal(SIZE);
  });

  it('are tied to the right example where all predictions are one text, or one object', async () => {
    tracking = startTracking({ logEvals: true, journal: false });
    const one = { answer: 'the same' };
    for (const said of ['the same', one]) {
      const same = async ({ question }: Question) => {
        await program.forward(model(), { question });
        return said;
      };
      tracking.seen.clear();
      await new Evaluate({ devset: devset.slice(0, 20), metric: () => 1, numThreads: 4 }).evaluate(same);
      await tracking.seen.settled();
      const traces = new Map(tracking.seen.of('onTraceEnd').map(({ data }) => [data.traceId, data]));
      expect(traces.size).to.equal(20);
      for (const { data } of tracking.seen.of('onExampleEnd')) {
        expect(traces.get(data.traceId ?? '')?.spans[0]).to.deep.include({ inputs: data.example, outputs: said });
        expect(traces.get(data.traceId ?? '')?.name).to.equal('same');
      }
    }
  });

  it('of a program that fails are tied to its error', async () => {
    tracking = startTracking({ logEvals: true, journal: false });
    const ai = new AxMockAIService<string>({ chatResponse: async () => Promise.reject(new Error('down')) });
    await new Evaluate({ devset: devset.slice(0, 3), metric: () => 1 }).evaluate(program, { ai: ai as never });
    await tracking.seen.settled();
    const traces = tracking.seen.of('onTraceEnd').map(({ data }) => data);
    expect(traces.map(({ status }) => status)).to.deep.equal(['failed', 'failed', 'failed']);
    expect(tracking.seen.of('onExampleEnd').map(({ data }) => data.traceId)).to.deep.equal(
      traces.map(({ traceId }) => traceId),
    );
  });

  it('of a judge are its own, for the judge, and not the example’s', async () => {
    tracking = startTracking({ logEvals: true, journal: false });
    const judge = ax('question:string -> verdict:string');
    const metric = async ({ example }: { example: Question }) => {
      await judge.forward(model(), { question: example.question });
      return 1;
    };
    await new Evaluate({ devset: devset.slice(0, 10), metric, numThreads: 4 }).evaluate(program, {
      ai: model() as never,
    });
    await tracking.seen.settled();
    const { seen } = tracking;
    const roleOf = new Map(seen.of('onTraceEnd').map(({ data }) => [data.traceId, data.role]));
    expect([...roleOf.values()].filter((role) => role === 'judge')).to.have.length(10);
    expect(seen.of('onExampleEnd').map(({ data }) => roleOf.get(data.traceId ?? ''))).to.deep.equal(
      Array.from({ length: 10 }, () => 'task'),
    );
    const evaluation = seen.of('onEvalStart')[0]?.evalId;
    expect(seen.of('onTraceEnd').every(({ evalId }) => evalId === evaluation)).to.equal(true);
    expect(seen.of('onEvalEnd')[0]?.data.tokens.judge?.calls).to.equal(10);
  });

  it('are those of a decorated evaluator, whatever it makes of the predictions', async () => {
    tracking = startTracking({ journal: false });
    @trackEval()
    class Mine {
      async evaluate(candidate: typeof program, set: readonly Question[]) {
        const results = await Promise.all(
          set.map(async (example) => {
            const { answer } = await candidate.forward(model(), example);
            return { example, prediction: answer, score: 1 };
          }),
        );
        return { score: 1, results: results.reverse() };
      }
    }
    await new Mine().evaluate(program, devset.slice(0, 30));
    await tracking.seen.settled();
    const traces = new Map(tracking.seen.of('onTraceEnd').map(({ data }) => [data.traceId, data]));
    const examples = tracking.seen.of('onExampleEnd').map(({ data }) => data);
    expect(examples).to.have.length(30);
    for (const { traceId = '', example, prediction } of examples) {
      expect(traces.get(traceId)?.spans[0]).to.deep.include({ inputs: example, outputs: { answer: prediction } });
      traces.delete(traceId);
    }
    expect(traces.size).to.equal(0);
  });

  it('of a decorated evaluator that only returns a number come from the calls that were seen', async () => {
    tracking = startTracking({ journal: false });
    @trackEval()
    class Mine {
      async evaluate(candidate: typeof program, set: readonly Question[]) {
        for (const example of set) await candidate.forward(model(), example);
        return 0.5;
      }
    }
    await new Mine().evaluate(program, devset.slice(0, 5));
    await tracking.seen.settled();
    expect(tracking.seen.of('onExampleEnd').map(({ data }) => data.traceId)).to.deep.equal(
      tracking.seen.of('onTraceEnd').map(({ data }) => data.traceId),
    );
  });

  it('of a watched metric are those of its predictions', async () => {
    tracking = startTracking({ journal: false });
    @trackEval({ watchMetric: true })
    class Mine {
      async evaluate(candidate: typeof program, set: readonly Question[], metric: (call: object) => number) {
        const scores = await Promise.all(
          set.map(async (example) => metric({ example, prediction: await candidate.forward(model(), example) })),
        );
        return scores.reduce((sum, score) => sum + score, 0) / set.length;
      }
    }
    await new Mine().evaluate(program, devset.slice(0, 8), () => 1);
    await tracking.seen.settled();
    const traces = new Map(tracking.seen.of('onTraceEnd').map(({ data }) => [data.traceId, data]));
    const examples = tracking.seen.of('onExampleEnd').map(({ data }) => data);
    expect(examples).to.have.length(8);
    for (const { traceId = '', example } of examples)
      expect(traces.get(traceId)?.spans[0]?.inputs).to.deep.equal(example);
  });
});
