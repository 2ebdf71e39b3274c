import type * as Ax from '@ax-llm/ax';
import { type Model, model, saying } from './model.js';

type Build = typeof Ax;

/** Something a user does with ax: what comes of it, and what the models were asked. */
export type Call = (ax: Build) => Promise<{ readonly outcome: unknown; readonly models: readonly Model[] }>;

const predictor = (ax: Build) => ax.ax('question:string -> answer:string');

async function settled(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    (value) => ({ value }),
    (error: Error) => ({ thrown: error.name, message: error.message }),
  );
}

async function chunksOf(stream: AsyncIterable<unknown>, limit = Number.POSITIVE_INFINITY): Promise<unknown[]> {
  const chunks: unknown[] = [];
  for await (const chunk of stream) if (chunks.push(chunk) >= limit) break;
  return chunks;
}

const PIECES = { pieces: ['Answer: a ', 'long ', 'answer'] };

const failingTool = (seen: unknown[]): Ax.AxFunction => ({
  name: 'lookUp',
  description: 'looks something up',
  parameters: { type: 'object', properties: { key: { type: 'string', description: 'key' } }, required: ['key'] },
  func: function (this: unknown, ...args: unknown[]) {
    seen.push(args.length, (this as Ax.AxFunction | undefined)?.name ?? null);
    if ((args[0] as { key: string }).key === 'bad') throw new RangeError('no such key');
    return `found ${(args[0] as { key: string }).key}`;
  } as never,
});

