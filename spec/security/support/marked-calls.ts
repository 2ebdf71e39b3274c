import * as ax from '@ax-llm/ax';
import { Evaluate, startRun, trackEval } from 'ax-autolog';
import { EXAMPLES, markedProgram } from './marked-program.js';
import { mark, markedModel } from './marks.js';

/** Calls programs of every kind, in evaluations, in a run and outside of both. Returns what they returned. */
export async function markedCalls(): Promise<unknown> {
  const outcomes = [await evaluated(), await evaluatedWithoutScore()];
  for (const call of [plain, failing, aborted, tested, evaluatedByTheirs, withTools, streamed, flow, agent])
    outcomes.push(await outcomeOf(call));
  outcomes.push(
    await startRun(userRun(), async (run) => {
      run.logParam('theirs', mark('user', 'Param'));
      run.setTag('theirs', mark('user', 'Tag'));
      run.logArtifact('theirs.txt', mark('user', 'Artifact'));
      return await outcomeOf(plain);
    }),
  );
  return outcomes;
}

function userRun() {
  return {
    runName: 'theirs',
    params: { start: mark('user', 'StartParam') },
    tags: { start: mark('user', 'StartTag') },
  };
}

async function outcomeOf(call: () => Promise<unknown>): Promise<unknown> {
  return await call().catch((error: unknown) => (error instanceof Error ? error.message : error));
}

async function evaluated(): Promise<unknown> {
  const judge = ({ example }: { readonly example: object }) => {
    if (example === EXAMPLES[4])
      throw Object.assign(new Error(mark('any', 'JudgeError')), { name: `${mark('any', 'ErrorName')} is no name` });
    return { score: 0.5, feedback: mark('both', 'Feedback') };
  };
  const devset = [...EXAMPLES, { ...EXAMPLES[0], question: 'break the service' }];
  const evaluate = new Evaluate({ devset, metric: judge as never });
  return (await evaluate.evaluate(markedProgram(), { ai: markedModel() })).score;
}

/** The error of a metric without a score quotes what it returned, and too many of them end the evaluation. */
async function evaluatedWithoutScore(): Promise<unknown> {
  const evaluate = new Evaluate({ devset: EXAMPLES, metric: (() => mark('any', 'NoScore')) as never, maxErrors: 1 });
  return await outcomeOf(() => evaluate.evaluate(markedProgram(), { ai: markedModel() }));
}

async function plain(): Promise<unknown> {
  return await markedProgram().forward(markedModel(), { question: mark('input', 'Asked') });
}

async function failing(): Promise<unknown> {
  return await markedProgram({ maxRetries: 1 }).forward(markedModel(), { question: 'break the service' });
}

/** The reason of an abort is thrown. */
async function aborted(): Promise<unknown> {
  const stop = new AbortController();
  const evaluate = new Evaluate({ devset: EXAMPLES, metric: () => 1, abortSignal: stop.signal });
  const program = async () => stop.abort(new Error(mark('any', 'AbortReason')));
  return await evaluate.evaluate(program as never);
}

/** ax's own evaluator. */
async function tested(): Promise<unknown> {
  const test = new ax.AxTestPrompt({ ai: markedModel(), program: markedProgram(), examples: EXAMPLES } as never);
  return await test.run((() => 1) as never);
}

/** An evaluator with options that hold texts, and a result for each example. */
async function evaluatedByTheirs(): Promise<unknown> {
  const evaluator = {
    rubric: mark('any', 'Rubric'),
    async evaluate(_program: object, devset: readonly object[], _options: object) {
      const feedback = mark('both', 'TheirFeedback');
      const error = new Error(mark('any', 'TheirError'));
      return { score: 0.5, results: devset.map((example) => ({ example, score: 1, feedback, error })) };
    },
  };
  trackEval(evaluator);
  return await evaluator.evaluate(markedProgram(), EXAMPLES, { persona: mark('any', 'TheirOption') });
}

function tool(fails: boolean): object {
  return {
    name: 'lookUp',
    description: mark('prompt', 'ToolDescription'),
    parameters: { type: 'object', properties: { key: { type: 'string', description: mark('prompt', 'ToolField') } } },
    func: async () => {
      if (fails) throw new Error(mark('any', 'ToolError'));
      return mark('output', 'ToolResult');
    },
  };
}

async function withTools(): Promise<unknown> {
  const outcomes = [];
  for (const fails of [false, true]) {
    const options = { functions: [tool(fails)] } as never;
    const call = () => markedProgram().forward(markedModel(), { question: mark('input', 'WithTools') }, options);
    outcomes.push(await outcomeOf(call));
  }
  return outcomes;
}

async function streamed(): Promise<unknown> {
  const chunks: unknown[] = [];
  const stream = markedProgram().streamingForward(markedModel(), { question: mark('input', 'Streamed') });
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
}

async function flow(): Promise<unknown> {
  const steps = ax
    .flow<{ question: string }, { answer: string }>()
    .node('think', `"${mark('prompt', 'Node')}" question:string -> plan:string`)
    .node('say', 'question:string, plan:string -> answer:string')
    .execute('think', (state) => ({ question: state.question }))
    .execute('say', (state) => ({ question: state.question, plan: state.thinkResult.plan }))
    .map((state) => ({ answer: state.sayResult.answer }) as never);
  return await steps.forward(markedModel(), { question: mark('input', 'InFlow') });
}

async function agent(): Promise<unknown> {
  const identity = { name: 'searcher', description: `${mark('prompt', 'Agent')} looks up what it is asked for` };
  const ai = markedModel();
  const made = ax.agent('question:string -> answer:string', { ai, agentIdentity: identity } as never);
  return await made.forward(ai, { question: mark('input', 'AskedAgent') });
}
