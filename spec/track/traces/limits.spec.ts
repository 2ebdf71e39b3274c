import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as ax from '@ax-llm/ax';
import { expect } from 'chai';
import { afterEach, describe, it } from 'mocha';
import { Evaluate, replay } from '../../../lib/index.js';
import { recorder } from '../../../lib/testing.js';
import { model } from '../../capture/ax/support/model.js';
import { startTracking, type Tracking } from '../../fixtures/tracking.js';

const predictor = () => ax.ax('question:string -> answer:string');

describe('what a trace can hold', function () {
  this.timeout(60_000);
  let tracking: Tracking;

  afterEach(() => tracking.stop());

  const traces = async () => {
    await tracking.seen.settled();
    expect(tracking.seen.of('onWarning')).to.deep.equal([]);
    return tracking.seen.of('onTraceEnd').map(({ data }) => data);
  };

  /** What a sink gets that is fed from the journals alone. */
  const replayed = async () => {
    const runs = new Set(tracking.seen.events.map(({ runId }) => runId));
    const again = recorder();
    for (const runId of runs) expect((await replay(`${tracking.dir}/${runId}`, again)).problems).to.deep.equal([]);
    return again.of('onTraceEnd').map(({ data }) => data);
  };

  it('a prompt of 10 MB, whole, and equal when it is read back', async () => {
    tracking = startTracking();
    const question = 'All work and no play makes Jack a dull boy. '.repeat(240_000).slice(0, 10_000_000);
    const { answer } = await predictor().forward(model(ax, () => 'Answer: done').ai, { question });
    expect(answer).to.equal('done');
    const [trace = expect.fail()] = await traces();
    expect(trace.spans[0]?.inputs).to.have.property('question').with.length(10_000_000);
    expect(await replayed()).to.deep.equal([trace]);
    const { runId } = tracking.seen.events[0] ?? expect.fail();
    expect(readFileSync(`${tracking.dir}/${runId}/events.jsonl`)).to.have.length.below(64 * 1024);
  });

  it('many spans with long prompts, of which the journal keeps once what they share', async () => {
    tracking = startTracking();
    const rule = 'A rule that holds for every question there is. '.repeat(800);
    const { ai } = model(ax, () => 'Answer: done');
    const parts = Array.from({ length: 12 }, () => {
      const part = predictor();
      part.setInstruction(rule);
      return part;
    });
    const program = async ({ question }: { question: string }) =>
      Promise.all(parts.map((part) => part.forward(ai, { question })));
    const devset = [{ question: 'first?' }, { question: 'second?' }];
    await new Evaluate({ devset, metric: () => 1 }).evaluate(program as never);
    const seen = await traces();
    expect(seen.map(({ spans }) => spans.length)).to.deep.equal([37, 37]);
    expect(JSON.stringify(seen[0]).length).to.be.greaterThan(12 * rule.length);
    expect(await replayed()).to.deep.equal(seen);
    const { runId } = tracking.seen.events[0] ?? expect.fail();
    expect(readdirSync(`${tracking.dir}/${runId}/blobs`)).to.have.length(1);
  });

  it('cyclic values, lone surrogates, buffers, and getters that throw', async () => {
    tracking = startTracking();
    const cyclic: Record<string, unknown> = { question: 'lone \ud800 surrogate', bytes: Buffer.alloc(9) };
    cyclic.self = cyclic;
    Object.defineProperty(cyclic, 'broken', {
      enumerable: true,
      get() {
        throw new Error('no');
      },
    });
    const program = async (example: unknown) => ({ example, wide: 12n, when: new Date(0) });
    const { score } = await new Evaluate({ devset: [cyclic], metric: () => 1 }).evaluate(program as never);
    expect(score).to.equal(1);
    const [trace] = await traces();
    expect(trace?.spans[0]?.inputs).to.deep.equal({
      question: 'lone \ufffd surrogate',
      bytes: '[Buffer 9 bytes]',
      self: '[Circular]',
      broken: '[Getter threw: no]',
    });
    expect(trace?.spans[0]?.outputs).to.deep.include({ wide: '12n', when: '1970-01-01T00:00:00.000Z' });
    expect(await replayed()).to.deep.equal([trace]);
  });

  it('binary parts as a mark, also in what a program is called with', async () => {
    tracking = startTracking();
    const image = { mimeType: 'image/png', data: 'iVBORw0KGgo'.repeat(2_000) };
    const program = ax.ax('photo:image -> answer:string');
    const ai = new ax.AxMockAIService<string>({
      features: { functions: false, streaming: false, media: { images: { supported: true, formats: ['image/png'] } } },
      chatResponse: { results: [{ index: 0, content: 'Answer: a cat' }] },
    } as never);
    await program.forward(ai as never, { photo: image });
    const [trace] = await traces();
    const mark = '[cut: 22000 characters of base64]';
    expect(trace?.spans[0]?.inputs).to.deep.equal({ photo: { mimeType: 'image/png', data: mark } });
    const text = JSON.stringify(trace);
    expect(text).to.contain(`data:image/png;base64,${mark}`);
    expect(text).to.not.contain('iVBORw0KGgoiVBORw0KGgo');
  });

  it('a long text that merely looks like base64, whole', async () => {
    tracking = startTracking();
    const question = 'ACGT'.repeat(5_000);
    await predictor().forward(model(ax, () => 'Answer: x').ai, { question });
    const [trace] = await traces();
    expect(trace?.spans[0]?.inputs).to.deep.equal({ question });
  });

  it('as many spans as it may; the others are counted, and so are their tokens', async () => {
    tracking = startTracking({ traces: { maxSpans: 4 } });
    const { ai } = model(ax, () => 'Answer: x');
    const parts = Array.from({ length: 5 }, predictor);
    const program = async ({ question }: { question: string }) =>
      Promise.all(parts.map((part) => part.forward(ai, { question })));
    await new Evaluate({ devset: [{ question: 'q' }], metric: () => 1 }).evaluate(program as never);
    const [trace] = await traces();
    expect(trace?.spans).to.have.length(4);
    expect(trace?.dropped).to.equal(1 + 5 * 3 - 4);
    expect(trace?.tokens.calls).to.equal(5);
    const ids = new Set(trace?.spans.map(({ spanId }) => spanId));
    expect(trace?.spans.every(({ parentId }) => parentId === null || ids.has(parentId))).to.equal(true);
  });

  it('no inputs or outputs where they are not captured', async () => {
    const { ai } = model(ax, (_request, n) => (n === 0 ? 'Answer: zebra bad' : 'Answer: zebra good'));
    const program = predictor();
    program.addAssert(({ answer }) => String(answer).includes('good'), 'not yet');
    tracking = startTracking({ capture: { outputs: false } });
    await program.forward(ai, { question: 'giraffe?' });
    const [withInputs] = await traces();
    expect(JSON.stringify(withInputs)).to.contain('giraffe');
    expect(JSON.stringify(withInputs?.spans.map(({ inputs, outputs }) => [inputs, outputs]))).to.not.contain('zebra');
    await tracking.stop();
    tracking = startTracking({ capture: { inputs: false, outputs: false } });
    await program.forward(ai, { question: 'giraffe?' });
    const [neither] = await traces();
    expect(JSON.stringify(neither)).to.not.match(/giraffe|zebra/);
    expect(neither?.spans[0]).to.deep.include({ inputs: null, outputs: null });
  });
});

