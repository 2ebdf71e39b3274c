import { setTimeout as wait } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as ax from '@ax-llm/ax';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { instrumentProgram } from '../../../lib/capture/ax/index.js';
import { startRun } from '../../../lib/capture/start-run.js';
import { model } from './support/model.js';
import { outline, spansOf, traced, tracesOf } from './support/outline.js';
import { only, tracked } from './support/tracked.js';

const PIECES = ['Answer: a ', 'long ', 'streamed ', 'answer'];
const predictor = () => ax.ax('question:string -> answer:string');
const streaming = () => model(ax, () => ({ pieces: PIECES })).ai;

/** What comes out of a program that streams. */
async function chunksOf(stream: AsyncIterable<unknown>): Promise<unknown[]> {
  const chunks: unknown[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
}

/** Lets the garbage collector find what nobody holds. */
async function collect(until: () => boolean, rounds = 200): Promise<void> {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as () => void;
  for (let round = 0; round < rounds && !until(); round += 1) {
    gc();
    await wait(5);
  }
}

describe('the trace of a stream', () => {
  it('of a program has all of what came, and the very chunks reach the caller', async () => {
    const untracked = await chunksOf(predictor().streamingForward(streaming(), { question: 'q' }));
    let chunks: unknown[] = [];
    const [trace] = await traced(async () => {
      chunks = await chunksOf(predictor().streamingForward(streaming(), { question: 'q' }));
    });
    expect(chunks).to.deep.equal(untracked);
    expect(chunks.length).to.be.greaterThan(1);
    expect(outline(trace ?? expect.fail())).to.deep.equal([
      'LLM AxGen.streamingForward',
      '  CHAT_MODEL chat scripted-1',
      '  PARSER AxGen.parse',
    ]);
    expect(trace?.spans[0]?.outputs).to.deep.equal({ answer: 'a long streamed answer' });
    const [chat] = spansOf(trace, 'CHAT_MODEL');
    expect(chat?.outputs).to.have.nested.property('choices[0].message.content', PIECES.join(''));
    expect(chat?.lm).to.deep.include({ streaming: true, finishReasons: ['stop'] });
    expect(trace?.tokens.total).to.equal(120);
  });

  it('of a model hands over each chunk before the next is pulled', async () => {
    const order: string[] = [];
    const ai = new ax.AxMockAIService<string>({
      features: { functions: false, streaming: true },
      chatResponse: async () =>
        new ReadableStream<ax.AxChatResponse>(
          {
            pull(controller) {
              const at = order.filter((one) => one.startsWith('pulled')).length;
              if (at === 3) return controller.close();
              order.push(`pulled ${at}`);
              controller.enqueue({ results: [{ index: 0, content: `${at}` }] });
            },
          },
          { highWaterMark: 0 },
        ),
    });
    const [trace] = await traced(async () => {
      const stream = await ai.chat({ chatPrompt: [{ role: 'user', content: 'count' }] });
      for await (const chunk of stream as ReadableStream<ax.AxChatResponse>)
        order.push(`got ${chunk.results[0]?.content}`);
    });
    expect(order).to.deep.equal(['pulled 0', 'got 0', 'pulled 1', 'got 1', 'pulled 2', 'got 2']);
    expect(trace?.spans[0]?.outputs).to.have.nested.property('choices[0].message.content', '012');
  });

  it('that the caller leaves ends with what there was by then', async () => {
    const [trace] = await traced(async () => {
      for await (const _first of predictor().streamingForward(streaming(), { question: 'q' })) break;
    });
    expect(outline(trace ?? expect.fail())).to.deep.equal([
      'LLM AxGen.streamingForward (cancelled)',
      '  CHAT_MODEL chat scripted-1 (cancelled)',
    ]);
    expect(spansOf(trace, 'CHAT_MODEL')[0]?.outputs)
      .to.have.nested.property('choices[0].message.content')
      .that.includes('Answer: a');
  });

  it('that nobody holds any more ends, too', async () => {
    const { autolog } = await import('../../../lib/setup/autolog.js');
    const { recorder } = await import('../../../lib/testing.js');
    const seen = recorder();
    autolog({ sinks: [seen], journal: false, silent: true });
    try {
      await (async () => {
        await predictor().streamingForward(streaming(), { question: 'q' }).next();
        await streaming().chat({ chatPrompt: [{ role: 'user', content: 'x' }] });
      })();
      await collect(() => seen.of('onTraceEnd').length === 2);
      await seen.settled();
      expect(seen.of('onTraceEnd').map(({ data }) => [data.name, data.status])).to.have.deep.members([
        ['AxGen.streamingForward', 'cancelled'],
        ['chat scripted-1', 'cancelled'],
      ]);
    } finally {
      autolog({ disable: true });
    }
  }).timeout(20_000);

  it('that is piped on is not over before the other side is read', async () => {
    const [trace] = await traced(async () => {
      const pipe = async () => {
        const source = await streaming().chat({ chatPrompt: [{ role: 'user', content: 'x' }] });
        return (source as ReadableStream<unknown>).pipeThrough(new TransformStream({}, {}, { highWaterMark: 10 }));
      };
      const reader = (await pipe()).getReader();
      await collect(() => false, 10);
      while (!(await reader.read()).done);
    });
    expect(trace).to.deep.include({
      status: 'finished',
      tokens: { calls: 1, prompt: 100, completion: 20, total: 120 },
    });
    expect(trace?.spans[0]?.outputs).to.have.nested.property('choices[0].message.content', PIECES.join(''));
  });

  it('that is aborted ends, and the caller gets the very error', async () => {
    const stop = new AbortController();
    const endless = model(ax, () => ({ pieces: Array.from({ length: 1_000 }, (_, n) => (n ? `${n} ` : 'Answer: ')) }));
    let error: unknown;
    const [trace] = await traced(async () => {
      try {
        const stream = predictor().streamingForward(endless.ai, { question: 'q' }, { abortSignal: stop.signal });
        for await (const _chunk of stream) stop.abort(new Error('enough'));
      } catch (thrown) {
        error = thrown;
      }
    });
    expect(error).to.have.property('name', 'AxAIServiceAbortedError');
    expect(trace?.status).to.equal('cancelled');
    expect(spansOf(trace, 'CHAT_MODEL')).to.have.length(1);
  });

  it('that breaks ends with its error and what came before', async () => {
    const broken = new ax.AxMockAIService<string>({
      features: { functions: false, streaming: true },
      chatResponse: async () => {
        let pulls = 0;
        return new ReadableStream<ax.AxChatResponse>({
          pull(controller) {
            pulls += 1;
            if (pulls === 2) return controller.error(new Error('the line is dead'));
            controller.enqueue({ results: [{ index: 0, content: 'Answer: ha' }] });
          },
        });
      },
    });
    const [trace] = await traced(async () => {
      const stream = await broken.chat({ chatPrompt: [{ role: 'user', content: 'x' }] });
      await chunksOf(stream as ReadableStream<unknown>).catch(() => undefined);
    });
    expect(trace?.status).to.equal('failed');
    expect(trace?.spans[0]?.error?.message).to.equal('the line is dead');
    expect(trace?.spans[0]?.outputs).to.have.nested.property('choices[0].message.content', 'Answer: ha');
  });

  it('that is teed has each chunk once, whichever branch is read', async () => {
    const [trace] = await traced(async () => {
      const stream = (await streaming().chat({
        chatPrompt: [{ role: 'user', content: 'x' }],
      })) as ReadableStream<unknown>;
      await Promise.all(stream.tee().map((branch) => chunksOf(branch)));
    });
    expect(trace?.spans[0]?.outputs).to.have.nested.property('choices[0].message.content', PIECES.join(''));
  });

  it('puts calls of functions together from their pieces', async () => {
    const deltas = [
      { id: 'c1', type: 'function' as const, function: { name: 'weather', params: '{"ci' } },
      { id: 'c1', type: 'function' as const, function: { name: '', params: 'ty":"Rome"}' } },
    ];
    const ai = new ax.AxMockAIService<string>({
      features: { functions: true, streaming: true },
      chatResponse: async () =>
        new ReadableStream<ax.AxChatResponse>({
          start(controller) {
            for (const delta of deltas) controller.enqueue({ results: [{ index: 0, functionCalls: [delta] }] });
            controller.close();
          },
        }),
    });
    const [trace] = await traced(async () => {
      await chunksOf((await ai.chat({ chatPrompt: [{ role: 'user', content: 'x' }] })) as ReadableStream<unknown>);
    });
    expect(trace?.spans[0]?.outputs)
      .to.have.nested.property('choices[0].message.tool_calls')
      .deep.equal([{ id: 'c1', type: 'function', function: { name: 'weather', arguments: '{"city":"Rome"}' } }]);
    expect(deltas[0]?.function.params).to.equal('{"ci');
  });

  it('of a flow is one span, although it runs its own forward', async () => {
    const flow = ax
      .flow<{ question: string }, { answer: string }>()
      .node('say', 'question:string -> answer:string')
      .execute('say', ({ question }) => ({ question }))
      .map(({ sayResult }) => ({ answer: sayResult.answer }) as never);
    const [trace, ...others] = await traced(() => chunksOf(flow.streamingForward(streaming(), { question: 'q' })));
    expect(others).to.deep.equal([]);
    expect(outline(trace ?? expect.fail()).slice(0, 2)).to.deep.equal(['CHAIN AxFlow.streamingForward', '  LLM say']);
  });

  it('that a program of the user hands on lasts as long as the stream, however it is given', async () => {
    const part = predictor();
    class Program {
      async forward(service: ax.AxAIService, values: { question: string }) {
        return part.streamingForward(service, values);
      }
    }
    class Bare {
      async forward(service: ax.AxAIService) {
        return service.chat({ chatPrompt: [{ role: 'user', content: 'x' }] });
      }
    }
    class Own {
      async *forward(service: ax.AxAIService, values: { question: string }) {
        yield* part.streamingForward(service, values);
      }
    }
    const chunks: unknown[][] = [];
    const events = await tracked(() =>
      startRun({}, async () => {
        for (const program of [new Program(), new Bare(), new Own()]) {
          instrumentProgram(program);
          chunks.push(
            await chunksOf((await program.forward(streaming(), { question: 'q' })) as AsyncIterable<unknown>),
          );
        }
      }),
    );
    expect(chunks.map((one) => one.length)).to.deep.equal([4, 4, 4]);
    expect(tracesOf(events).map((trace) => outline(trace).filter((line) => !line.includes('PARSER')))).to.deep.equal([
      ['CHAIN Program.forward', '  LLM AxGen.streamingForward', '    CHAT_MODEL chat scripted-1'],
      ['CHAIN Bare.forward', '  CHAT_MODEL chat scripted-1'],
      ['CHAIN Own.forward', '  LLM AxGen.streamingForward', '    CHAT_MODEL chat scripted-1'],
    ]);
    expect(tracesOf(events).map(({ tokens }) => tokens.total)).to.deep.equal([120, 120, 120]);
    expect(only(events, 'onLMCall').map(({ data }) => data.tokens?.total)).to.deep.equal([120, 120, 120]);
  });

  it('that is read after its program is done is still counted', async () => {
    let late: ReadableStream<unknown> | undefined;
    const events = await tracked(() =>
      startRun({}, async () => {
        class Program {
          async forward(service: ax.AxAIService) {
            late = (await service.chat({ chatPrompt: [{ role: 'user', content: 'x' }] })) as ReadableStream<unknown>;
            return 'later';
          }
        }
        const program = new Program();
        instrumentProgram(program);
        await program.forward(streaming());
        await chunksOf(late as ReadableStream<unknown>);
      }),
    );
    expect(outline(tracesOf(events)[0] ?? expect.fail())).to.deep.equal([
      'CHAIN Program.forward',
      '  CHAT_MODEL chat scripted-1 (cancelled)',
    ]);
    expect(only(events, 'onLMCall').map(({ data }) => data.tokens?.total)).to.deep.equal([120]);
  });

  it('counts its call once, in the run that it was made in', async () => {
    const events = await tracked(() =>
      startRun({ runName: 'mine' }, () => chunksOf(predictor().streamingForward(streaming(), { question: 'q' }))),
    );
    expect(only(events, 'onLMCall').map(({ data }) => data.tokens?.total)).to.deep.equal([120]);
    expect(only(events, 'onRunStart').map(({ data }) => data.name)).to.deep.equal(['mine']);
    expect(only(events, 'onTraceEnd').map(({ runId }) => runId)).to.deep.equal([only(events, 'onRunStart')[0]?.runId]);
  });
});
