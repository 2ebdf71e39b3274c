import * as ax from '@ax-llm/ax';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { saying } from './support/model.js';
import { outline, spansOf, traced } from './support/outline.js';

const predictor = () => ax.ax('question:string -> answer:string');

describe('the trace of an AxGen', () => {
  it('has its call, the call of the model, and the reading of the answer', async () => {
    const { ai } = saying(ax, 'Answer: 4');
    const [trace, ...others] = await traced(() => predictor().forward(ai, { question: '2 + 2?' }));
    expect(others).to.deep.equal([]);
    expect(outline(trace ?? expect.fail())).to.deep.equal([
      'LLM AxGen.forward',
      '  CHAT_MODEL chat scripted-1',
      '  PARSER AxGen.parse',
    ]);
    const [root, chat, parser] = trace?.spans ?? [];
    expect(trace).to.deep.include({ name: 'AxGen.forward', role: 'task', status: 'finished', dropped: 0 });
    expect(trace?.tokens).to.deep.equal({ calls: 1, prompt: 100, completion: 20, total: 120 });
    expect(root).to.deep.include({ inputs: { question: '2 + 2?' }, outputs: { answer: '4' } });
    expect(root?.attributes.signature).to.equal('question:string -> answer:string');
    const { model: name, messages } = (chat ?? expect.fail()).inputs as unknown as {
      model: string;
      messages: { role: string; content: string }[];
    };
    expect(name).to.equal('scripted-1');
    expect(messages.map(({ role }) => role)).to.deep.equal(['system', 'user']);
    expect(messages[1]?.content).to.contain('2 + 2?');
    expect(chat?.outputs).to.deep.equal({
      choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'Answer: 4' } }],
    });
    expect(chat?.lm).to.deep.equal({
      role: 'task',
      operation: 'chat',
      provider: 'scripted',
      model: 'scripted-1',
      tokens: { prompt: 100, completion: 20, total: 120 },
      cost: null,
      cached: false,
      streaming: false,
      finishReasons: ['stop'],
      responseId: 'answer-0',
    });
    expect(parser).to.deep.include({ inputs: { completion: 'Answer: 4' }, outputs: { answer: '4' } });
  });

  it('has ids of its own, and children that lie inside their parents', async () => {
    const { ai } = saying(ax, 'Answer: 4');
    const traces = await traced(async () => {
      await predictor().forward(ai, { question: 'a' });
      await predictor().forward(ai, { question: 'b' });
    });
    expect(new Set(traces.map(({ traceId }) => traceId)).size).to.equal(2);
    for (const { traceId, spans, startTime, durationMs } of traces) {
      expect(traceId).to.match(/^[0-9a-f]{32}$/);
      expect(new Set(spans.map(({ spanId }) => spanId)).size).to.equal(3);
      for (const span of spans) {
        expect(span.spanId).to.match(/^[0-9a-f]{16}$/);
        expect(span.startTime).to.be.within(startTime, startTime + durationMs);
        expect(span.startTime + span.durationMs).to.be.at.most(startTime + durationMs + 0.01);
      }
    }
  });

  it('has a model call for each attempt, and why ax asked again', async () => {
    const { ai } = saying(ax, 'Answer: bad', 'Answer: good');
    const program = predictor();
    program.addAssert(({ answer }) => answer === 'good', 'the answer must be good');
    const [trace] = await traced(() => program.forward(ai, { question: 'q' }));
    expect(outline(trace ?? expect.fail())).to.deep.equal([
      'LLM AxGen.forward',
      '  CHAT_MODEL chat scripted-1',
      '  PARSER AxGen.parse (failed)',
      '  CHAT_MODEL chat scripted-1',
      '  PARSER AxGen.parse',
    ]);
    const [root, , refused] = trace?.spans ?? [];
    expect(root?.events.map(({ name, attributes }) => [name, attributes])).to.deep.equal([
      ['retry', { attempt: 1, 'error.type': 'AxAssertionError', reason: 'the answer must be good' }],
    ]);
    expect(refused?.error?.message).to.equal('the answer must be good');
    expect(refused?.events[0]?.attributes['exception.message']).to.equal('the answer must be good');
    const asked = spansOf(trace, 'CHAT_MODEL')[1]?.inputs as { messages: { role: string; content: unknown }[] };
    expect(asked.messages.some(({ role, content }) => role === 'assistant' && content === 'Answer: bad')).to.equal(
      true,
    );
  });

  it('that gives up has failed with the error that was thrown', async () => {
    const { ai } = saying(ax, 'no number');
    let thrown: unknown;
    const [trace] = await traced(() =>
      ax
        .ax('question:string -> total:number')
        .forward(ai, { question: 'q' }, { maxRetries: 1 })
        .catch((error: unknown) => {
          thrown = error;
        }),
    );
    expect(trace?.status).to.equal('failed');
    expect(trace?.spans[0]?.error?.message).to.equal((thrown as Error).message);
    expect(trace?.spans[0]?.events.map(({ name }) => name)).to.deep.equal(['retry', 'exception']);
    expect(spansOf(trace, 'CHAT_MODEL')).to.have.length(2);
  });

  it('has the functions that the model called, with arguments, result, and what runs inside them', async () => {
    const inner = saying(ax, 'Forecast: sunny');
    const outer = saying(ax, { call: 'weather', with: { city: 'Rome' } }, 'Answer: sunny');
    const weather = {
      name: 'weather',
      description: 'weather of a city',
      parameters: { type: 'object', properties: { city: { type: 'string', description: 'city' } }, required: ['city'] },
      func: async ({ city }: { city: string }) =>
        (await ax.ax('city:string -> forecast:string').forward(inner.ai, { city })).forecast,
    } as ax.AxFunction;
    const [trace, ...others] = await traced(() =>
      predictor().forward(outer.ai, { question: 'Rome?' }, { functions: [weather] }),
    );
    expect(others).to.deep.equal([]);
    expect(outline(trace ?? expect.fail())).to.deep.equal([
      'LLM AxGen.forward',
      '  CHAT_MODEL chat scripted-1',
      '  TOOL weather',
      '    LLM AxGen.forward',
      '      CHAT_MODEL chat scripted-1',
      '      PARSER AxGen.parse',
      '  CHAT_MODEL chat scripted-1',
      '  PARSER AxGen.parse',
    ]);
    const [tool] = spansOf(trace, 'TOOL');
    expect(tool).to.deep.include({ inputs: { city: 'Rome' }, outputs: 'sunny' });
    expect(tool?.attributes.description).to.equal('weather of a city');
    expect(trace?.tokens.calls).to.equal(3);
    const [first, , last] = spansOf(trace, 'CHAT_MODEL');
    const { tools } = (first ?? expect.fail()).inputs as unknown as { tools: { function: { name: string } }[] };
    expect(tools.map((one) => one.function.name)).to.deep.equal(['weather']);
    expect(first?.outputs).to.have.nested.property(
      'choices[0].message.tool_calls[0].function.arguments',
      '{"city":"Rome"}',
    );
    expect(first?.outputs).to.have.nested.property('choices[0].finish_reason', 'tool_calls');
    const { messages } = (last ?? expect.fail()).inputs as unknown as { messages: object[] };
    expect(messages).to.deep.include({ role: 'tool', tool_call_id: 'call-0', content: 'sunny' });
  });

  it('has a function that is frozen, which is not touched', async () => {
    const { ai } = saying(ax, { call: 'lookUp', with: {} }, 'Answer: found');
    const lookUp = Object.freeze({ name: 'lookUp', description: 'looks something up', func: () => 'it' });
    const [trace] = await traced(() => predictor().forward(ai, { question: 'q' }, { functions: [lookUp] }));
    expect(spansOf(trace, 'TOOL').map(({ name, outputs }) => [name, outputs])).to.deep.equal([['lookUp', 'it']]);
  });

  it('has a function that throws, with its error', async () => {
    const { ai } = saying(ax, { call: 'lookUp', with: {} }, 'Answer: none');
    const boom = new Error('the index is down');
    let thrown: unknown;
    const lookUp = { name: 'lookUp', description: 'looks something up', func: async () => Promise.reject(boom) };
    const [trace] = await traced(() =>
      predictor()
        .forward(ai, { question: 'q' }, { functions: [lookUp] })
        .catch((error: unknown) => {
          thrown = error;
        }),
    );
    expect(spansOf(trace, 'TOOL')[0]).to.deep.include({ status: 'failed', outputs: null });
    expect(spansOf(trace, 'TOOL')[0]?.error?.message).to.equal('the index is down');
    expect(trace?.status).to.equal('failed');
    expect(thrown).to.be.instanceOf(Error);
  });

  it('has every sample of the model, and the one that was picked', async () => {
    const { ai } = saying(ax, [{ content: 'Answer: one' }, { content: 'Answer: two' }]);
    const [trace] = await traced(() =>
      predictor().forward(ai, { question: 'q' }, { sampleCount: 2, resultPicker: async () => 1 }),
    );
    expect(trace?.spans[0]).to.deep.include({ outputs: { answer: 'two' } });
    expect(trace?.spans[0]?.attributes.sampleCount).to.equal(2);
    expect(spansOf(trace, 'CHAT_MODEL')[0]?.outputs).to.have.nested.property('choices').with.length(2);
    expect(spansOf(trace, 'PARSER')[0]?.outputs).to.deep.equal([{ answer: 'one' }, { answer: 'two' }]);
  });

  it('has the thoughts of the model', async () => {
    const { ai } = saying(ax, [{ content: 'Answer: 4', thought: 'two and two' }]);
    const [trace] = await traced(() => predictor().forward(ai, { question: 'q' }));
    const message = 'choices[0].message';
    expect(spansOf(trace, 'CHAT_MODEL')[0]?.outputs).to.have.nested.property(
      `${message}.reasoning_content`,
      'two and two',
    );
    expect(trace?.spans[0]?.outputs).to.deep.equal({ answer: '4', thought: 'two and two' });
  });

  it('holds the inputs as they were, whatever becomes of the object', async () => {
    const { ai } = saying(ax, 'Answer: 4');
    const example = { question: 'before' };
    const traces = await traced(async () => {
      const running = predictor().forward(ai, example);
      example.question = 'after';
      await running;
      await predictor().forward(ai, example);
    });
    expect(traces.map(({ spans }) => spans[0]?.inputs)).to.deep.equal([{ question: 'before' }, { question: 'after' }]);
  });
});
