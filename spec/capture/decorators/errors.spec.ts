import { expect } from 'chai';
import { describe, it } from 'mocha';
import { AutologError, hyperparam, trackCompile, trackEval, trackTrial } from '../../../lib/index.js';

/** The error that applying something gives. */
function errorOf(apply: () => unknown): AutologError {
  try {
    apply();
  } catch (error) {
    expect(error).to.be.instanceOf(AutologError);
    return error as AutologError;
  }
  throw new Error('nothing was thrown');
}

/** The decorators as a caller without types sees them. */
const untyped = {
  trackCompile: trackCompile as (...args: unknown[]) => (...target: unknown[]) => unknown,
  trackEval: trackEval as (...args: unknown[]) => (...target: unknown[]) => unknown,
  trackTrial: trackTrial as (...args: unknown[]) => (...target: unknown[]) => unknown,
  hyperparam: hyperparam as (...args: unknown[]) => (...target: unknown[]) => unknown,
};

describe('wrong use of a decorator is a coded error at definition time', () => {
  it('AXL_DECORATED_TWICE: class twice, method twice, class and method, object twice', () => {
    const twice = [
      () => {
        @trackCompile()
        @trackCompile()
        class Optimizer {
          compile() {}
        }
        return Optimizer;
      },
      () => {
        class Optimizer {
          @trackCompile()
          @trackCompile()
          compile() {}
        }
        return Optimizer;
      },
      () => {
        class Optimizer {
          @trackCompile()
          @trackCompile()
          async #compile() {}
          go() {
            return this.#compile();
          }
        }
        return Optimizer;
      },
      () => {
        @trackCompile()
        class Optimizer {
          @trackCompile()
          compile() {}
        }
        return Optimizer;
      },
      () => trackEval(trackEval({ evaluate: () => 1 })),
    ];
    for (const apply of twice) expect(errorOf(apply).code).to.equal('AXL_DECORATED_TWICE');
  });

  it('AXL_DECORATED_TWICE also through another decorator in between', () => {
    const other = (method: (...args: never[]) => unknown, _context: ClassMethodDecoratorContext) =>
      function (this: unknown, ...args: never[]) {
        return Reflect.apply(method, this, args);
      };
    const twice = [
      () => {
        class Optimizer {
          @trackCompile()
          @other
          @trackCompile()
          compile() {}
        }
        return Optimizer;
      },
      () => {
        @trackCompile()
        class Optimizer {
          @other
          @trackCompile()
          compile() {}
        }
        return Optimizer;
      },
    ];
    for (const apply of twice) expect(errorOf(apply).code).to.equal('AXL_DECORATED_TWICE');
  });

  it('different decorators on one class are fine', () => {
    @trackCompile()
    @trackEval()
    class Both {
      compile() {}
      evaluate() {}
    }
    expect(new Both().compile()).to.equal(undefined);
  });

  it('AXL_NO_METHOD says what the class has', () => {
    class Base {
      inherited() {}
    }
    class Optimizer extends Base {
      optimize() {}
      get compile() {
        throw new Error('a getter is left alone');
      }
    }
    const error = errorOf(() => untyped.trackCompile()(Optimizer));
    expect(error.code).to.equal('AXL_NO_METHOD');
    expect(error.message)
      .to.include('class Optimizer')
      .and.include('compile, compileStream, compilePareto')
      .and.include('optimize, inherited');
    expect(errorOf(() => untyped.trackEval({ method: 'score' })(Optimizer)).code).to.equal('AXL_NO_METHOD');
    expect(errorOf(() => untyped.trackEval({}, { method: 'score' })).code).to.equal('AXL_NO_METHOD');
    expect(errorOf(() => untyped.trackEval()(Optimizer)).message).to.match(/AXL_NO_METHOD.*evaluate, run, call/);
  });

  it('AXL_DECORATOR_TARGET on what cannot be tracked', () => {
    const targets: (() => unknown)[] = [
      () => untyped.trackCompile()(undefined, { kind: 'field', name: 'compile' }),
      () => untyped.trackCompile()(() => 1, { kind: 'getter', name: 'compile' }),
      () => untyped.trackEval()({ get: () => 1, set: () => 1 }, { kind: 'accessor', name: 'evaluate' }),
      () => untyped.trackCompile()({}, 'compile', undefined),
      () => untyped.trackCompile()({}, 'compile', { get: () => 1 }),
      () => untyped.trackCompile()({}, 'compile', 0),
      () => untyped.trackCompile()('compile'),
      () => untyped.trackTrial()(class {}),
      () => untyped.hyperparam()(() => 1, { kind: 'method', name: 'compile' }),
      () => untyped.hyperparam()({}, 'compile', { value: () => 1 }),
      () => untyped.hyperparam()(class {}),
      () => trackCompile(Object.freeze({ compile: () => 1 })),
    ];
    for (const apply of targets) expect(errorOf(apply).code).to.equal('AXL_DECORATOR_TARGET');
  });

  it('AXL_BAD_OPTIONS says what came and what is expected', () => {
    const wrong: [() => unknown, string][] = [
      [() => untyped.trackCompile(class Foo {}), 'parentheses'],
      [() => untyped.trackCompile({ label: 3 }), 'got 3 (number)'],
      [() => untyped.trackCompile({ program: -1 }), 'got -1 (number)'],
      [() => untyped.trackCompile({ trainset: 'a..b' }), "'a..b'"],
      [() => untyped.trackEval({ score: 'score' }), 'a function of the return value'],
      [() => untyped.trackEval({ watchMetric: 1 }), 'true or false'],
      [() => untyped.hyperparam({ name: '' }), 'non-empty'],
      [() => untyped.hyperparam('x'), 'parentheses'],
      [() => untyped.trackCompile({ method: 'x' })(() => 1, { kind: 'method', name: 'x' }), 'must be absent'],
    ];
    for (const [apply, text] of wrong) {
      const error = errorOf(apply);
      expect(error.code).to.equal('AXL_BAD_OPTIONS');
      expect(error.message).to.include(text);
    }
  });

  it('AXL_UNKNOWN_ROLE: a name that is no role, or an argument that the method does not have', () => {
    const misspelt = errorOf(() => untyped.trackCompile({ trainSet: 1 }));
    expect(misspelt.code).to.equal('AXL_UNKNOWN_ROLE');
    expect(misspelt.message).to.include('trainSet').and.include('trainset');
    expect(errorOf(() => untyped.trackCompile({ results: () => [] })).code).to.equal('AXL_UNKNOWN_ROLE');
    const beyond = errorOf(() => {
      @trackCompile({ trainset: 2 })
      class Optimizer {
        compile(_program: unknown, { examples: _examples }: { examples: unknown }) {}
      }
      return Optimizer;
    });
    expect(beyond.code).to.equal('AXL_UNKNOWN_ROLE');
    expect(beyond.message).to.include('0 (_program), 1 (destructured)');
  });

  it('a method that takes any number of arguments can be given any', () => {
    class Optimizer {
      @trackCompile({ trainset: 7 })
      compile(...args: unknown[]) {
        return args;
      }
      @trackEval({ devset: '5.rows' })
      evaluate() {
        // biome-ignore lint/complexity/noArguments: what is tested
        return arguments.length;
      }
    }
    expect(new Optimizer().compile()).to.deep.equal([]);
  });

  it('a definition that fails leaves an object untouched', () => {
    const object = { compile: () => 1 };
    const { compile } = object;
    errorOf(() => trackCompile(object, { program: 3 }));
    expect(object.compile).to.equal(compile);
  });
});
