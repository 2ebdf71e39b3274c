/** What an application writes, under standard decorators. Compiled, never run. */
import {
  activeCompile,
  Evaluate,
  getTracking,
  hyperparam,
  type ResultRow,
  trackCompile,
  trackEval,
  trackTrial,
} from 'ax-autolog';

interface Program<In, Out> {
  forward(input: In): Promise<Out>;
}

@trackCompile({ label: 'Random search', trainset: 'data.train', best: (result) => result })
export class Optimizer<Options extends { readonly width: number }> {
  @hyperparam() rounds = 3;
  @hyperparam({ name: 'rate' }) accessor learningRate = 0.1;
  @hyperparam() readonly #seed: number = 1;
  @hyperparam() static width = 2;
  @hyperparam() get doubled(): number {
    return this.rounds * 2 + this.#seed;
  }

  async compile<In, Out>(program: Program<In, Out>, options: Options): Promise<{ program: Program<In, Out> }> {
    const id = activeCompile()?.propose({ texts: { instruction: 'A' } }, { parents: [], evidence: options });
    if (id) activeCompile()?.accept(id, 'the only one');
    const scored: number = await this.#score(program, [1, 2]);
    return { program: scored > 0 ? program : program };
  }

  @trackTrial({ candidate: 0, batch: 1, phase: 'minibatch' })
  async #score<T>(_candidate: object, batch: readonly T[]): Promise<number> {
    return batch.length;
  }

  @trackCompile()
  async *search(): AsyncGenerator<{ readonly round: number }, string, void> {
    yield { round: 1 };
    return 'done';
  }

  @trackEval()
  static judge(value: number): { score: number } {
    return { score: value };
  }
}

@trackCompile()
export abstract class Base {
  abstract readonly name: string;
  compile(): void {}
}

@trackEval({
  method: 'grade',
  results: (result) => (result as { rows: ResultRow[] }).rows,
  score: (result) => (result as { mean: number }).mean,
})
export class Grader {
  grade(): { mean: number; rows: ResultRow[] } {
    return { mean: 1, rows: [['example', 'prediction', 1]] };
  }
}

@trackEval()
export class Mine extends Evaluate<{ question: string; answer: string }> {}

@trackCompile()
export class StaticOptimizer {
  readonly name = 'static';
  static compile(): number {
    return 1;
  }
}

// Generic methods keep their signatures.
const program: Program<string, number> = { forward: async (text) => text.length };
const optimizer = new Optimizer<{ width: number }>();
export const compiled: Promise<{ program: Program<string, number> }> = optimizer.compile(program, { width: 1 });
export const steps: AsyncGenerator<{ readonly round: number }, string, void> = optimizer.search();
export const rate: number = optimizer.learningRate;

// Objects come back as what they are.
const object = trackCompile({ compile: (n: number) => String(n), other: 1 }, { label: 'x' });
export const text: string = object.compile(object.other);
export const runner: { run(): number } = trackEval({ run: () => 1 });
export const graded = trackEval(new Grader(), { method: 'grade' }).grade().mean;
export const label: string | undefined = getTracking(Optimizer)?.compile?.methods[0];

// The metric is checked against the devset.
const evaluator = new Evaluate({
  devset: [{ question: 'a', answer: 'b' }],
  metric: ({ prediction, example }) => prediction.answer === example.answer,
});
export const evaluation: Promise<{ readonly score: number }> = evaluator.evaluate(program, { numThreads: 2 });
export const byFunction = evaluator.evaluate(async (example: { question: string }) => ({ answer: example.question }));

// Wrong use is a type error.
// @ts-expect-error an option that does not exist
trackCompile({ trainSet: 1 });
// @ts-expect-error a role is a position or a name
trackCompile({ program: true });
// @ts-expect-error watchMetric is for evaluations
trackCompile({ watchMetric: true });
// @ts-expect-error the object has no such method
trackEval({ judge: () => 1 });
// @ts-expect-error a metric returns a score
new Evaluate({ devset: [1], metric: () => 'good' });
// @ts-expect-error not an evaluator's option
new Evaluate({ devset: [1], threads: 3 });
// @ts-expect-error accept takes an id
activeCompile()?.accept(3);

// @ts-expect-error without parentheses
@trackCompile
export class NoParentheses {
  compile() {}
}

// @ts-expect-error the class has no compile
@trackCompile()
export class NoCompile {
  optimize() {}
}

// @ts-expect-error a trial is a method's work
@trackTrial()
export class NoTrial {
  score() {}
}

export class WrongTargets {
  // @ts-expect-error a field is no method
  @trackCompile() compile = 1;
  // @ts-expect-error a getter is no method
  @trackEval() get evaluate() {
    return 1;
  }
  // @ts-expect-error a method is no hyperparameter
  @hyperparam() method() {}
  // @ts-expect-error a setter has no value
  @hyperparam() set value(_value: number) {}
  // @ts-expect-error the name is a string
  @hyperparam({ name: 1 }) other = 1;
}
