import { AsyncLocalStorage } from 'node:async_hooks';
import * as ax from '@ax-llm/ax';
import { expect } from 'chai';
import { afterEach, describe, it } from 'mocha';
import { autolog } from '../../../lib/setup/autolog.js';
import { recorder } from '../../../lib/testing.js';
import { type BridgedSpan, type SpanBridge, type SpanStart, setSpanBridge } from '../../../lib/track/traces/bridge.js';
import { model } from '../../capture/ax/support/model.js';

const hex = (text: string, length: number) =>
  Buffer.from(text.padEnd(length / 2, '.'))
    .toString('hex')
    .slice(0, length);

describe('a bridge to another tracing system', () => {
  let undo = () => {};

  afterEach(() => {
    undo();
    autolog({ disable: true });
  });

  async function traced(bridge: SpanBridge, content = 'Answer: x') {
    const seen = recorder();
    autolog({ sinks: [seen], journal: false, silent: true });
    undo = setSpanBridge(bridge);
    const program = ax.ax('question:string -> answer:string');
    const value = await program.forward(model(ax, () => content).ai, { question: 'q' });
    await seen.settled();
    return { seen, value, trace: seen.of('onTraceEnd')[0]?.data ?? expect.fail() };
  }

  it('gives the ids, and hears of each span when it begins, inside its parent', async () => {
    const starts: SpanStart[] = [];
    const { trace } = await traced((start) => {
      starts.push(start);
      const spanId = hex(`span ${starts.length}`, 16);
      const parentSpanId = start.parent === null ? hex('outside', 16) : undefined;
      return { traceId: hex('trace', 32), spanId, within: (fn) => fn(), ...(parentSpanId ? { parentSpanId } : {}) };
    });
    expect(trace.traceId).to.equal(hex('trace', 32));
    expect(trace.parentSpanId).to.equal(hex('outside', 16));
    expect(trace.spans.map(({ spanId }) => spanId)).to.deep.equal([1, 2, 3].map((n) => hex(`span ${n}`, 16)));
    expect(starts.map(({ name, type, parent }) => [name, type, parent?.spanId ?? null])).to.deep.equal([
      ['AxGen.forward', 'LLM', null],
      ['chat scripted-1', 'CHAT_MODEL', hex('span 1', 16)],
      ['AxGen.parse', 'PARSER', hex('span 1', 16)],
    ]);
    expect(starts.map(({ startTime }) => startTime)).to.deep.equal(trace.spans.map(({ startTime }) => startTime));
  });

  it('has what runs in a span run where it says', async () => {
    const current = new AsyncLocalStorage<string>();
    const inside: (string | undefined)[] = [];
    const ai = model(ax, () => {
      inside.push(current.getStore());
      return 'Answer: x';
    }).ai;
    const seen = recorder();
    autolog({ sinks: [seen], journal: false, silent: true });
    undo = setSpanBridge(({ name }) => ({
      traceId: hex('t', 32),
      spanId: hex(name, 16),
      within: (fn) => current.run(name, fn),
    }));
    await ax.ax('question:string -> answer:string').forward(ai, { question: 'q' });
    expect(inside).to.deep.equal(['chat scripted-1']);
    expect(current.getStore()).to.equal(undefined);
  });

  const bridging =
    (within: BridgedSpan['within']): SpanBridge =>
    () => ({ traceId: hex('t', 32), spanId: hex('s', 16), within });

  const broken: Readonly<Record<string, SpanBridge>> = {
    'that throws': () => {
      throw new Error('broken');
    },
    'whose within throws before it runs anything': bridging(() => {
      throw new Error('broken');
    }),
    'whose within throws afterwards': bridging((fn) => {
      fn();
      throw new Error('broken');
    }),
    'whose within runs it twice': bridging((fn) => {
      fn();
      return fn();
    }),
    'whose within returns something else': bridging((fn) => {
      fn();
      return undefined as never;
    }),
  };
  for (const [what, bridge] of Object.entries(broken)) {
    it(`${what} changes nothing, and is reported once`, async () => {
      const { seen, value, trace } = await traced(bridge);
      expect(value).to.deep.equal({ answer: 'x' });
      expect(trace.spans).to.have.length(3);
      expect(trace.tokens.calls).to.equal(1);
      expect(seen.of('onWarning').length).to.be.at.most(1);
      expect(seen.of('onWarning').every(({ data }) => data.code === 'AXL_TRACE_BRIDGE')).to.equal(true);
    });
  }

  it('may leave spans to us alone, and is gone when it is taken away', async () => {
    const { trace } = await traced(() => undefined);
    expect(trace.traceId).to.match(/^[0-9a-f]{32}$/);
    let asked = 0;
    const first = setSpanBridge(() => {
      asked += 1;
      return undefined;
    });
    setSpanBridge(() => undefined);
    first();
    first();
    await traced(() => undefined);
    expect(asked).to.equal(0);
  });

  it('hears nothing of a trace that is not kept, nor of a span that has no room', async () => {
    let asked = 0;
    const count = () => {
      asked += 1;
      return undefined;
    };
    const seen = recorder();
    const { ai } = model(ax, () => 'Answer: x');
    undo = setSpanBridge(count);
    autolog({ sinks: [seen], journal: false, silent: true, traces: { rate: 0 } });
    await ax.ax('question:string -> answer:string').forward(ai, { question: 'q' });
    expect(asked).to.equal(0);
    autolog({ sinks: [seen], journal: false, silent: true, traces: { maxSpans: 2 } });
    await ax.ax('question:string -> answer:string').forward(ai, { question: 'q' });
    expect(asked).to.equal(2);
  });
});
