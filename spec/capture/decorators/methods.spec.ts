import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { trackCompile, trackEval, trackTrial } from '../../../lib/index.js';
import { currentFrame } from '../../../lib/track/context.js';
import { startTracking, type Tracking } from '../../fixtures/tracking.js';

describe('decorated methods (standard decorators)', () => {
  let tracking: Tracking;

  beforeEach(() => {
    tracking = startTracking({ journal: false });
  });

  afterEach(() => tracking.stop());

  async function compiles() {
    await tracking.seen.settled();
    const { seen } = tracking;
    expect(seen.of('onCompileEnd')).to.have.length(seen.of('onCompileStart').length);
    expect(seen.of('onRunEnd')).to.have.length(seen.of('onRunStart').length);
    return seen.of('onCompileStart').map(({ data }) => data);
  }

  it('keep name, length, flags and class of the method; have no constructor', () => {
    @trackCompile()
    class Optimizer {
      async compile(_program: unknown, _examples: unknown) {}
    }
    const method = Optimizer.prototype.compile;
    expect([method.name, method.length]).to.deep.equal(['compile', 2]);
    expect(Object.prototype.toString.call(method)).to.equal('[object AsyncFunction]');
    expect('prototype' in method).to.equal(false);
    expect(Object.getOwnPropertyDescriptor(Optimizer.prototype, 'compile')).to.include({
      enumerable: false,
      configurable: true,
      writable: true,
    });
    expect(Optimizer.name).to.equal('Optimizer');
  });

  it('run inside their compile, also after an await', async () => {
    class Optimizer {
      @trackCompile()
      async compile() {
        const first = currentFrame().compile;
        await new Promise((resolve) => setTimeout(resolve, 1));
        return [first, currentFrame().compile];
      }
    }
    const [first, second] = await new Optimizer().compile();
    expect(first?.optimizer).to.equal('Optimizer');
    expect(second).to.equal(first);
    expect(currentFrame().compile).to.equal(null);
  });

  it('static and private ones are tracked, under the class of this', async () => {
    class Optimizer {
      @trackCompile()
      static async search(x: number) {
        return x;
      }
      @trackCompile({ label: 'inner' })
      async #compile(x: number) {
        return x;
      }
      go(x: number) {
        return this.#compile(x);
      }
    }
    expect(await Optimizer.search(1)).to.equal(1);
    expect(await new Optimizer().go(2)).to.equal(2);
    expect((await compiles()).map(({ optimizer, method }) => [optimizer, method])).to.deep.equal([
      ['Optimizer', 'search'],
      ['inner', '#compile'],
    ]);
  });

  it('a class without the method in its instances is tracked by its static one', async () => {
    @trackCompile()
    class Optimizer {
      static compile(x: number) {
        return x + 1;
      }
    }
    expect(Optimizer.compile(1)).to.equal(2);
    expect(await compiles()).to.have.length(1);
  });

  it('compileStream that calls compile is one compile; compilePareto holds one for each of its own', async () => {
    @trackCompile()
    class Optimizer {
      async compile(x: number) {
        return x;
      }
      async *compileStream(x: number) {
        yield 'started';
        return await this.compile(x);
      }
      async compilePareto() {
        return [await this.compile(1), await this.compile(2)];
      }
    }
    const chunks: unknown[] = [];
    for await (const chunk of new Optimizer().compileStream(1)) chunks.push(chunk);
    expect(chunks).to.deep.equal(['started']);
    expect((await compiles()).map(({ method }) => method)).to.deep.equal(['compileStream']);
    tracking.seen.clear();
    expect(await new Optimizer().compilePareto()).to.deep.equal([1, 2]);
    expect((await compiles()).map(({ method }) => method)).to.deep.equal(['compilePareto', 'compile', 'compile']);
  });

  it('objects: their own or inherited method is tracked, and the same object comes back', async () => {
    class Optimizer {
      compile(x: number) {
        return x;
      }
    }
    const plain = new Optimizer();
    const object = new Optimizer();
    expect(trackCompile(object, { label: 'one' })).to.equal(object);
    expect(object.compile(1)).to.equal(1);
    expect(Object.keys(object)).to.deep.equal([]);
    plain.compile(1);
    expect((await compiles()).map(({ optimizer }) => optimizer)).to.deep.equal(['one']);
    const evaluator = trackEval({ run: () => 0.5 }, { label: 'mine' });
    expect(evaluator.run()).to.equal(0.5);
    await tracking.seen.settled();
    expect(tracking.seen.of('onEvalStart')[0]?.data.evaluator).to.equal('mine');
    expect(tracking.seen.of('onEvalEnd')[0]?.data.score).to.equal(0.5);
  });

  it('an object of a tracked class that is tracked itself is one run', async () => {
    @trackCompile()
    class Optimizer {
      compile() {}
    }
    trackCompile(new Optimizer(), { label: 'object' }).compile();
    expect((await compiles()).map(({ optimizer }) => optimizer)).to.deep.equal(['object']);
  });

  it('a trial that evaluates by another tracked evaluator is one trial', async () => {
    @trackEval()
    class Evaluator {
      async evaluate() {
        return { score: 1, results: [{ example: 'a', prediction: 'b', score: 1 }] };
      }
    }
    class Optimizer {
      @trackCompile()
      async compile() {
        return this.score('candidate');
      }
      @trackTrial()
      async score(_candidate: string) {
        return new Evaluator().evaluate();
      }
    }
    await new Optimizer().compile();
    await compiles();
    expect(tracking.seen.of('onTrialStart')).to.have.length(1);
    expect(tracking.seen.of('onEvalStart')).to.have.length(0);
    expect(tracking.seen.of('onExampleEnd')).to.have.length(1);
  });

  it('a proxy as this is asked for nothing but what the method asks', async () => {
    const asked = new Set<PropertyKey>();
    class Optimizer {
      rounds = 1;
      compile() {
        return this.rounds;
      }
    }
    trackCompile({ label: 'x' })(Optimizer);
    const proxy = new Proxy(new Optimizer(), {
      get: (target, key) => {
        asked.add(key);
        return Reflect.get(target, key) as unknown;
      },
      ownKeys: () => expect.fail('its keys were listed'),
    });
    expect(proxy.compile()).to.equal(1);
    expect([...asked]).to.deep.equal(['compile', 'rounds']);
    expect(await compiles()).to.have.length(1);
  });

  it('an abort is cancelled, any other error failed; a throw of a sync method too', async () => {
    const object = trackCompile({
      compile: (name: string) => {
        throw Object.assign(new Error('stop'), { name });
      },
    });
    expect(() => object.compile('AbortError')).to.throw('stop');
    expect(() => object.compile('TypeError')).to.throw('stop');
    await compiles();
    expect(tracking.seen.of('onCompileEnd').map(({ data }) => data.status)).to.deep.equal(['cancelled', 'failed']);
  });
});
