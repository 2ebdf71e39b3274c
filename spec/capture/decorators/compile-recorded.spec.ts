import { ax } from '@ax-llm/ax';
import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { hyperparam, trackCompile } from '../../../lib/index.js';
import { startTracking, type Tracking } from '../../fixtures/tracking.js';
import { examples, metric, mockAI, pick } from './support/questions.js';

describe('what a decorated class records', () => {
  let tracking: Tracking;

  beforeEach(() => {
    tracking = startTracking({ journal: false });
  });

  afterEach(() => tracking.stop());

  async function start() {
    await tracking.seen.settled();
    return tracking.seen.of('onCompileStart').map(({ data }) => data);
  }

  describe('of a compile', () => {
    it('with the signature of ax: everything, by place', async () => {
      @trackCompile()
      class Optimizer {
        rounds = 3;
        name = 'x';
        readonly studentAI = mockAI();
        #secret = 1;
        helper = { a: 1 };
        async compile(p: unknown, e: readonly unknown[], m: unknown, o?: unknown) {
          return [p, e, m, o, this.#secret].length > 0
            ? { bestScore: 0.75, demos: [], stats: { calls: 3 } }
            : undefined;
        }
      }
      const program = ax('question:string -> answer:string');
      await new Optimizer().compile(program, examples, metric, {
        verbose: false,
        validationExamples: examples.slice(0, 1),
        budget: { calls: 10 },
        onProgress: () => undefined,
      });
      const [compile] = await start();
      expect(compile).to.deep.include({
        optimizer: 'Optimizer',
        method: 'compile',
        hyperparameters: { rounds: 3, name: 'x' },
        options: { verbose: false, budget: { calls: 10 } },
        metric: 'metric',
      });
      expect(compile?.trainset?.size).to.equal(3);
      expect(compile?.valset?.size).to.equal(1);
      expect(compile?.lms.map(({ name }) => name)).to.deep.equal(['student']);
      expect(Object.keys(compile?.seed?.texts ?? {})).to.not.have.length(0);
      const end = tracking.seen.of('onCompileEnd')[0]?.data;
      expect(end?.reportedScore).to.equal(0.75);
      expect(end?.result).to.deep.include({ stats: { calls: 3 } });
    });

    it("with one options object, or DSPy's program and options: by field name", async () => {
      class Optimizer {
        @trackCompile()
        one({ program, trainset, valset }: Record<string, unknown>) {
          return [program, trainset, valset].length;
        }
        @trackCompile()
        two(student: unknown, options: Record<string, unknown>) {
          return [student, options].length;
        }
      }
      const program = ax('question:string -> answer:string');
      const optimizer = new Optimizer();
      optimizer.one({ program, trainset: examples, valset: examples.slice(1), metric, depth: 2 });
      optimizer.two(program, { trainset: examples, valset: examples.slice(1), metric, depth: 2 });
      for (const compile of await start()) {
        expect(compile.trainset?.size).to.equal(3);
        expect(compile.valset?.size).to.equal(2);
        expect(compile.metric).to.equal('metric');
        expect(compile.options).to.deep.equal({ depth: 2 });
        expect(compile.seed).to.not.equal(null);
      }
    });

    it('by role: positions, fields of the options object, paths', async () => {
      class Optimizer {
        @trackCompile({ program: 1, trainset: 'data.learn', valset: '2.1', metric: 'how', options: 0 })
        search(options: unknown, what: unknown, sets: unknown) {
          return [options, what, sets].length;
        }
      }
      const program = ax('question:string -> answer:string');
      new Optimizer().search({ data: { learn: examples }, how: metric, width: 5 }, program, [0, examples.slice(2)]);
      const [compile] = await start();
      expect(compile?.trainset?.size).to.equal(3);
      expect(compile?.valset?.size).to.equal(1);
      expect(compile?.metric).to.equal('metric');
      expect(compile?.options).to.deep.equal({ width: 5 });
      expect(compile?.seed).to.not.equal(null);
    });

    it('the fields marked with @hyperparam, inherited, private, static, accessors and getters; then no others', async () => {
      class Base {
        @hyperparam() accessor depth = 4;
        unmarked = 1;
      }
      @trackCompile()
      class Optimizer extends Base {
        @hyperparam() rounds = 3;
        @hyperparam({ name: 'rate' }) learningRate = 0.1;
        @hyperparam() #inner = 'hidden';
        @hyperparam() static width = 7;
        @hyperparam() grid = [1, 2];
        @hyperparam() get doubled() {
          return this.rounds * 2;
        }
        @hyperparam() get broken(): number {
          throw new Error('a getter of the user');
        }
        compile() {
          return this.#inner;
        }
      }
      const optimizer = new Optimizer();
      optimizer.rounds = 5;
      expect(optimizer.compile()).to.equal('hidden');
      expect((await start())[0]?.hyperparameters).to.deep.equal({
        depth: 4,
        rounds: 5,
        rate: 0.1,
        inner: 'hidden',
        width: 7,
        grid: [1, 2],
        doubled: 10,
      });
    });

    it('getters of this and of the arguments are not run', async () => {
      @trackCompile()
      class Optimizer {
        fine = 1;
        constructor() {
          Object.defineProperty(this, 'lazy', { enumerable: true, get: () => expect.fail('a getter was run') });
        }
        compile(options: object) {
          return options;
        }
      }
      const options = Object.defineProperty({ trainset: examples }, 'metric', {
        enumerable: true,
        get: () => expect.fail('a getter was run'),
      });
      new Optimizer().compile(options);
      expect((await start())[0]?.hyperparameters).to.deep.equal({ fine: 1 });
    });

    it('the best program: the program, { program }, a state, or what the option best reads', async () => {
      const program = ax('question:string -> answer:string');
      program.setInstruction('Think first.');
      const own = { forward: () => 1, prompt: 'my prompt' };
      const results: [unknown, object][] = [
        [program, {}],
        [{ program }, {}],
        [{ program: own }, {}],
        [{ texts: { instruction: 'state' } }, {}],
        [
          { winner: { texts: { instruction: 'chosen' } }, at: 0.9 },
          { best: pick('winner'), score: pick('at') },
        ],
        [undefined, {}],
      ];
      for (const [result, options] of results)
        trackCompile({ compile: (_p: unknown) => result }, options).compile(program);
      await start();
      const best = tracking.seen.of('onCompileEnd').map(({ data }) => data.best?.candidate);
      expect(JSON.stringify(best[0]?.texts)).to.include('Think first.');
      expect(best[1]?.id).to.equal(best[0]?.id);
      expect(best[2]?.state).to.deep.equal({ prompt: 'my prompt' });
      expect(best[3]?.texts).to.deep.equal({ instruction: 'state' });
      expect(best[4]?.texts).to.deep.equal({ instruction: 'chosen' });
      expect(best[5]).to.equal(undefined);
      expect(tracking.seen.of('onCompileEnd')[4]?.data.reportedScore).to.equal(0.9);
    });

    it('a chunk or return value of a generator as its result', async () => {
      const object = trackCompile({
        compile: async function* () {
          yield { bestScore: 0.1 };
          yield { bestScore: 0.6 };
        },
      });
      for await (const _ of object.compile());
      await start();
      expect(tracking.seen.of('onCompileEnd')[0]?.data.reportedScore).to.equal(0.6);
    });
  });
});
