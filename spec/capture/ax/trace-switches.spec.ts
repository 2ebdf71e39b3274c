import * as ax from '@ax-llm/ax';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { AnyEvent } from '../../../lib/contract/events.js';
import {
  type AutologOptions,
  activeCompile,
  Evaluate,
  startRun,
  trackCompile,
  trackTrial,
} from '../../../lib/index.js';
import { exact, questions, scripted, twoPartProgram } from './support/scripted.js';
import { only, tracked } from './support/tracked.js';
import { quiet } from './support/verbose-log.js';

const student = () => scripted(ax, { seed: 4 }).ai;
const teacher = () => scripted(ax, { seed: 4, name: 'teacher' }).ai;

const gepa = () =>
  new ax.AxGEPA({ studentAI: student(), teacherAI: teacher(), numTrials: 3, minibatchSize: 3, seed: 3 }).compile(
    twoPartProgram(ax),
    questions(4),
    exact,
    { maxMetricCalls: 30 },
  );

const heard = (fn: () => Promise<unknown>, options: AutologOptions): Promise<readonly AnyEvent[]> =>
  quiet(() => tracked(fn, options));

/** Traces as role, and where they belong. */
const places = (events: readonly AnyEvent[]) =>
  only(events, 'onTraceEnd').map(({ data, compileId, trialId, evalId }) => ({
    role: data.role,
    in: trialId ? 'trial' : compileId ? 'compile' : evalId ? 'evaluation' : 'run',
  }));

/** Each example that has a trace is tied to one of its own trial, with its input; returns how many there are. */
function expectTied(events: readonly AnyEvent[]): number {
  const traces = new Map(only(events, 'onTraceEnd').map((event) => [event.data.traceId, event]));
  const examples = only(events, 'onExampleEnd');
  const tied = examples.map(({ data }) => data.traceId);
  expect(new Set(tied).size).to.equal(examples.length);
  for (const { data, trialId } of examples) {
    const trace = traces.get(data.traceId ?? '') ?? expect.fail(`example ${data.index} has no trace`);
    expect(trace.trialId).to.equal(trialId);
    expect(trace.data.spans[0]?.inputs).to.deep.equal(data.example);
    if (!data.error) expect(trace.data.spans[0]?.outputs).to.deep.equal(data.prediction);
  }
  return examples.length;
}

