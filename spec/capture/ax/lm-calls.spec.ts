import * as ax from '@ax-llm/ax';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { describeService, secretsOf } from '../../../lib/capture/ax/index.js';
import type { AnyEvent } from '../../../lib/contract/events.js';
import { tracker } from './support/lib.js';
import { scripted, twoPartProgram } from './support/scripted.js';
import { only, tracked } from './support/tracked.js';
import { quiet } from './support/verbose-log.js';

/** Runs `fn` in a run of its own and returns what was heard. */
function inRun(fn: () => Promise<unknown>): Promise<readonly AnyEvent[]> {
  return tracked(async () => {
    const run = tracker.startRun({ kind: 'user', name: 'calls' });
    await run.within(fn);
    run.end({ status: 'finished' });
  });
}

const request = { chatPrompt: [{ role: 'user' as const, content: 'kind-instruction number 1' }] };

describe('LM calls', () => {
  it('are counted with provider, model and tokens', async () => {
    const { ai } = scripted(ax);
    const events = await inRun(() => twoPartProgram(ax).forward(ai, { question: 'kind-instruction number 1' }));
    expect(only(events, 'onLMCall').map(({ data }) => ({ ...data, durationMs: 0 }))).to.deep.equal([
      {
        role: 'task',
        operation: 'chat',
        provider: 'scripted',
        model: 'scripted-1',
        tokens: { prompt: 11, completion: 7, total: 18 },
        cost: null,
        cached: false,
        durationMs: 0,
      },
    ]);
  });

  it('count all that was read and written, where ax counts the cached and the thought beside it', async () => {
    const counted = async (usage: ax.AxTokenUsage) => {
      const modelUsage = { ai: 'some', model: 'some-1', tokens: usage };
      const ai = new ax.AxMockAIService({ chatResponse: { results: [], modelUsage } });
      const events = await inRun(() => ai.chat(request));
      return only(events, 'onLMCall')[0]?.data.tokens;
    };
    expect(
      await counted({
        promptTokens: 40,
        cacheReadTokens: 50,
        cacheCreationTokens: 10,
        completionTokens: 7,
        totalTokens: 107,
      }),
    ).to.deep.equal({ prompt: 100, cached: 50, completion: 7, total: 107 });
    expect(await counted({ promptTokens: 11, completionTokens: 7, thoughtsTokens: 5, totalTokens: 23 })).to.deep.equal({
      prompt: 11,
      completion: 12,
      reasoning: 5,
      total: 23,
    });
    expect(await counted({ promptTokens: 11, completionTokens: 7, reasoningTokens: 5, totalTokens: 18 })).to.deep.equal(
      { prompt: 11, completion: 7, reasoning: 5, total: 18 },
    );
  });

  it('that fail are counted with their error, which is thrown as it is', async () => {
    const boom = new Error('the provider is down');
    const ai = new ax.AxMockAIService({ chatResponse: async () => Promise.reject(boom) });
    let error: unknown;
    const events = await inRun(() => ai.chat(request).catch((thrown: unknown) => (error = thrown)));
    expect(error).to.equal(boom);
    expect(only(events, 'onLMCall').map(({ data }) => data.error?.message)).to.deep.equal(['the provider is down']);
  });

  it('of a balancer are the real ones: the failed first and the second', async () => {
    const down = new ax.AxMockAIService<string>({
      name: 'down',
      chatResponse: async () =>
        Promise.reject(new ax.AxAIServiceNetworkError(new Error('no'), 'http://127.0.0.1', {}, {})),
    });
    const up = scripted(ax, { name: 'up' }).ai;
    const balancer = ax.AxBalancer.create(
      [down, up] as never,
      { maxRetries: 1, initialBackoffMs: 1, maxBackoffMs: 1 } as never,
    );
    const events = await quiet(() => inRun(() => balancer.chat(request as never)));
    const calls = only(events, 'onLMCall').map(({ data }) => [data.provider, Boolean(data.error)]);
    expect(calls.at(-1)).to.deep.equal(['scripted', false]);
    expect(calls.slice(0, -1).every(([provider, failed]) => provider === 'down' && failed)).to.equal(true);
    expect(calls.length).to.be.greaterThan(1);
  });

  it('of a service class of the user are counted once it is met', async () => {
    class Mine {
      chat = undefined;
    }
    class Own extends ax.AxMockAIService<string> {
      override async chat(...args: Parameters<ax.AxMockAIService<string>['chat']>) {
        return super.chat(...args);
      }
    }
    expect(describeService('x', new Mine())).to.equal(undefined);
    const ai = new Own({ chatResponse: { results: [{ index: 0, content: 'answer: x', finishReason: 'stop' }] } });
    const events = await inRun(() => twoPartProgram(ax).forward(ai as never, { question: 'q' }));
    expect(only(events, 'onLMCall')).to.have.length(1);
  });

  it('that embed are counted too', async () => {
    const ai = new ax.AxMockAIService({ embedResponse: { embeddings: [[1]] } as never });
    const events = await inRun(() => ai.embed({ texts: ['x'] }));
    expect(only(events, 'onLMCall').map(({ data }) => data.operation)).to.deep.equal(['embed']);
  });
});

