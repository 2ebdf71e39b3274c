/**
 * A short compile with live delivery to MLflow, traces included, in a process of its own so that it can be killed.
 *
 * Arguments: tracking URI (`none` for no MLflow at all), experiment, journal folder, number of trials, milliseconds a trial takes.
 * Says `compiled` when `compile` has resolved and `ended` after `shutdown`.
 */
import { AxGen, AxMockAIService } from '@ax-llm/ax';
import { activeCompile, autolog, hyperparam, shutdown, trackCompile, trackTrial } from 'ax-autolog';
import { mlflow } from 'ax-autolog/plugins/mlflow';

const [trackingUri = '', experiment = '', dir = '', trials = '8', pauseMs = '30'] = process.argv.slice(2);
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

interface Example {
  readonly question: string;
  readonly answer: number;
}

const valset: Example[] = Array.from({ length: 6 }, (_, i) => ({ question: `What is ${i} + ${i}?`, answer: 2 * i }));
const trainset: Example[] = Array.from({ length: 4 }, (_, i) => ({ question: `What is ${i} + 1?`, answer: i + 1 }));

const program = new AxGen<{ question: string }, { answer: number }>('question:string -> answer:number');
const ai = new AxMockAIService<string>({
  features: { functions: false, streaming: false },
  chatResponse: { results: [{ index: 0, content: 'Answer: 4', finishReason: 'stop' }] },
});

/** A call of a program, which leaves a trace, for the first example; the others are answered without one. */
async function predict({ question }: Example, at: number): Promise<object> {
  return at === 0 ? program.forward(ai, { question }) : { answer: 4 };
}

/** Tries instructions one after the other, on three examples and, every third time, on all. */
@trackCompile()
class TakeTurns {
  @hyperparam() readonly trials = Number(trials);
  @hyperparam() readonly pauseMs = Number(pauseMs);

  async compile(_program: object, examples: readonly Example[], options: { readonly valset: readonly Example[] }) {
    let best = { score: -1, state: { texts: { instruction: '' }, demos: [] } };
    for (let i = 0; i < this.trials; i += 1) {
      const state = { texts: { instruction: `Variant ${i}: think ${'hard '.repeat(i % 4)}` }, demos: [] };
      const id = activeCompile()?.propose(state, { evidence: { looked: examples.length } }) ?? '';
      const batch = i % 3 === 0 ? options.valset : options.valset.slice(0, 3);
      const { score } = await this.score(state, batch, i);
      const isBetter = batch.length === options.valset.length && score > best.score;
      if (isBetter) activeCompile()?.accept(id, 'better');
      else activeCompile()?.reject(id, 'no better');
      if (isBetter) best = { score, state };
    }
    return { program: best.state, bestScore: best.score };
  }

  @trackTrial()
  async score(_candidate: object, batch: readonly Example[], turn: number) {
    await pause(this.pauseMs);
    const predictions = await Promise.all(batch.map(predict));
    const results = batch.map((example, i) => ({ example, prediction: predictions[i], score: i <= turn ? 1 : 0 }));
    return { score: results.reduce((sum, result) => sum + result.score, 0) / results.length, results };
  }
}

const sinks = trackingUri === 'none' ? [] : [mlflow({ trackingUri, experiment })];
autolog({ sinks, journal: { dir }, logTracesFromCompile: true });
say('started');
await new TakeTurns().compile({}, trainset, { valset });
say('compiled');
await shutdown();
say('ended');