describe('secrets in a trace', () => {
  const KEY = 'Zq7-own-key-of-the-user-000111';
  let tracking: Tracking;

  afterEach(() => tracking.stop());

  it('are nowhere: keys, headers, and what matches a pattern in messages, answers, arguments and errors', async () => {
    let calls = 0;
    const authorization: unknown[] = [];
    const server = createServer((request, response) => {
      authorization.push(request.headers.authorization);
      request.resume().on('end', () => {
        calls += 1;
        response.statusCode = calls === 3 ? 401 : 200;
        const message =
          calls === 1
            ? {
                role: 'assistant',
                tool_calls: [
                  {
                    id: 'c',
                    type: 'function',
                    function: { name: 'open', arguments: `{"secretWord":"${KEY}","card":"4111-1111"}` },
                  },
                ],
              }
            : { role: 'assistant', content: `Answer: your key is ${KEY} and sk-ant-api03-Zq7abcdefghijklmnop` };
        response.setHeader('content-type', 'application/json').end(
          calls === 3
            ? JSON.stringify({ error: { message: `bad key ${KEY}` } })
            : JSON.stringify({
                id: '1',
                object: 'chat.completion',
                created: 0,
                model: 'm',
                choices: [{ index: 0, message, finish_reason: 'stop' }],
              }),
        );
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    tracking = startTracking({ redact: { patterns: [/\d{4}-\d{4}/] } });
    const ai = new ax.AxAIOpenAI({
      apiKey: KEY,
      apiURL: `http://127.0.0.1:${port}/v1`,
      config: { model: 'gpt-4o-mini' as never, stream: false },
    });
    const open = {
      name: 'open',
      description: 'opens it',
      parameters: {
        type: 'object' as const,
        properties: {
          secretWord: { type: 'string' as const, description: 'word' },
          card: { type: 'string' as const, description: 'card' },
        },
      },
      func: async () => `opened with ${KEY} and 4111-1111`,
    };
    try {
      await predictor().forward(ai, { question: `is ${KEY} my key, and 4111-1111 my card?` }, { functions: [open] });
      await predictor()
        .forward(ai, { question: 'again' }, { retry: { maxRetries: 0 } } as never)
        .catch(() => undefined);
    } finally {
      server.close();
      server.closeAllConnections();
    }
    await tracking.seen.settled();
    expect(authorization[0]).to.contain(KEY);
    expect(tracking.seen.of('onTraceEnd').map(({ data }) => data.status)).to.deep.equal(['finished', 'failed']);
    const all = JSON.stringify(tracking.seen.events);
    expect(all).to.not.contain(KEY);
    expect(all).to.not.contain('4111-1111');
    expect(all).to.not.contain('sk-ant-api03-Zq7abcdefghijklmnop');
    expect(all).to.contain('[REDACTED]');
  }).timeout(20_000);
});
