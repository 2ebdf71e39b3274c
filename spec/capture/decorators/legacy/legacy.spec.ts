import 'reflect-metadata';
import {
  AutologError,
  activeCompile,
  autolog,
  Evaluate,
  getTracking,
  hyperparam,
  shutdown,
  trackCompile,
  trackEval,
  trackTrial,
} from 'ax-autolog';
import { type Recorder, recorder } from 'ax-autolog/testing';
import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';

const examples = [{ question: 'a' }, { question: 'b' }];

class Base {
  @hyperparam() rounds: number = 3;
  @hyperparam({ name: 'rate' }) learningRate: number = 0.1;
  @hyperparam() static width: number = 7;

  @trackTrial()
  async score(_candidate: object, batch: readonly object[]): Promise<number> {
    return batch.length / 4;
  }
}

@trackCompile({ label: 'Legacy', trainset: 'train' })
class Optimizer extends Base {
  @hyperparam() accessor depth: number = 4;
  @hyperparam() get doubled(): number {
    return this.rounds * 2;
  }

  async compile<T extends object>(program: T, options: { train: typeof examples }): Promise<{ program: T }> {
    activeCompile()?.propose({ texts: { instruction: 'A' } });
    await this.score({ texts: { instruction: 'A' } }, options.train);
    return { program };
  }

  async *compileStream(): AsyncGenerator<number, void> {
    yield 1;
    yield 2;
  }

  @trackEval({ label: 'judge' })
  static judge(value: number): number {
    return value;
  }
}

class Derived extends Optimizer {
  override async compile<T extends object>(program: T, options: { train: typeof examples }): Promise<{ program: T }> {
    return super.compile(program, options);
  }
}

/** The code of the error that applying something gives. */
function codeOf(apply: () => unknown): string {
  try {
    apply();
  } catch (error) {
    if (error instanceof AutologError) return error.code;
    throw error;
  }
  return 'none';
}

describe('legacy decorators with reflect-metadata', () => {
  let seen: Recorder;

  beforeEach(() => {
    seen = recorder();
    autolog({ journal: false, sinks: [seen] });
  });

  afterEach(async () => {
    await shutdown();
    autolog({ disable: true });
  });

  it('track class, methods, static methods and fields as standard ones do', async () => {
    const program = { forward: () => 'x' };
    const optimizer = new Optimizer();
    optimizer.rounds = 5;
    expect(await optimizer.compile(program, { train: examples })).to.deep.equal({ program });
    expect(Optimizer.judge(0.5)).to.equal(0.5);
    await seen.settled();
    const compile = seen.of('onCompileStart')[0]?.data;
    expect(compile).to.deep.include({ optimizer: 'Legacy', method: 'compile' });
    expect(compile?.hyperparameters).to.deep.equal({ rounds: 5, rate: 0.1, width: 7, depth: 4, doubled: 10 });
    expect(compile?.trainset?.size).to.equal(2);
    expect(seen.of('onCandidateProposed')).to.have.length(1);
    expect(seen.of('onTrialEnd')[0]?.data).to.deep.include({ score: 0.5, scope: 'full', n: 2 });
    expect(seen.of('onEvalStart')[0]?.data.evaluator).to.equal('judge');
    expect(seen.of('onCompileEnd')[0]?.data.status).to.equal('finished');
  });

  it('keep name, length and flags; super.compile is one run; generators are followed', async () => {
    expect([Optimizer.prototype.compile.name, Optimizer.prototype.compile.length]).to.deep.equal(['compile', 2]);
    expect(Object.getOwnPropertyDescriptor(Base.prototype, 'score')?.enumerable).to.equal(false);
    await new Derived().compile({}, { train: examples });
    const chunks: number[] = [];
    for await (const chunk of new Optimizer().compileStream()) chunks.push(chunk);
    expect(chunks).to.deep.equal([1, 2]);
    await seen.settled();
    expect(seen.of('onCompileStart').map(({ data }) => data.method)).to.deep.equal(['compile', 'compileStream']);
    expect(seen.of('onRunEnd')).to.have.length(2);
  });

  it('leave the metadata with getTracking and with reflect-metadata, declared types included', () => {
    const tracking = getTracking(Optimizer);
    expect(tracking?.compile?.methods).to.deep.equal(['compile', 'compileStream']);
    expect(tracking?.evaluate?.methods).to.deep.equal(['static judge']);
    expect(tracking?.trials?.methods).to.deep.equal(['score']);
    expect(tracking?.hyperparams).to.deep.include({ name: 'rate', field: 'learningRate', type: 'Number' });
    expect(Reflect.getMetadata('ax-autolog:trackCompile', Optimizer)).to.deep.equal({
      method: 'compile, compileStream',
      label: 'Legacy',
      roles: { trainset: 'train' },
    });
    expect(Reflect.getMetadata('ax-autolog:trackTrial', Base.prototype, 'score')).to.deep.include({ method: 'score' });
    expect(Reflect.getMetadata('ax-autolog:hyperparam', Base.prototype, 'learningRate')).to.deep.equal({
      name: 'rate',
    });
    expect(Reflect.getMetadata('design:paramtypes', Base.prototype, 'score')).to.deep.equal([Object, Array]);
  });

  it('wrong use is a coded error', () => {
    const field = trackCompile() as (target: object, key: string) => void;
    expect(codeOf(() => field({}, 'compile'))).to.equal('AXL_DECORATOR_TARGET');
    const codes = [
      () => {
        @trackCompile()
        @trackCompile()
        class Twice {
          compile() {}
        }
        return Twice;
      },
      () => {
        class Twice {
          @trackEval()
          @trackEval()
          evaluate() {}
        }
        return Twice;
      },
      () => {
        @trackCompile()
        class Both {
          @trackCompile()
          compile() {}
        }
        return Both;
      },
    ].map(codeOf);
    expect(codes).to.deep.equal(['AXL_DECORATED_TWICE', 'AXL_DECORATED_TWICE', 'AXL_DECORATED_TWICE']);
    const lacking = trackCompile() as (target: object) => void;
    expect(codeOf(() => lacking(class Lacking {}))).to.equal('AXL_NO_METHOD');
  });

  it('a decorated subclass of Evaluate is tracked without logEvals', async () => {
    @trackEval({ label: 'Mine' })
    class Mine extends Evaluate<{ question: string }> {}
    const evaluator = new Mine({ devset: examples, metric: () => 1 });
    expect((await evaluator.evaluate(() => ({ answer: 'x' }))).score).to.equal(1);
    await seen.settled();
    expect(seen.of('onEvalStart').map(({ data }) => data.evaluator)).to.deep.equal(['Mine']);
    expect(seen.of('onExampleEnd')).to.have.length(2);
  });
});
