import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { Json, SpanData, TraceData } from '../../../lib/contract/events.js';
import type { OtlpSpan, OtlpValue } from '../../../plugins/mlflow/client/trace-types.js';
import { RunMapper } from '../../../plugins/mlflow/mapping/mapper.js';
import type { TraceWrite } from '../../../plugins/mlflow/mapping/writes.js';
import { call, start, told } from './support/traced.js';

function written(trace: TraceData): TraceWrite {
  const mapper = new RunMapper({ prompts: 'none' });
  const events = told((add) => {
    start(add, 'predictions');
    add('onTraceEnd', trace);
  });
  return events.flatMap((event) => mapper.take(event))[0] as TraceWrite;
}

const withRoot = (root: Partial<SpanData>): TraceWrite => written(call(1, {}, root));
const attributeOf = ({ spans }: TraceWrite, key: string): OtlpValue | undefined =>
  spans[0]?.attributes.find((attribute) => attribute.key === key)?.value;

/** As the server reads an attribute: one layer of JSON is taken off a text. */
function readBack(value: OtlpValue | undefined): unknown {
  if (value?.stringValue !== undefined) return JSON.parse(value.stringValue);
  if (value?.intValue !== undefined) return Number(value.intValue);
  return value?.doubleValue ?? value?.boolValue ?? null;
}

const LM: NonNullable<SpanData['lm']> = {
  role: 'task',
  operation: 'chat',
  provider: 'OpenAI',
  model: 'gpt',
  tokens: { prompt: 3, completion: 4, total: 7, cached: 2 },
  cost: 0.5,
  cached: false,
  streaming: true,
  finishReasons: ['stop'],
};

