import * as ax from '@ax-llm/ax';
import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { resetWarnings } from '../../../lib/support/warnings.js';
import { during, service } from './support/during.js';
import { exact, questions, twoPartProgram } from './support/scripted.js';
import { only } from './support/tracked.js';

type Methods = Record<string, unknown>;

describe('where ax lacks what trials are derived from', () => {
  let putBack = () => {};
  beforeEach(() => resetWarnings());
  afterEach(() => putBack());

  /** Renames a private method, as another version of ax might. */
  function rename(owner: object, name: string): void {
    const descriptor = Object.getOwnPropertyDescriptor(owner, name) as PropertyDescriptor;
    const keys = [...Object.getOwnPropertyNames(owner)];
    Object.defineProperty(owner, `${name}2`, descriptor);
    const compile = Object.getOwnPropertyDescriptor(owner, 'compile') as PropertyDescriptor;
    // The renamed method is still called under its old name by this build: a getter on Object.prototype would be felt
    // everywhere, so instances get it when they are made.
    delete (owner as Methods)[name];
    Object.defineProperty(owner, 'compile', {
      ...compile,
      value: function renamed(this: Methods, ...args: unknown[]) {
        Object.defineProperty(this, name, { configurable: true, value: this[`${name}2`] });
        return (compile.value as (...given: unknown[]) => unknown).apply(this, args);
      },
    });
    putBack = () => {
      delete (owner as Methods)[`${name}2`];
      Object.defineProperty(owner, 'compile', compile);
      Object.defineProperty(owner, name, descriptor);
      expect(Object.getOwnPropertyNames(owner)).to.have.members(keys);
    };
  }

  it('says so once, and works trials out from forwards and scores instead', async () => {
    rename(ax.AxGEPA.prototype, 'nextMinibatchIndices');
    let result: { stats: { totalCalls: number } } | undefined;
    const compile = async () => {
      const optimizer = new ax.AxGEPA({ studentAI: service(), numTrials: 3, minibatchSize: 3, seed: 2 });
      result = await optimizer.compile(twoPartProgram(ax), questions(5), exact, { maxMetricCalls: 40 });
    };
    const events = await during(async () => {
      await compile();
      await compile();
    });
    const warnings = only(events, 'onWarning').map(({ data }) => data);
    expect(warnings.map(({ code }) => code)).to.deep.equal(['AXL_AX_INTERNALS']);
    expect(warnings[0]?.message).to.contain('AxGEPA.nextMinibatchIndices');
    expect(only(events, 'onCompileStart').map(({ data }) => data.optimizer)).to.deep.equal(['GEPA', 'GEPA']);
    const trials = only(events, 'onTrialEnd');
    expect(trials.every((trial) => trial.derived.includes('scope') && trial.data.status === 'finished')).to.equal(true);
    expect(only(events, 'onExampleEnd').length).to.equal(2 * (result?.stats.totalCalls ?? 0));
    expect(only(events, 'onCompileEnd')[0]?.data.best?.format).to.equal('ax-optimized-program');
  });

  it('does the same for a frozen program, whose forward nobody can see', async () => {
    const inner = twoPartProgram(ax);
    const program = Object.freeze({
      getId: () => inner.getId(),
      getTraces: () => inner.getTraces(),
      setDemos: (demos: never) => inner.setDemos(demos),
      getOptimizableComponents: () => inner.getOptimizableComponents(),
      applyOptimizedComponents: (texts: never) => inner.applyOptimizedComponents(texts),
      forward: (ai: never, values: never, options: never) => inner.forward(ai, values, options),
    });
    const events = await during(() =>
      new ax.AxGEPA({ studentAI: service(), numTrials: 2, minibatchSize: 3, seed: 2 }).compile(
        program as never,
        questions(5),
        exact,
        {
          maxMetricCalls: 30,
        },
      ),
    );
    expect(only(events, 'onWarning').map(({ data }) => data.code)).to.deep.equal(['AXL_AX_INTERNALS']);
    expect(only(events, 'onTrialEnd').length).to.be.greaterThan(1);
    expect(only(events, 'onTrialEnd')[0]?.data.exampleScores).to.have.length(5);
  });
});