describe('LM calls that answer in a stream', () => {
  const open = async () => (await scripted(ax, { chunks: 3 }).ai.chat(request)) as ReadableStream<ax.AxChatResponse>;

  async function read(stream: ReadableStream<ax.AxChatResponse>): Promise<unknown[]> {
    const chunks: unknown[] = [];
    const reader = stream.getReader();
    for (let step = await reader.read(); !step.done; step = await reader.read()) chunks.push(step.value);
    return chunks;
  }

  it('are counted at the end of the stream, once, however it is read', async () => {
    const untracked = await read(await open());
    const readers: ((stream: ReadableStream<ax.AxChatResponse>) => Promise<unknown>)[] = [
      read,
      async (stream) => {
        const chunks = [];
        for await (const chunk of stream) chunks.push(chunk);
        return chunks;
      },
      (stream) => read(stream.pipeThrough(new TransformStream())),
      async (stream) => (await Promise.all(stream.tee().map(read)))[1],
    ];
    for (const reader of readers) {
      let chunks: unknown;
      const events = await inRun(async () => {
        chunks = await reader(await open());
      });
      expect(chunks).to.deep.equal(untracked);
      expect(only(events, 'onLMCall').map(({ data }) => data.tokens?.total)).to.deep.equal([18]);
    }
  });

  it('are counted without tokens when the stream is cancelled or piped away', async () => {
    for (const use of [
      (stream: ReadableStream) => stream.cancel(),
      (stream: ReadableStream) => stream.pipeTo(new WritableStream()),
      (stream: ReadableStream) => stream.getReader().cancel(),
      async (stream: ReadableStream) => {
        for await (const _chunk of stream) break;
      },
    ]) {
      const events = await inRun(async () => use(await open()));
      expect(only(events, 'onLMCall').map(({ data }) => data.tokens)).to.deep.equal([null]);
    }
  });

  it('give the very stream and chunks that the service made, and no more of them than were asked for', async () => {
    let pulled = 0;
    const made = Array.from({ length: 5 }, (_, i) => ({ results: [{ index: 0, content: `${i}` }] }));
    const stream = new ReadableStream<ax.AxChatResponse>(
      {
        pull(controller) {
          controller.enqueue(made[pulled] as ax.AxChatResponse);
          pulled += 1;
          if (pulled === made.length) controller.close();
        },
      },
      { highWaterMark: 0 },
    );
    const ai = new ax.AxMockAIService({ chatResponse: stream });
    await inRun(async () => {
      const got = (await ai.chat(request)) as ReadableStream<ax.AxChatResponse>;
      expect(got).to.equal(stream);
      expect(got instanceof ReadableStream).to.equal(true);
      const reader = got.getReader();
      for (const [i, chunk] of made.entries()) {
        expect((await reader.read()).value).to.equal(chunk);
        expect(pulled).to.equal(i + 1);
      }
      expect(await reader.read()).to.deep.equal({ done: true, value: undefined });
    });
  });

  it('work in a program', async () => {
    const { ai } = scripted(ax, { chunks: 4, seed: 4 });
    let answer: unknown;
    const events = await inRun(async () => {
      answer = await twoPartProgram(ax).forward(ai, { question: 'kind-instruction number 1' }, { stream: true });
    });
    expect(answer).to.have.property('answer');
    expect(only(events, 'onLMCall').map(({ data }) => data.tokens?.total)).to.deep.equal([18]);
  });
});

describe('describing a service', () => {
  it('tells provider, model and settings, and no key', () => {
    const key = 'sk-proj-0123456789abcdef';
    for (const ai of [
      new ax.AxAIOpenAI({ apiKey: key, config: { model: 'gpt-4o-mini' as never, temperature: 0.3, maxTokens: 99 } }),
      ax.ai({
        name: 'openai',
        apiKey: key,
        config: { model: 'gpt-4o-mini' as never, temperature: 0.3, maxTokens: 99 },
      }),
      new ax.AxAIAnthropic({
        apiKey: key,
        config: { model: 'claude-3-5-haiku-latest' as never, temperature: 0.3, maxTokens: 99 },
      }),
    ]) {
      const lm = describeService('student', ai);
      expect(lm?.model).to.match(/gpt-4o-mini|claude/);
      expect(lm?.provider).to.match(/openai|anthropic/i);
      expect(lm?.settings).to.include({ temperature: 0.3, maxTokens: 99 });
      expect(JSON.stringify(lm)).to.not.contain(key);
    }
  });

  it('finds a key that lies in its fields, for the redactor', () => {
    expect(secretsOf({ chat: () => {}, config: { apiKey: 'sk-0123456789' } })).to.deep.equal(['sk-0123456789']);
    expect(secretsOf(scripted(ax).ai)).to.deep.equal([]);
  });
});