describe('MLflow spans', () => {
  it('say of a call of a chat model what MLflow shows of one', () => {
    const inputs = { model: 'gpt', messages: [{ role: 'user', content: 'hi' }], tools: [{ type: 'function' }] };
    const outputs = { choices: [{ index: 0, message: { role: 'assistant', content: 'ho' } }] };
    const trace = withRoot({ type: 'CHAT_MODEL', inputs, outputs, lm: LM });
    const read = Object.fromEntries(
      (trace.spans[0] as OtlpSpan).attributes.map(({ key, value }) => [key, readBack(value)]),
    );
    expect(read).to.deep.include({
      'mlflow.spanType': 'CHAT_MODEL',
      'mlflow.spanInputs': inputs,
      'mlflow.spanOutputs': outputs,
      'mlflow.llm.model': 'gpt',
      'mlflow.llm.provider': 'OpenAI',
      'mlflow.llm.cost': { total_cost: 0.5 },
      'mlflow.chat.tokenUsage': { input_tokens: 3, output_tokens: 4, total_tokens: 7, cache_read_input_tokens: 2 },
      'mlflow.chat.tools': [{ type: 'function' }],
      'mlflow.message.format': 'openai',
      'ax_autolog.streaming': true,
      'ax_autolog.finish_reasons': ['stop'],
    });
    expect([trace.info.requestPreview, trace.info.responsePreview]).to.deep.equal(['hi', 'ho']);
  });

  it('say nothing of tokens and cost where nobody knows them', () => {
    const keys = withRoot({ type: 'CHAT_MODEL', lm: { ...LM, tokens: null, cost: null } }).spans[0]?.attributes.map(
      ({ key }) => key,
    );
    expect(keys).to.not.include.members(['mlflow.chat.tokenUsage']);
    expect(keys).to.not.include.members(['mlflow.llm.cost']);
  });

  const values: readonly Json[] = ['text', '{"a":1}', '5', '', 5, 1.5, 2 ** 60, true, [1, 'x'], { a: { b: [] } }];
  for (const value of values) {
    it(`keep ${JSON.stringify(value)} what it is`, () => {
      expect(readBack(attributeOf(withRoot({ inputs: value }), 'mlflow.spanInputs'))).to.deep.equal(value);
    });
  }

  it('have whole nanoseconds, and none outside of what MLflow stores', () => {
    const [span] = withRoot({ startTime: 1_795_000_000_123.457, durationMs: 0.25 }).spans;
    expect([span?.startTimeUnixNano, span?.endTimeUnixNano]).to.deep.equal([
      '1795000000123457000',
      '1795000000123707000',
    ]);
    for (const wrong of [Number.NaN, -5, 1e300, 'NaN' as unknown as number]) {
      const time = withRoot({ startTime: wrong }).spans[0]?.startTimeUnixNano ?? '';
      expect(BigInt(time) >= 0n && BigInt(time) < 2n ** 63n, String(wrong)).to.equal(true);
    }
  });

  it('that raised have an error, and its exception as an event, once', () => {
    const error = { name: 'RangeError', message: 'too much', stack: 'RangeError: too much\n    at f' };
    const [span] = withRoot({ status: 'failed', error, outputs: null }).spans;
    expect(span?.status).to.deep.equal({ code: 2, message: 'too much' });
    expect(span?.events.map(({ name }) => name)).to.deep.equal(['exception']);
    const told = Object.fromEntries(
      span?.events[0]?.attributes.map(({ key, value }) => [key, value.stringValue]) ?? [],
    );
    expect(told).to.deep.equal({
      'exception.type': 'RangeError',
      'exception.message': 'too much',
      'exception.stacktrace': error.stack,
    });
    const events = [{ name: 'exception', time: 1, attributes: { 'exception.type': 'RangeError' } }];
    expect(withRoot({ status: 'failed', error, events }).spans[0]?.events.length).to.equal(1);
  });

  it('tell what was cancelled from what failed', () => {
    const aborted = { name: 'AbortError', message: 'aborted' };
    const left = withRoot({ status: 'cancelled' });
    expect([left.info.state, left.spans[0]?.status.code, left.info.tags['ax_autolog.status']]).to.deep.equal([
      'OK',
      0,
      'cancelled',
    ]);
    expect(withRoot({ status: 'cancelled', error: aborted }).info.state).to.equal('ERROR');
    expect(withRoot({ status: 'failed', error: aborted }).info.state).to.equal('ERROR');
  });

  describe('of what is too big', () => {
    it('keep the form, and cut long texts with a mark', () => {
      const messages = [
        { role: 'system', content: 'short' },
        { role: 'user', content: 'x'.repeat(10_000_000) },
      ];
      const text = attributeOf(withRoot({ inputs: { messages } }), 'mlflow.spanInputs')?.stringValue ?? '';
      expect(text.length).to.be.within(400_000, 1_000_000);
      const read = JSON.parse(text) as { messages: { role: string; content: string }[] };
      expect(read.messages.map(({ role }) => role)).to.deep.equal(['system', 'user']);
      expect(read.messages[0]?.content).to.equal('short');
      expect(read.messages[1]?.content).to.match(/^x+… \[10000000 characters, whole in the journal\]$/);
    });

    it('cut long lists and objects with a mark', () => {
      const rows = Array.from({ length: 300_000 }, (_, row) => ({ row }));
      const text = attributeOf(withRoot({ outputs: rows }), 'mlflow.spanOutputs')?.stringValue ?? '';
      expect(text.length).to.be.at.most(1_000_000);
      const read = JSON.parse(text) as Json[];
      expect(read[0]).to.deep.equal({ row: 0 });
      expect(read.at(-1)).to.equal('… [300000 entries, whole in the journal]');
    });

    it('cut what has too many small parts to keep its form', () => {
      const wide = Array.from({ length: 9 }, () =>
        Array.from({ length: 9 }, () =>
          Array.from({ length: 9 }, () =>
            Array.from({ length: 9 }, () => Array.from({ length: 9 }, () => '\u0001'.repeat(60))),
          ),
        ),
      );
      const text = attributeOf(withRoot({ outputs: wide }), 'mlflow.spanOutputs')?.stringValue ?? '';
      expect(text.length).to.be.at.most(1_000_000);
      expect(() => JSON.parse(text) as unknown).to.not.throw();
    });

    it('have no more levels than the server can give back; what lies deeper is there as text', () => {
      const deep = Array.from({ length: 60 }).reduce<Json>((inner) => ({ inner }), 'bottom');
      let read = readBack(attributeOf(withRoot({ inputs: deep }), 'mlflow.spanInputs'));
      let levels = 0;
      for (; typeof read === 'object' && read !== null; levels += 1) read = (read as { inner: unknown }).inner;
      expect(levels).to.equal(24);
      expect(read).to.match(/^{"inner":.*"bottom"}+$/);
    });

    it('cut previews, metadata, tags, names, rationales and messages at the server’s limits', () => {
      const long = '🧮'.repeat(40_000);
      const error = { name: 'Error', message: long, stack: long };
      const { info, spans } = written(
        call(1, { name: long }, { name: long, inputs: long, outputs: long, status: 'failed', error }),
      );
      expect(info.requestPreview?.length).to.be.at.most(1_000);
      for (const value of Object.values(info.metadata)) expect(value.length).to.be.at.most(250);
      for (const value of Object.values(info.tags)) expect(value.length).to.be.at.most(4_096);
      expect(spans[0]?.name.length).to.be.at.most(1_000);
      expect(spans[0]?.status.message?.length).to.be.at.most(2_000);
      for (const text of [info.requestPreview, ...Object.values(info.tags), spans[0]?.name])
        expect(text?.isWellFormed(), text?.slice(-5)).to.equal(true);
    });
  });

  it('have no lone surrogate and no NUL where a database refuses them', () => {
    const bad = 'a\uD800b\0c';
    const { info, spans } = written(
      call(
        1,
        { name: bad },
        { name: bad, inputs: { [bad]: [bad, 'back\\ud800slash', '\\'] }, attributes: { [bad]: bad } },
      ),
    );
    const body = JSON.stringify({ info, spans });
    expect(body).to.not.match(/(?<!\\)(?:\\\\)*\\ud[89a-f][0-9a-f]{2}/);
    for (const text of [info.tags['mlflow.traceName'], spans[0]?.name]) expect(text).to.equal('a\uFFFDb\uFFFDc');
    const inputs = readBack(attributeOf({ spans } as unknown as TraceWrite, 'mlflow.spanInputs'));
    expect(Object.values(inputs as object)[0]).to.deep.equal(['a\uFFFDb\0c', 'back\\ud800slash', '\\']);
  });
});