describe('traces of a compile', () => {
  it('are off by default, whether compiles are logged or not', async () => {
    for (const logCompiles of [true, false]) {
      const events = await heard(gepa, { logCompiles });
      expect(only(events, 'onTraceEnd')).to.deep.equal([]);
      expect(only(events, 'onCompileEnd')).to.have.length(logCompiles ? 1 : 0);
      expect(only(events, 'onExampleEnd').every(({ data }) => data.traceId === undefined)).to.equal(true);
    }
  });

  it('of GEPA: each example on its trial, each reflection on the compile', async () => {
    const events = await heard(gepa, { logTracesFromCompile: true });
    expect(expectTied(events)).to.be.greaterThan(10);
    const found = places(events);
    const task = found.filter(({ role }) => role === 'task');
    const reflection = found.filter(({ role }) => role === 'reflection');
    expect(task.every((one) => one.in === 'trial')).to.equal(true);
    expect(task).to.have.length(only(events, 'onExampleEnd').length);
    expect(reflection.length).to.be.greaterThan(0);
    expect(reflection.every((one) => one.in === 'compile')).to.equal(true);
    expect(task.length + reflection.length).to.equal(found.length);
  });

  it('of Bootstrap: the teacher answers in the trial', async () => {
    const events = await heard(
      () =>
        new ax.AxBootstrapFewShot({
          studentAI: student(),
          teacherAI: teacher(),
          options: { verboseMode: false },
        }).compile(twoPartProgram(ax), questions(6), exact),
      { logTracesFromCompile: true },
    );
    expectTied(events);
    expect(new Set(places(events).map((one) => `${one.role} in ${one.in}`))).to.deep.equal(
      new Set(['teacher in trial']),
    );
  });

  it('of ACE: reflector and curator are on the compile', async () => {
    const events = await heard(
      () =>
        new ax.AxACE({ studentAI: student(), teacherAI: teacher() }, { maxEpochs: 1 }).compile(
          twoPartProgram(ax),
          questions(3),
          exact,
        ),
      { logTracesFromCompile: true },
    );
    expectTied(events);
    expect(new Set(places(events).map((one) => `${one.role} in ${one.in}`))).to.deep.equal(
      new Set(['task in trial', 'reflection in compile', 'proposer in compile']),
    );
  });

  it('of AxTestPrompt belong to the evaluation', async () => {
    const events = await heard(
      () => new ax.AxTestPrompt({ ai: student(), program: twoPartProgram(ax), examples: questions(4) }).run(exact),
      {},
    );
    expect(expectTied(events)).to.equal(4);
    expect(places(events)).to.deep.equal(Array.from({ length: 4 }, () => ({ role: 'task', in: 'evaluation' })));
  });

  it('of a judge in the metric are its own, in the trial of the example', async () => {
    const judge = ax.ax('question:string -> answer:string');
    const metric = async ({ prediction, example }: { prediction: unknown; example: unknown }) => {
      await judge.forward(student(), { question: 'kind-instruction number 1' });
      return exact({ prediction, example });
    };
    const events = await heard(
      () =>
        new ax.AxGEPA({ studentAI: student(), numTrials: 0, seed: 3 }).compile(
          twoPartProgram(ax),
          questions(3),
          metric as never,
          {
            maxMetricCalls: 12,
          },
        ),
      { logTracesFromCompile: true },
    );
    const judged = places(events).filter(({ role }) => role === 'judge');
    expect(judged).to.have.length(expectTied(events));
    expect(judged.every((one) => one.in === 'trial')).to.equal(true);
  });

  it('of a custom teleprompter: rows by the very prediction, its proposer on the compile', async () => {
    const program = ax.ax('question:string -> answer:string');
    @trackCompile()
    class Search {
      async compile(student: typeof program, trainset: readonly { question: string }[]) {
        await activeCompile()?.role('proposer', () =>
          student.forward(teacher(), { question: 'kind-instruction number 9' }),
        );
        await this.score(student, trainset);
        return { program: student };
      }

      @trackTrial()
      async score(candidate: typeof program, batch: readonly { question: string }[]) {
        const ai = student();
        await activeCompile()?.role('proposer', () => candidate.forward(ai, { question: 'kind-instruction number 8' }));
        const rows = await Promise.all(
          batch.map(async (example) => ({ example, prediction: await candidate.forward(ai, example), score: 1 })),
        );
        return { score: 1, results: rows.reverse() };
      }
    }
    const events = await heard(() => new Search().compile(program, questions(5)), { logTracesFromCompile: true });
    expect(expectTied(events)).to.equal(5);
    const proposals = places(events).filter(({ role }) => role === 'proposer');
    expect(proposals).to.deep.equal([
      { role: 'proposer', in: 'compile' },
      { role: 'proposer', in: 'compile' },
    ]);
  });
});

describe('the trace switches', () => {
  const once = () => twoPartProgram(ax).forward(student(), { question: 'kind-instruction number 1' });
  const evaluate = () =>
    new Evaluate({ devset: questions(2), metric: exact as never }).evaluate(twoPartProgram(ax), { ai: student() });
  const count = async (fn: () => Promise<unknown>, options: AutologOptions) =>
    only(await heard(fn, options), 'onTraceEnd').length;

  it('logTraces is about calls outside of compiles and evaluations', async () => {
    expect(await count(once, {})).to.equal(1);
    expect(await count(once, { logTraces: false })).to.equal(0);
    expect(await count(evaluate, { logTraces: false })).to.equal(2);
  });

  it('logTracesFromEval is about calls inside evaluations, also those that are not logged', async () => {
    for (const logEvals of [true, false]) {
      expect(await count(evaluate, { logEvals })).to.equal(2);
      expect(await count(evaluate, { logEvals, logTracesFromEval: false })).to.equal(0);
    }
  });

  it('an evaluation inside a compile is the compile', async () => {
    class Search extends ax.AxBaseOptimizer {
      async compile(): Promise<never> {
        await evaluate();
        return {} as never;
      }
    }
    const compile = () => new Search({ studentAI: student() }).compile();
    for (const logCompiles of [true, false]) {
      expect(await count(compile, { logCompiles })).to.equal(0);
      expect(await count(compile, { logCompiles, logTracesFromCompile: true })).to.equal(2);
    }
  });

  it('a call in the run of the user belongs to that run, any other to the run of predictions', async () => {
    const events = await heard(async () => {
      await startRun({ runName: 'mine' }, once);
      await once();
      await once();
    }, {});
    const runs = new Map(only(events, 'onRunStart').map(({ runId, data }) => [runId, data.kind]));
    expect([...runs.values()]).to.deep.equal(['user', 'predictions']);
    expect(only(events, 'onTraceEnd').map(({ runId }) => runs.get(runId))).to.deep.equal([
      'user',
      'predictions',
      'predictions',
    ]);
    expect(only(events, 'onLMCall')).to.have.length(1);
  });
});
