import * as ax from '@ax-llm/ax';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { applyBest, bestOf, describeProgram } from '../../../lib/capture/ax/index.js';
import { exact, questions, scripted, twoPartProgram, twoStepFlow } from './support/scripted.js';
import { quiet } from './support/verbose-log.js';

type Best = { readonly format: string; readonly program: unknown };

/** The requests that a program makes for some questions. */
async function requestsOf(program: unknown): Promise<readonly string[]> {
  const { ai, requests } = scripted(ax, { seed: 4 });
  for (const { question } of questions(3, 20)) await (program as ax.AxGen).forward(ai, { question });
  return requests;
}

/** As it is when it comes back from a file. */
const stored = (best: Best | undefined): Best => JSON.parse(JSON.stringify(best)) as Best;
const ai = () => scripted(ax, { seed: 0 }).ai;

const flow = () => twoStepFlow(ax);

/** Compiles one program, applies what ax returned to it, and what was stored to a fresh one: both must ask the same. */
async function expectSame(
  make: () => unknown,
  compile: (program: never) => Promise<unknown>,
  apply: (result: never, program: never) => void,
  format: string,
): Promise<Best> {
  const program = make();
  const result = await quiet(() => compile(program as never));
  const best = stored(bestOf(result, program));
  expect(best.format).to.equal(format);
  const own = make();
  if (make === flow) (own as ax.AxGen).getId();
  apply(result as never, own as never);
  const fresh = make();
  applyBest(best, fresh as object);
  const wanted = await requestsOf(own);
  expect(await requestsOf(fresh)).to.deep.equal(wanted);
  expect(wanted).to.not.deep.equal(await requestsOf(make()));
  return best;
}

describe('the best program of a compile, applied to a fresh program', () => {
  const gepa = (bootstrap: boolean) => (program: never) =>
    new ax.AxGEPA({ studentAI: ai(), numTrials: 12, minibatchSize: 4, seed: 1 }).compile(
      program,
      questions(8) as never,
      exact as never,
      {
        maxMetricCalls: 150,
        bootstrap,
      },
    );
  const applyOptimized = (result: { optimizedProgram: ax.AxOptimizedProgram }, program: ax.AxGen) =>
    result.optimizedProgram.applyTo(program);

  it('asks the same as that of AxGEPA', () =>
    expectSame(() => twoPartProgram(ax), gepa(false), applyOptimized as never, 'ax-optimized-program'));

  it('asks the same as that of AxGEPA with bootstrapped demos', () =>
    expectSame(() => twoPartProgram(ax), gepa(true), applyOptimized as never, 'ax-optimized-program'));

  it('asks the same as that of AxGEPA for an AxFlow, demos included', async () => {
    const program = flow();
    program.getId();
    const result = await quiet(() => gepa(true)(program as never));
    const fresh = flow();
    applyBest(stored(bestOf(result, program)), fresh);
    const state = bestOf(result, program)?.candidate;
    expect(describeProgram(fresh)?.texts).to.deep.equal(state?.texts);
    expect(JSON.parse(JSON.stringify(describeProgram(fresh)?.demos))).to.deep.equal(
      JSON.parse(JSON.stringify(state?.demos)),
    );
    expect(state?.demos?.length).to.be.greaterThan(0);
  });

  it('asks the same as that of AxBootstrapFewShot', () =>
    expectSame(
      () => twoPartProgram(ax),
      (program) =>
        new ax.AxBootstrapFewShot({ studentAI: ai(), options: { verboseMode: false } }).compile(
          program,
          questions(8) as never,
          exact,
        ),
      ((result: { demos: never }, program: ax.AxGen) => program.setDemos(result.demos)) as never,
      'demos',
    ));

  it('asks the same as that of AxACE, playbook included', async () => {
    const best = await expectSame(
      () => twoPartProgram(ax),
      (program) => new ax.AxACE({ studentAI: ai() }).compile(program, questions(5) as never, exact),
      applyOptimized as never,
      'ax-ace-program',
    );
    expect(JSON.stringify(best.program)).to.contain('Context Playbook');
  });

  it('asks the same as a program that was returned itself, or in { program }', async () => {
    for (const wrap of [(program: unknown) => program, (program: unknown) => ({ program })]) {
      const program = twoPartProgram(ax);
      program.setInstruction('Think twice.');
      program.setDemos([{ programId: 'root', traces: [questions(1)[0] as never] }]);
      const best = stored(bestOf(wrap(program), program));
      expect(best.format).to.equal('state');
      const fresh = twoPartProgram(ax);
      applyBest(best, fresh);
      expect(await requestsOf(fresh)).to.deep.equal(await requestsOf(program));
    }
  });

  it('says what is wrong where it does not fit', () => {
    const other = ax.ax('topic:string -> summary:string');
    other.setId('other');
    const texts = { format: 'state', program: { texts: { 'root::instruction': 'x' } } };
    expect(() => applyBest(texts, other)).to.throw(/AXL_BEST_FORMAT.*root::instruction.*other::instruction/);
    const demos = { format: 'demos', program: { demos: [{ programId: 'root', traces: [{}] }] } };
    expect(() => applyBest(demos, other)).to.throw(/AXL_BEST_FORMAT.*setDemos/);
    expect(() => applyBest({ format: 'pickle', program: {} }, other)).to.throw(
      /AXL_BEST_FORMAT.*must be one of.*pickle/,
    );
    expect(() => applyBest({ format: 'demos', program: null }, other)).to.throw(/AXL_BEST_FORMAT.*null/);
    expect(() => applyBest(demos, {})).to.throw(/AXL_BEST_FORMAT.*setDemos\(\)/);
  });
});

describe('describing a program', () => {
  it('changes nothing in it: a flow that was never asked for its id builds nothing', () => {
    const program = flow();
    const before = Object.keys(program).map((key) => [key, (program as unknown as Record<string, unknown>)[key]]);
    describeProgram(program);
    expect(
      Object.keys(program).map((key) => [key, (program as unknown as Record<string, unknown>)[key]]),
    ).to.deep.equal(before);
  });

  it('is possible for anything, and nothing for what is no program', () => {
    const hostile = new Proxy(
      {},
      {
        get: () => {
          throw new Error('no');
        },
      },
    );
    for (const value of [undefined, null, 1, 'x', {}, hostile, () => {}])
      expect(describeProgram(value)).to.equal(undefined);
    const broken = {
      forward: () => {},
      getOptimizableComponents: () => {
        throw new Error('no');
      },
    };
    expect(describeProgram(broken)).to.deep.equal({ texts: {}, demos: [] });
  });
});
