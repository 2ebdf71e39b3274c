import { AxACE, AxBootstrapFewShot, AxGEPA } from '@ax-llm/ax';
import { activeCompile, trackCompile, trackTrial } from 'ax-autolog';
import { alternating, EXAMPLES, markedProgram, type Program } from './marked-program.js';
import { mark, markedModel } from './marks.js';

/** Runs one compile of each of ax's optimizers, and one of a custom one. Returns what they returned. */
export async function markedCompiles(): Promise<unknown> {
  return [await gepa(), await bootstrap(), await ace(), await custom()];
}

async function gepa(): Promise<unknown> {
  const optimizer = new AxGEPA({ studentAI: markedModel(), numTrials: 2, minibatchSize: 3, seed: 1 } as never);
  const options = {
    maxMetricCalls: 40,
    guide: mark('any', 'OptionText'),
    samples: { first: mark('any', 'OptionObject') },
    feedbackFn: () => mark('any', 'FeedbackFn'),
  };
  const result = await optimizer.compile(markedProgram(), EXAMPLES, alternating(), options as never);
  return [result.optimizedProgram?.componentMap, result.bestScore];
}

async function bootstrap(): Promise<unknown> {
  const optimizer = new AxBootstrapFewShot({ studentAI: markedModel() });
  return (await optimizer.compile(markedProgram(), EXAMPLES, () => 1)).bestScore;
}

async function ace(): Promise<unknown> {
  const models = { studentAI: markedModel(), teacherAI: markedModel() };
  return (await new AxACE(models).compile(markedProgram(), EXAMPLES, () => 0.5)).bestScore;
}

async function custom(): Promise<unknown> {
  const options = { seeds: [{ question: mark('any', 'OptionList') }], temperature: 0.5 };
  const result = await new Custom().compile(markedProgram(), EXAMPLES, options);
  const failure = await new Custom()
    .compile(markedProgram(), EXAMPLES, { fails: true })
    .catch((error: unknown) => error);
  return [result.bestScore, failure];
}

/** A teleprompter that tells all it knows, and returns another program than the one that scored best. */
@trackCompile({ program: 0, trainset: 1, options: 2 })
class Custom {
  readonly persona = mark('any', 'Hyperparameter');

  async compile(student: Program, trainset: readonly object[], options: object) {
    const compile = activeCompile();
    const evidence = [mark('any', 'Evidence'), options];
    const demos = [{ question: mark('both', 'StateDemo') }];
    const texts = { 'root::instruction': mark('prompt', 'State') };
    compile?.accept(compile.propose({ texts, demos }, { evidence, by: 'reflection' }), mark('any', 'Reason'));
    compile?.reject(compile.propose({ rules: [mark('any', 'OwnState')] }), mark('any', 'Reason'));
    compile?.role(mark('any', 'Role') as never, () => undefined);
    await markedModel().chat({ chatPrompt: [{ role: 'user', content: mark('any', 'DirectQuestion') }] });
    await this.score(student, trainset);
    if ('fails' in options) throw mark('any', 'Thrown');
    const other = markedProgram();
    other.setInstruction(mark('prompt', 'Returned'));
    return {
      program: other,
      bestScore: 1,
      remarks: mark('any', 'Result'),
      byExample: { [mark('any', 'ResultKey')]: 1 },
    };
  }

  @trackTrial({ candidate: 0, batch: 1 })
  async score(_candidate: Program, batch: readonly object[]) {
    const prediction = { answer: mark('output', 'Row') };
    const feedback = mark('both', 'RowFeedback');
    return { score: 1, results: batch.map((example) => ({ example, prediction, score: 1, feedback })) };
  }
}