/** What users do, by name. */
export const CALLS: Readonly<Record<string, Call>> = {
  'a forward': async (ax) => {
    const one = saying(ax, 'Answer: 4');
    return { outcome: await predictor(ax).forward(one.ai, { question: 'q' }), models: [one] };
  },
  'a forward that is retried, and gives up': async (ax) => {
    const one = saying(ax, 'nothing', 'nothing', 'nothing');
    const program = ax.ax('question:string -> total:number');
    return { outcome: await settled(program.forward(one.ai, { question: 'q' }, { maxRetries: 1 })), models: [one] };
  },
  'a forward whose assertion throws': async (ax) => {
    const one = saying(ax, 'Answer: bad', 'Answer: good');
    const program = predictor(ax);
    program.addAssert(({ answer }) => answer === 'good', 'must be good');
    return { outcome: await settled(program.forward(one.ai, { question: 'q' })), models: [one] };
  },
  'functions, in several steps': async (ax) => {
    const seen: unknown[] = [];
    const one = saying(ax, { call: 'lookUp', with: { key: 'a' } }, { call: 'lookUp', with: { key: 'b' } }, 'Answer: c');
    const options = { functions: [failingTool(seen)] };
    const outcome = await settled(predictor(ax).forward(one.ai, { question: 'q' }, options));
    return { outcome: [outcome, seen], models: [one] };
  },
  'a function that throws': async (ax) => {
    const seen: unknown[] = [];
    const one = saying(ax, { call: 'lookUp', with: { key: 'bad' } }, 'Answer: c');
    const options = { functions: [Object.freeze(failingTool(seen))] };
    const outcome = await settled(predictor(ax).forward(one.ai, { question: 'q' }, options));
    return { outcome: [outcome, seen], models: [one] };
  },
  'a function whose description an optimizer rewrites': async (ax) => {
    const seen: unknown[] = [];
    const one = saying(ax, 'Answer: 1', 'Answer: 2');
    const tool = failingTool(seen);
    const program = ax.ax('question:string -> answer:string', { functions: [tool] });
    await program.forward(one.ai, { question: 'q' });
    const before = program.getOptimizableComponents().find(({ kind }) => kind === 'fn-desc');
    program.applyOptimizedComponents({ [before?.key ?? '']: 'looks up whatever there is, in a better way' });
    return { outcome: [before?.key, await program.forward(one.ai, { question: 'q' })], models: [one] };
  },
  'samples and a picker': async (ax) => {
    const one = saying(ax, [{ content: 'Answer: one' }, { content: 'Answer: two' }]);
    const options = { sampleCount: 2, resultPicker: async () => 1 };
    return { outcome: await predictor(ax).forward(one.ai, { question: 'q' }, options), models: [one] };
  },
  'a stream': async (ax) => {
    const one = saying(ax, PIECES);
    return { outcome: await chunksOf(predictor(ax).streamingForward(one.ai, { question: 'q' })), models: [one] };
  },
  'a stream that is left': async (ax) => {
    const one = saying(ax, PIECES);
    return { outcome: await chunksOf(predictor(ax).streamingForward(one.ai, { question: 'q' }), 1), models: [one] };
  },
  'a stream that is aborted': async (ax) => {
    const one = saying(ax, PIECES);
    const stop = new AbortController();
    const run = async () => {
      const options = { abortSignal: stop.signal };
      for await (const _ of predictor(ax).streamingForward(one.ai, { question: 'q' }, options)) stop.abort('enough');
    };
    return { outcome: await settled(run()), models: [one] };
  },
  'a stream of a model': async (ax) => {
    const one = saying(ax, PIECES);
    const stream = (await one.ai.chat({ chatPrompt: [{ role: 'user', content: 'x' }] })) as ReadableStream<unknown>;
    return { outcome: await chunksOf(stream), models: [one] };
  },
  'a flow with parallel nodes': async (ax) => {
    const one = model(ax, ({ chatPrompt }) => (JSON.stringify(chatPrompt).includes('`Left`') ? 'Left: l' : 'Right: r'));
    const flow = ax
      .flow<{ question: string }>()
      .node('l', 'question:string -> left:string')
      .node('r', 'question:string -> right:string')
      .execute('l', ({ question }) => ({ question }))
      .execute('r', ({ question }) => ({ question }))
      .map(({ lResult, rResult }) => ({ ...lResult, ...rResult }));
    return { outcome: await flow.forward(one.ai, { question: 'q' }), models: [one] };
  },
  AxBestOfN: async (ax) => {
    const one = saying(ax, 'Answer: bad', 'Answer: good');
    const rewardFn = ({ prediction }: { prediction: { answer?: unknown } }) => (prediction.answer === 'good' ? 1 : 0);
    const best = ax.bestOfN(predictor(ax), { n: 2, rewardFn, threshold: 1, strategy: 'serial' } as never);
    return { outcome: await best.forward(one.ai, { question: 'q' }), models: [one] };
  },
  'an agent': async (ax) => {
    let turn = 0;
    const one = model(ax, ({ chatPrompt }) => {
      if (!/generate new fields: `Javascript/.test(JSON.stringify(chatPrompt[0]))) return 'Answer: done';
      turn += 1;
      return `Javascript Code: ${turn === 2 ? 'console.log(await utils.lookUp({ key: "a" }));' : 'final("go", { a: 1 })'}`;
    });
    const agent = ax.agent('question:string -> answer:string', {
      ai: one.ai,
      agentIdentity: { name: 'searcher', description: 'looks up what it is asked for' },
      functions: [failingTool([])],
    } as never);
    return { outcome: await settled(agent.forward(one.ai, { question: 'q' })), models: [one] };
  },
  'many at once': async (ax) => {
    const one = model(ax, ({ chatPrompt }) => `Answer: ${JSON.stringify(chatPrompt).match(/number (\d+)/)?.[1]}`);
    const program = predictor(ax);
    const ask = (_: unknown, n: number) => program.forward(one.ai, { question: `number ${n}` });
    return { outcome: await Promise.all(Array.from({ length: 20 }, ask)), models: [one] };
  },
  'a balancer': async (ax) => {
    const down = model(ax, () => new ax.AxAIServiceNetworkError(new Error('no'), 'http://127.0.0.1', {}, {}));
    const up = saying(ax, 'Answer: up');
    const waits = { maxRetries: 1, initialBackoffMs: 1, maxBackoffMs: 1 };
    const balancer = ax.AxBalancer.create([down.ai, up.ai] as never, waits as never);
    return { outcome: await predictor(ax).forward(balancer, { question: 'q' }), models: [down, up] };
  },
};
