import { axDeserializeOptimizedProgram, axSerializeOptimizedProgram, flow } from '@ax-llm/ax';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { exactAnswer } from '../../samples/gsm8k/metric.js';
import { chainOfThought, SEED_INSTRUCTION } from '../../samples/gsm8k/program.js';
import { random } from '../../samples/random.js';
import { AUTO, plan, suggestedTrials } from '../../samples/teleprompters/mipro/settings.js';
import { MIPROv2 } from '../../samples/teleprompters/mipro-v2.js';
import { demosFor, solved, test, train, withSimulatedLM } from './support.js';

const small = {
  auto: null,
  numCandidates: 3,
  numTrials: 4,
  minibatchSize: 10,
  minibatchFullEvalSteps: 2,
  seed: 3,
} as const;
const trainset = train.slice(0, 30);
const valset = train.slice(30, 70);

const withoutTimes = (value: unknown): string =>
  JSON.stringify(value, (key, v: unknown) => (/^(optimizationTime|totalTime|avgLatencyPerEval)$/.test(key) ? 0 : v));

describe('MIPROv2', () => {
  it('has the numbers of DSPy', () => {
    expect(AUTO).to.deep.equal({
      light: { n: 6, valSize: 100 },
      medium: { n: 12, valSize: 300 },
      heavy: { n: 18, valSize: 1000 },
    });
    const trials = [6, 12, 18].map((n) => [
      suggestedTrials(n, 1, false),
      suggestedTrials(n, 1, true),
      suggestedTrials(n, 3, false),
    ]);
    expect(trials).to.deep.equal([
      [10, 9, 31],
      [18, 18, 43],
      [27, 27, 50],
    ]);
  });

  it('plans a light search as DSPy does', () => {
    const input = {
      auto: 'light',
      numCandidates: undefined,
      numTrials: undefined,
      minibatch: true,
      minibatchSize: 35,
      zeroShot: false,
      predictors: 1,
    } as const;
    const made = plan({ ...input, trainset: train, valset: undefined }, random(1));
    expect([made.trainset.length, made.valset.length]).to.deep.equal([34, 100]);
    expect([made.numTrials, made.minibatch, made.numInstructions, made.numDemoSets]).to.deep.equal([10, true, 3, 6]);
    const tiny = plan({ ...input, trainset, valset: valset.slice(0, 20), zeroShot: true }, random(1));
    expect([tiny.minibatch, tiny.numInstructions]).to.deep.equal([false, 6]);
  });

  for (const seed of [1, 4]) {
    it(`improves over the seed prompt, also on held-out problems, and its result loads back (seed ${seed})`, () =>
      withSimulatedLM({ seed }, async (lm) => {
        const program = chainOfThought();
        const before = (await solved(lm, program, test)).size;
        const result = await new MIPROv2({ studentAI: lm.ai, seed }).compile(program, train, exactAnswer);
        expect(result.bestScore).to.be.above(result.seedScore + 0.2);
        const stored = axSerializeOptimizedProgram(result.optimizedProgram);
        const fresh = chainOfThought();
        axDeserializeOptimizedProgram(stored).applyTo(fresh);
        expect((await solved(lm, fresh, test)).size).to.be.above(before + 15);
      }));
  }

  it('evaluates seed and winner in full, and the best score is the best of the full evaluations', () =>
    withSimulatedLM({}, async (lm) => {
      const { trials, bestScore, seedScore } = await new MIPROv2({ studentAI: lm.ai, ...small }).compile(
        chainOfThought(),
        trainset,
        exactAnswer,
        { valset },
      );
      const full = trials.filter((t) => t.scope === 'full');
      expect(trials.map((t) => t.scope)).to.deep.equal([
        'full',
        'minibatch',
        'minibatch',
        'full',
        'minibatch',
        'minibatch',
        'full',
      ]);
      expect(trials.map((t) => t.n)).to.deep.equal([40, 10, 10, 40, 10, 10, 40]);
      expect(seedScore).to.equal(full[0]?.score);
      expect(bestScore).to.equal(Math.max(...full.map((t) => t.score)));
    }));

  it('sends the same LM requests in the same order for the same seed', async () => {
    const requests = async (seed: number) => {
      const bodies: string[] = [];
      const result = await withSimulatedLM({ onRequest: (body) => bodies.push(body) }, (lm) =>
        new MIPROv2({ studentAI: lm.ai, ...small, seed, numThreads: 1 }).compile(
          chainOfThought(),
          trainset,
          exactAnswer,
          { valset },
        ),
      );
      return { bodies, result: withoutTimes(result) };
    };
    const [first, again, other] = [await requests(3), await requests(3), await requests(4)];
    expect(again.bodies.length).to.be.above(100);
    expect(again).to.deep.equal(first);
    expect(other.bodies).to.not.deep.equal(first.bodies);
  });

  it('gives the same result with one thread and with eight', async () => {
    const run = (numThreads: number) =>
      withSimulatedLM({}, async (lm) =>
        withoutTimes(
          await new MIPROv2({ studentAI: lm.ai, ...small, numThreads }).compile(
            chainOfThought(),
            trainset,
            exactAnswer,
            { valset },
          ),
        ),
      );
    expect(await run(8)).to.equal(await run(1));
  });

  it('leaves the program as it was, demos included, also when it fails', () =>
    withSimulatedLM({}, async (lm) => {
      const program = chainOfThought();
      program.setDemos(demosFor(program, train.slice(100, 101)));
      const before = await program.forward(lm.ai, { question: 'q' });
      const failing = () => {
        throw new Error('metric is broken');
      };
      const failure = await new MIPROv2({ studentAI: lm.ai, ...small, maxErrors: 2 })
        .compile(program, trainset, failing, { valset })
        .catch((error: unknown) => error as Error);
      expect(failure).to.be.instanceOf(Error);
      expect(String((failure as Error).cause)).to.include('metric is broken');
      expect(program.getInstruction()).to.equal(SEED_INSTRUCTION);
      expect(Reflect.get(program, 'demos')).to.have.length(1);
      expect(await program.forward(lm.ai, { question: 'q' })).to.deep.equal(before);
    }));

  it('searches instructions only when no demos are allowed', () =>
    withSimulatedLM({}, async (lm) => {
      const optimizer = new MIPROv2({ studentAI: lm.ai, ...small, maxBootstrappedDemos: 0, maxLabeledDemos: 0 });
      const result = await optimizer.compile(chainOfThought(), trainset, exactAnswer, { valset });
      expect(Object.keys(result.finalConfiguration ?? {})).to.deep.equal(['root.instruction']);
      expect(result.demos).to.deep.equal([]);
    }));

  it('chooses instruction and demos for each predictor of a program of several stages', () =>
    withSimulatedLM({}, async (lm) => {
      const program = flow<{ question: string }>()
        .node('planner', 'question:string -> planOutline:string')
        .node('solver', 'question:string, planOutline:string -> reasoning:string, answer:string')
        .execute('planner', ({ question }) => ({ question }))
        .execute('solver', (s) => ({ question: s.question, planOutline: s.plannerResult.planOutline }))
        .returns((s) => ({ answer: s.solverResult.answer }));
      const optimizer = new MIPROv2({ studentAI: lm.ai, ...small, minibatch: false });
      const { bestScore, seedScore, finalConfiguration, optimizedProgram } = await optimizer.compile(
        program,
        trainset,
        exactAnswer,
        { valset: valset.slice(0, 20) },
      );
      const parts = ['root.planner', 'root.solver'].flatMap((id) => [`${id}.instruction`, `${id}.demos`]);
      expect(Object.keys(finalConfiguration ?? {})).to.deep.equal(parts);
      expect(bestScore).to.be.above(seedScore);
      for (const { programId, traces } of optimizedProgram.demos ?? []) {
        const fields =
          programId === 'root.planner'
            ? ['question', 'planOutline']
            : ['question', 'planOutline', 'reasoning', 'answer'];
        for (const trace of traces) expect(Object.keys(trace)).to.deep.equal(fields);
      }
    }));

  it('tolerates failed runs up to maxErrors and scores them 0', () =>
    withSimulatedLM({}, async (lm) => {
      const flaky: typeof exactAnswer = (args) => {
        if (args.example['question'] === valset[0]?.question) throw new Error('once in a batch');
        return exactAnswer(args);
      };
      const result = await new MIPROv2({ studentAI: lm.ai, ...small, maxErrors: 1 }).compile(
        chainOfThought(),
        trainset,
        flaky,
        { valset },
      );
      expect(result.bestScore).to.be.within(0.1, 39 / 40);
    }));

  it('stops on abort with the signal’s reason', () =>
    withSimulatedLM({}, async (lm) => {
      const stop = new AbortController();
      let calls = 0;
      const metric: typeof exactAnswer = (args) => {
        if (++calls === 60) stop.abort(new Error('enough'));
        return exactAnswer(args);
      };
      const compile = new MIPROv2({ studentAI: lm.ai, ...small }).compile(chainOfThought(), trainset, metric, {
        valset,
        abortSignal: stop.signal,
      });
      const error = await compile.then(
        () => undefined,
        (reason: unknown) => reason,
      );
      expect(error).to.equal(stop.signal.reason);
      expect(lm.calls()).to.be.below(120);
    }));

  it('refuses settings that contradict each other, and says what would do', async () => {
    await withSimulatedLM({}, async (lm) => {
      const attempt = async (settings: object, set = trainset) => {
        const failure = await new MIPROv2({ studentAI: lm.ai, ...settings })
          .compile(chainOfThought(), set, exactAnswer)
          .catch((e: unknown) => e);
        return failure instanceof Error ? failure.message : 'nothing was thrown';
      };
      expect(await attempt({ numTrials: 3 })).to.include('auto: null');
      expect(await attempt({ auto: null })).to.include('numCandidates must be given');
      expect(await attempt({ auto: null, numCandidates: 6 })).to.include('about 10 is right');
      expect(await attempt({ auto: null, numCandidates: 3, numTrials: 3, minibatchSize: 99 })).to.include(
        'exceeds the validation set',
      );
      expect(await attempt({}, [])).to.include('training set is empty');
      expect(lm.calls()).to.equal(0);
    });
  });
});
