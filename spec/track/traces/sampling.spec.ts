import { expect } from 'chai';
import { afterEach, describe, it } from 'mocha';
import { type AutologOptions, autolog, Evaluate, type TraceCall } from '../../../lib/index.js';
import { resetWarnings } from '../../../lib/support/warnings.js';
import { recorder } from '../../../lib/testing.js';
import { model } from '../../capture/ax/support/model.js';

const program = async ({ n }: { n: number }) => ({ answer: n });
const devset = Array.from({ length: 400 }, (_, n) => ({ n }));

/** The traces of an evaluation of 400 examples. */
async function traces(options: AutologOptions) {
  const seen = recorder();
  autolog({ journal: false, silent: true, logEvals: true, ...options, sinks: [seen] });
  const random = Math.random;
  Math.random = () => expect.fail('sampling asked Math.random');
  try {
    await new Evaluate({ devset, metric: () => 1, numThreads: 4 }).evaluate(program as never);
  } finally {
    Math.random = random;
  }
  await seen.settled();
  return seen;
}

describe('sampling', () => {
  afterEach(() => autolog({ disable: true }));

  it('leaves evaluations alone by default', async () => {
    const seen = await traces({ traces: { rate: 0, filter: () => false } });
    expect(seen.of('onTraceEnd')).to.have.length(400);
  });

  it('keeps about the share that it is told', async () => {
    const seen = await traces({ traces: { rate: 0.25, evaluations: true } });
    expect(seen.of('onTraceEnd').length).to.be.within(60, 145);
    const tied = seen.of('onExampleEnd').filter(({ data }) => data.traceId !== undefined);
    expect(tied).to.have.length(seen.of('onTraceEnd').length);
  });

  it('keeps all or nothing of a trace', async () => {
    const { ax, AxMockAIService } = await import('@ax-llm/ax');
    const ai = new AxMockAIService({ chatResponse: { results: [{ index: 0, content: 'Answer: x' }] } });
    const seen = recorder();
    autolog({ journal: false, silent: true, sinks: [seen], traces: { rate: 0.5 } });
    const flow = ax('question:string -> answer:string');
    for (let n = 0; n < 60; n += 1) await flow.forward(ai as never, { question: 'q' });
    await seen.settled();
    const found = seen.of('onTraceEnd').map(({ data }) => data);
    expect(found.length).to.be.within(10, 50);
    expect(found.every(({ spans, name }) => name === 'AxGen.forward' && spans.length === 3)).to.equal(true);
  });

  it('leaves out a stream with all that is in it', async () => {
    const ax = await import('@ax-llm/ax');
    const { ai } = model(ax, () => ({ pieces: ['Answer: ', 'x'] }));
    const seen = recorder();
    autolog({ journal: false, silent: true, sinks: [seen], traces: { filter: ({ type }) => type !== 'LLM' } });
    for await (const _ of ax.ax('question:string -> answer:string').streamingForward(ai, { question: 'q' }));
    await seen.settled();
    expect(seen.of('onTraceEnd')).to.deep.equal([]);
  });

  it('keeps what the filter says, which sees the call', async () => {
    const calls: TraceCall[] = [];
    const inputs: unknown[] = [];
    const filter = (call: TraceCall) => {
      calls.push(call);
      inputs.push(call.inputs);
      return (call.inputs as { n: number }).n % 100 === 0;
    };
    const seen = await traces({ traces: { filter, evaluations: true } });
    expect(seen.of('onTraceEnd').map(({ data }) => data.spans[0]?.inputs)).to.have.deep.members([
      { n: 0 },
      { n: 100 },
      { n: 200 },
      { n: 300 },
    ]);
    expect(calls).to.have.length(400);
    expect(calls[0]).to.include({ name: 'program', type: 'CHAIN', role: 'task', from: 'evaluation' });
    expect(inputs[0]).to.equal(devset[0]);
  });

  it('keeps everything when the filter throws, and says so once', async () => {
    const filter = () => {
      throw new Error('no idea');
    };
    resetWarnings();
    const seen = await traces({ traces: { filter, evaluations: true } });
    expect(seen.of('onTraceEnd')).to.have.length(400);
    expect(seen.of('onWarning').filter(({ data }) => data.code === 'AXL_TRACE_FILTER')).to.have.length(1);
  });
});

describe('the options of traces', () => {
  afterEach(() => autolog({ disable: true }));

  const wrong: Readonly<Record<string, AutologOptions>> = {
    'a rate above 1': { traces: { rate: 2 } },
    'a rate that is no number': { traces: { rate: '1' as never } },
    'a filter that is no function': { traces: { filter: /x/ as never } },
    'no room for a span': { traces: { maxSpans: 0 } },
    'half a span': { traces: { maxSpans: 1.5 } },
    'a name nobody knows': { traces: { sample: 1 } as never },
    'a list': { traces: [] as never },
    'a price below nothing': { prices: { m: { prompt: -1, completion: 0 } } },
    'a price without completion': { prices: { m: { prompt: 1 } as never } },
    'prices as a number': { prices: 3 as never },
  };
  for (const [what, options] of Object.entries(wrong)) {
    it(`refuse ${what}`, () => {
      expect(() => autolog({ ...options, sinks: [] }))
        .to.throw(`autolog: ${Object.keys(options)[0]} must be`)
        .with.property('code', 'AXL_BAD_OPTIONS');
    });
  }

  it('take what they say', () => {
    const filter = () => true;
    const traces = { rate: 0.1, filter, evaluations: true, maxSpans: 5 };
    autolog({ sinks: [], journal: false, traces, prices: { 'gpt-*': { prompt: 1, completion: 2, cached: 0 } } });
  });
});
