import { createRequire } from 'node:module';
import * as esm from '@ax-llm/ax';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { type AutologOptions, Evaluate } from '../../../lib/index.js';
import { autolog } from '../../../lib/setup/autolog.js';
import { setSpanBridge } from '../../../lib/track/traces/bridge.js';
import { CALLS, type Call } from './support/calls.js';
import { seeded } from './support/seeded.js';
import { quiet } from './support/verbose-log.js';

const cjs = createRequire(import.meta.url)('@ax-llm/ax') as typeof esm;

/** What came of a call, without the clock's part in it. */
async function outcomeOf(ax: typeof esm, call: Call): Promise<unknown> {
  const { outcome, models } = await quiet(() => seeded(7, () => call(ax)));
  const text = JSON.stringify([outcome, models.map(({ requests }) => requests)]);
  return JSON.parse(text.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z|[0-9a-f]{8}-[0-9a-f-]{27}/g, 'x'));
}

const ways: Readonly<Record<string, AutologOptions>> = {
  'all of it traced': {},
  'with a filter that throws': {
    traces: {
      filter() {
        throw new Error('no');
      },
    },
  },
  'with sampling': { traces: { rate: 0.5 } },
  'with room for two spans': { traces: { maxSpans: 2 } },
};

for (const [build, ax] of Object.entries({ 'ES module': esm, CommonJS: cjs })) {
  describe(`tracing changes nothing (${build} build of ax)`, function () {
    this.timeout(30_000);

    for (const [name, call] of Object.entries(CALLS)) {
      for (const [way, options] of Object.entries(ways)) {
        it(`${name}, ${way}`, async () => {
          const untracked = await outcomeOf(ax, call);
          autolog({ sinks: [{ name: 'some', onTraceEnd: () => {} }], journal: false, silent: true, ...options });
          const undo = setSpanBridge(() => {
            throw new Error('the bridge is down');
          });
          try {
            expect(await outcomeOf(ax, call)).to.deep.equal(untracked);
          } finally {
            undo();
            autolog({ disable: true });
          }
        });
      }
    }
  });
}

describe('what a traced call throws', () => {
  it('is the very object, from a program and a model', async () => {
    const boom = new Error('mine');
    class Failing {
      async forward(): Promise<never> {
        throw boom;
      }
    }
    autolog({ sinks: [{ name: 'some', onTraceEnd: () => {} }], journal: false, silent: true });
    try {
      const ai = new esm.AxMockAIService({ chatResponse: async () => Promise.reject(boom) });
      const thrown = await ai.chat({ chatPrompt: [{ role: 'user', content: 'x' }] }).catch((error: unknown) => error);
      expect(thrown).to.equal(boom);
      const { results } = await new Evaluate({ devset: [{ n: 1 }], metric: () => 1 }).evaluate(new Failing());
      expect(results[0]?.error?.cause).to.equal(boom);
    } finally {
      autolog({ disable: true });
    }
  });
});
