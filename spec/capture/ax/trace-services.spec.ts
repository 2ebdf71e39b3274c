import * as ax from '@ax-llm/ax';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { EventData } from '../../../lib/contract/events.js';
import { type Prices, startRun } from '../../../lib/index.js';
import { model, USAGE } from './support/model.js';
import { outline, spansOf, tracesOf } from './support/outline.js';
import { only, tracked } from './support/tracked.js';
import { quiet } from './support/verbose-log.js';

const request = { chatPrompt: [{ role: 'user' as const, content: 'hello' }] };
const up = () => model(ax, () => 'Answer: up').ai;
const down = () => model(ax, () => new ax.AxAIServiceNetworkError(new Error('no'), 'http://127.0.0.1', {}, {})).ai;

const traced = async (fn: () => Promise<unknown>) => tracesOf(await quiet(() => tracked(fn)));

describe('the trace of a call of a model', () => {
  it('that no program makes is one of its own', async () => {
    const [trace, ...others] = await traced(() => up().chat(request));
    expect(others).to.deep.equal([]);
    expect(outline(trace ?? expect.fail())).to.deep.equal(['CHAT_MODEL chat scripted-1']);
    expect(trace?.spans[0]?.inputs).to.deep.equal({
      model: 'scripted-1',
      messages: [{ role: 'user', content: 'hello' }],
    });
  });

  it('that fails has its error, and no answer', async () => {
    const boom = new Error('the provider is down');
    const [trace] = await traced(() =>
      model(ax, () => boom)
        .ai.chat(request)
        .catch(() => undefined),
    );
    expect(trace).to.deep.include({ status: 'failed', tokens: { calls: 1, prompt: 0, completion: 0, total: 0 } });
    expect(trace?.spans[0]).to.deep.include({ outputs: null });
    expect(trace?.spans[0]?.error?.message).to.equal('the provider is down');
  });

  it('says what was embedded, and the shape of the vectors', async () => {
    const ai = new ax.AxMockAIService({
      embedResponse: {
        embeddings: [
          [1, 2, 3],
          [4, 5, 6],
        ],
        modelUsage: { ...USAGE, model: 'small' },
      },
    });
    const [trace] = await traced(() => ai.embed({ texts: ['one', 'two'], embedModel: 'small' } as never));
    expect(outline(trace ?? expect.fail())).to.deep.equal(['EMBEDDING embed small']);
    expect(trace?.spans[0]).to.deep.include({
      inputs: { model: 'small', input: ['one', 'two'] },
      outputs: { embeddings: { count: 2, dimensions: 3 } },
    });
    expect(trace?.spans[0]?.lm).to.include({ operation: 'embed', model: 'small' });
  });

  it('that names no model has the one the service is set up with, whatever was asked of it before', async () => {
    const fetch = async (url: unknown) => {
      const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
      const choices = [{ index: 0, message: { role: 'assistant', content: 'hi' }, finish_reason: 'stop' }];
      const data = [{ object: 'embedding', index: 0, embedding: [1] }];
      return Response.json(
        String(url).includes('embeddings') ? { model: 'e', data, usage } : { id: '1', choices, usage },
      );
    };
    const config = { model: 'gpt-4o-mini', embedModel: 'text-embedding-3-small', stream: false };
    const ai = new ax.AxAIOpenAI({ apiKey: 'none', config: config as never, options: { fetch } as never });
    const traces = await traced(async () => {
      await ai.chat({ ...request, model: 'gpt-4o' as never });
      await ai.chat(request);
      await ai.embed({ texts: ['one'] });
    });
    expect(traces.flatMap(outline)).to.deep.equal([
      'CHAT_MODEL chat gpt-4o',
      'CHAT_MODEL chat gpt-4o-mini',
      'EMBEDDING embed text-embedding-3-small',
    ]);
  });

  it('has every part of a message in the form of the chat API, and what is binary cut', async () => {
    const image = 'iVBORw0KGgo'.repeat(1_000);
    const content = [
      { type: 'text', text: 'look' },
      { type: 'image', mimeType: 'image/png', image, details: 'low' },
      { type: 'image', mimeType: 'image/png', image: 'c2hvcnQ=' },
      { type: 'audio', data: 'AAAA', format: 'wav', transcription: 'hum' },
      { type: 'file', data: 'JVBERi0=', filename: 'a.pdf', mimeType: 'application/pdf' },
      { type: 'file', fileUri: 'gs://bucket/b.pdf', mimeType: 'application/pdf' },
      { type: 'url', url: 'https://example.org', title: 'Example' },
    ];
    const [trace] = await traced(() => up().chat({ chatPrompt: [{ role: 'user', content }] } as never));
    expect(trace?.spans[0]?.inputs)
      .to.have.nested.property('messages[0].content')
      .deep.equal([
        { type: 'text', text: 'look' },
        {
          type: 'image_url',
          image_url: { url: 'data:image/png;base64,[cut: 11000 characters of base64]', detail: 'low' },
        },
        { type: 'image_url', image_url: { url: 'data:image/png;base64,c2hvcnQ=' } },
        { type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' }, transcript: 'hum' },
        { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBERi0=' } },
        { type: 'file', file: { file_id: 'gs://bucket/b.pdf' } },
        { type: 'text', text: 'Example https://example.org' },
      ]);
  });

  it('has settings under the names of the chat API', async () => {
    const modelConfig = { maxTokens: 9, temperature: 0.5, topP: 0.9, stopSequences: ['END'], n: 2 };
    const asked = { ...request, model: 'big', modelConfig, functionCall: 'auto' as const };
    const [trace] = await traced(() => up().chat(asked as never));
    expect(trace?.name).to.equal('chat big');
    expect(trace?.spans[0]?.inputs).to.deep.include({
      model: 'big',
      max_tokens: 9,
      temperature: 0.5,
      top_p: 0.9,
      stop: ['END'],
      n: 2,
      tool_choice: 'auto',
    });
  });
});

describe('a service that asks others', () => {
  const tokens = (trace: EventData['onTraceEnd'] | undefined) => trace?.tokens;

  it('a balancer: the failed first and the second are two calls, and nothing counts twice', async () => {
    const balancer = ax.AxBalancer.create(
      [down(), up()] as never,
      { maxRetries: 1, initialBackoffMs: 1, maxBackoffMs: 1 } as never,
    );
    const [trace] = await traced(() => ax.ax('question:string -> answer:string').forward(balancer, { question: 'q' }));
    const calls = spansOf(trace, 'CHAT_MODEL');
    expect(calls.at(-1)?.status).to.equal('finished');
    expect(calls.slice(0, -1).every(({ status }) => status === 'failed')).to.equal(true);
    expect(calls.every(({ parentId }) => parentId === trace?.spans[0]?.spanId)).to.equal(true);
    expect(tokens(trace)).to.deep.equal({ calls: calls.length, prompt: 100, completion: 20, total: 120 });
  });

  it('a router and ax.ai(): one call each', async () => {
    const router = ax.AxMultiServiceRouter.create([
      { key: 'small', description: 'a small one', service: up() },
      { key: 'big', description: 'a big one', service: up() },
    ] as never);
    const [trace, ...others] = await traced(() => router.chat({ ...request, model: 'big' } as never));
    expect(others).to.deep.equal([]);
    expect(outline(trace ?? expect.fail())).to.deep.equal(['CHAT_MODEL chat scripted-1']);
    expect(tokens(trace)?.calls).to.equal(1);
  });

  it('one that fails before it asks anyone is the call itself', async () => {
    const router = ax.AxMultiServiceRouter.create([{ key: 'small', description: 'small', service: up() }] as never);
    const [trace] = await traced(() => router.chat({ ...request, model: 'none' } as never).catch(() => undefined));
    expect(outline(trace ?? expect.fail())).to.deep.equal(['CHAT_MODEL chat none (failed)']);
  });

  it('one of the user that asks a service nobody sees is the call itself', async () => {
    const hidden = {
      chat: async () => ({ results: [{ index: 0, content: 'Answer: x', finishReason: 'stop' as const }] }),
    };
    class Own extends ax.AxMockAIService<string> {
      readonly inner = hidden;
      override async chat() {
        return this.inner.chat();
      }
    }
    const [trace] = await traced(() =>
      ax.ax('question:string -> answer:string').forward(new Own() as never, { question: 'q' }),
    );
    expect(spansOf(trace, 'CHAT_MODEL')).to.have.length(1);
    expect(tokens(trace)?.calls).to.equal(1);
  });

  it('is seen through its own class and the one it extends as one call', async () => {
    class Own extends ax.AxMockAIService<string> {
      override async chat(...args: Parameters<ax.AxMockAIService<string>['chat']>) {
        return super.chat(...args);
      }
    }
    const ai = new Own({ chatResponse: { results: [{ index: 0, content: 'Answer: x' }], modelUsage: USAGE } });
    const events = await tracked(() =>
      ax.ax('question:string -> answer:string').forward(ai as never, { question: 'q' }),
    );
    const [trace] = tracesOf(events);
    expect(spansOf(trace, 'CHAT_MODEL')).to.have.length(1);
    expect(tokens(trace)).to.deep.equal({ calls: 1, prompt: 100, completion: 20, total: 120 });
    expect(only(events, 'onLMCall')).to.deep.equal([]);
  });
});

describe('the cost of a call', () => {
  const costs = async (prices: Prices, ai: ax.AxAIService) => {
    const [trace] = tracesOf(await tracked(() => ai.chat(request), { prices }));
    return [trace?.spans[0]?.lm?.cost, trace?.tokens.cost];
  };

  it('is by the price of its model for a million tokens', async () => {
    expect(await costs({ 'scripted-1': { prompt: 2, completion: 10 } }, up())).to.deep.equal([0.0004, 0.0004]);
  });

  it('is by the longest pattern, where the model has no price of its own', async () => {
    const prices = {
      '*': { prompt: 9, completion: 9 },
      'script*': { prompt: 1, completion: 0 },
      's*': { prompt: 5, completion: 5 },
    };
    expect(await costs(prices, up())).to.deep.equal([0.0001, 0.0001]);
  });

  it('of tokens from the cache is by their own price, which ax counts beside those of the prompt', async () => {
    const tokens = { promptTokens: 40, completionTokens: 0, totalTokens: 100, cacheReadTokens: 60 };
    const ai = new ax.AxMockAIService({ chatResponse: { results: [], modelUsage: { ...USAGE, tokens } } });
    const prices = { 'scripted-1': { prompt: 10, completion: 10, cached: 1 } };
    const [cost] = await costs(prices, ai as never);
    expect(cost).to.be.closeTo(0.00046, 1e-12);
  });

  it('is what the service itself estimates, where the user has set no price', async () => {
    class Priced extends ax.AxMockAIService<string> {
      override getEstimatedCost() {
        return 0.5;
      }
    }
    const ai = new Priced({ chatResponse: { results: [], modelUsage: USAGE } });
    expect(await costs({ other: { prompt: 1, completion: 1 } }, ai as never)).to.deep.equal([0.5, 0.5]);
    expect(await costs({ 'scripted-*': { prompt: 2, completion: 10 } }, ai as never)).to.deep.equal([0.0004, 0.0004]);
  });

  it('is not made up where no price is known', async () => {
    expect(await costs({ other: { prompt: 1, completion: 1 } }, up())).to.deep.equal([null, undefined]);
  });

  it('is also in the count of LM calls', async () => {
    const events = await tracked(() => startRun({}, () => up().chat(request)), {
      prices: { 'scripted-1': { prompt: 2, completion: 10 } },
    });
    expect(only(events, 'onLMCall').map(({ data }) => data.cost)).to.deep.equal([0.0004]);
  });
});
