import { expect } from 'chai';
import { describe, it } from 'mocha';
import { count, expectSame, seeds } from './support/held-against-log.js';
import { percent, questions } from './support/scripted.js';

describe('trials of AxGEPA with a gepaAdapter', function () {
  this.timeout(60_000);

  /** Evaluates without the program; `bad` says how a call fails. */
  function adapter(seed: number, bad: (call: number) => string | undefined, propose: boolean) {
    let calls = 0;
    return Object.freeze({
      evaluate(batch: readonly { question: string }[], texts: Record<string, string>, capture?: boolean) {
        calls += 1;
        const how = bad(calls);
        if (how === 'throw') throw new Error('adapter is down');
        if (how === 'reject') return Promise.reject(new Error('adapter rejects'));
        if (how === 'empty') return {};
        const scores = batch.map((example) => (percent(seed, example, texts) < 50 ? 0 : 1));
        if (how === 'short') return { outputs: batch.map(() => ({})), scores: scores.slice(1) };
        if (how === 'torn')
          return { outputs: batch.map(() => ({})), scoreVectors: scores.slice(1).map((score) => ({ score })) };
        return {
          outputs: batch.map((example) => ({ answer: example.question })),
          scores,
          trajectories: capture ? [] : null,
        };
      },
      make_reflective_dataset: () => ({}),
      ...(propose
        ? {
            propose_new_texts: (texts: Record<string, string>, _data: unknown, keys: readonly string[]) =>
              Object.fromEntries(keys.map((key) => [key, `${texts[key]} +${percent(seed, texts, key)}`])),
          }
        : {}),
    });
  }

  it('are the same when it evaluates', async () => {
    const outcomes = await expectSame(seeds(10), {
      options: (seed) => ({ gepaAdapter: adapter(seed, () => undefined, true) }),
    });
    expect(count(outcomes, 'accepted')).to.be.greaterThan(0);
    await expectSame(seeds(5), { options: (seed) => ({ gepaAdapter: adapter(seed, () => undefined, false) }) });
  });

  it('are the same with merges that stay and merges that go, also of examples that are in the set twice', async () => {
    const some = questions(8);
    const outcomes = await expectSame(seeds(60), {
      args: { numTrials: 25, minibatchSize: 2, earlyStoppingTrials: 25 },
      options: (seed) => ({
        maxMetricCalls: 300,
        validationExamples: [...some, ...some.slice(2, 5)],
        gepaAdapter: {
          evaluate: (batch: readonly object[], texts: object) => ({
            outputs: batch,
            scores: batch.map((example) => percent(seed, example, texts) / 100),
          }),
          make_reflective_dataset: () => ({}),
        },
      }),
    });
    const tested = count(outcomes, 'evaluation', 'merge subsample');
    const stayed = count(outcomes, 'merge accepted');
    expect(stayed).to.be.greaterThan(0);
    expect(tested).to.be.greaterThan(stayed);
  });

  it('are the same when it fails and GEPA evaluates by itself', async () => {
    for (const how of ['throw', 'reject', 'empty', 'short', 'torn']) {
      await expectSame(seeds(4), {
        options: (seed) => ({
          gepaAdapter: adapter(seed, (call) => (percent(seed, call) < 50 ? how : undefined), false),
        }),
      });
    }
  });

  it('are the same with bootstrap and with paretoScalarize', async () => {
    const more = { bootstrap: true, paretoScalarize: (scores: Record<string, number>) => (scores.score ?? 0) + 0.25 };
    for (const how of [undefined, 'throw', 'torn']) {
      await expectSame(seeds(4), {
        options: (seed) => ({
          gepaAdapter: adapter(seed, (call) => (call % 3 === 0 ? how : undefined), false),
          ...more,
        }),
      });
    }
  });
});
