/** What an application writes, under legacy decorators. Compiled, never run. */
import { activeCompile, Evaluate, hyperparam, trackCompile, trackEval, trackTrial } from 'ax-autolog';

interface Program<In, Out> {
  forward(input: In): Promise<Out>;
}

@trackCompile({ label: 'Random search', trainset: 'data.train' })
export class Optimizer<Options extends { readonly width: number }> {
  @hyperparam() rounds = 3;
  @hyperparam({ name: 'rate' }) accessor learningRate = 0.1;
  @hyperparam() static width = 2;
  @hyperparam() get doubled(): number {
    return this.rounds * 2;
  }

  async compile<In, Out>(program: Program<In, Out>, options: Options): Promise<{ program: Program<In, Out> }> {
    activeCompile()?.propose({ texts: {} }, { evidence: options });
    await this.score(program, [1, 2]);
    return { program };
  }

  @trackTrial({ candidate: 0, batch: 1 })
  private async score<T>(_candidate: object, batch: readonly T[]): Promise<number> {
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

@trackEval({ method: 'grade' })
export class Grader {
  grade(): number {
    return 1;
  }
}

@trackEval()
export class Mine extends Evaluate<{ question: string }> {}

const program: Program<string, number> = { forward: async (text) => text.length };
const optimizer = new Optimizer<{ width: number }>();
export const compiled: Promise<{ program: Program<string, number> }> = optimizer.compile(program, { width: 1 });
export const steps: AsyncGenerator<{ readonly round: number }, string, void> = optimizer.search();
export const text: string = trackCompile({ compile: (n: number) => String(n) }).compile(1);

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
  // @ts-expect-error a parameter is no method
  score(@trackTrial() _batch: unknown) {}
}
