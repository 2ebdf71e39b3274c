import * as axModule from '@ax-llm/ax';
import { AxAIOpenAI, type AxAIService, ax, axGlobals } from '@ax-llm/ax';
import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { Evaluate } from '../../../lib/index.js';
import { flush } from '../../../lib/setup/shutdown.js';
import { spanBridge } from '../../../lib/track/traces/bridge.js';
import { otel } from '../../../plugins/otel/index.js';
import { exact, percent, questions, scripted } from '../../capture/ax/support/scripted.js';
import { startTracking, type Tracking } from '../../fixtures/tracking.js';
import { answering } from './support/openai.js';
import { eventsNamed, idOf, parentOf, type Sdk, sdk, tree, withContextManager } from './support/sdk.js';

const program = () => ax('question:string -> answer:string');
const ROOT = 'invoke_workflow AxGen.forward';
const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? 1 : -1);
const QUESTION = { question: 'kind-instruction number 1' };

describe('otel, live', function () {
  this.timeout(20_000);
  let tracking: Tracking;
  let seen: Sdk;
  let ai: AxAIService;
  let removeManager: () => void;

  beforeEach(() => {
    removeManager = withContextManager();
    seen = sdk();
    ai = scripted(axModule).ai;
    tracking = startTracking({ logEvals: true, logCompiles: true, sinks: [otel({ tracerProvider: seen.provider })] });
  });

  afterEach(async () => {
    axGlobals.tracer = undefined;
    await tracking.stop();
    removeManager();
  });

  const journaled = () =>
    tracking.seen
      .of('onTraceEnd')
      .flatMap(({ data }) => data.spans.map(({ spanId }) => `${data.traceId}/${spanId}`))
      .sort();

  it('begins spans when they begin, with the ids that the journal has', async () => {
    await program().forward(ai, QUESTION);
    await flush();
    expect(tree(seen.spans)).to.deep.equal([ROOT, '  chat scripted-1', '  AxGen.parse']);
    expect(seen.spans.map(idOf).sort()).to.deep.equal(journaled());
  });

  it('says when a span began and ended, what went in and came out', async () => {
    await program().forward(ai, QUESTION);
    await flush();
    const [root, call] = tracking.seen.of('onTraceEnd')[0]?.data.spans ?? [];
    for (const [name, told] of [
      [ROOT, root],
      ['chat scripted-1', call],
    ] as const) {
      const { startTime, endTime } = seen.named(name);
      const began = startTime[0] * 1_000 + startTime[1] / 1e6;
      expect(began, name).to.be.closeTo(told?.startTime ?? 0, 0.001);
      expect(endTime[0] * 1_000 + endTime[1] / 1e6 - began, name).to.be.closeTo(told?.durationMs ?? 0, 0.002);
    }
    expect(seen.named(ROOT).attributes['input.value']).to.equal(JSON.stringify(QUESTION));
    expect(seen.named('chat scripted-1').attributes['gen_ai.input.messages']).to.include(QUESTION.question);
  });

  it('has the user’s current span as the parent of a program call', async () => {
    await seen.tracer.startActiveSpan('request', async (span) => {
      await program().forward(ai, QUESTION);
      await program().forward(ai, { question: 'kind-instruction number 2' });
      span.end();
    });
    await flush();
    const call = [`  ${ROOT}`, '    chat scripted-1', '    AxGen.parse'];
    expect(tree(seen.spans)).to.deep.equal(['request', ...call, ...call]);
    const request = seen.named('request').spanContext();
    const traces = tracking.seen.of('onTraceEnd').map(({ data }) => [data.traceId, data.parentSpanId]);
    expect(traces).to.deep.equal([
      [request.traceId, request.spanId],
      [request.traceId, request.spanId],
    ]);
  });

  it('has ax’s own spans in the same trace', async () => {
    axGlobals.tracer = seen.tracer;
    const server = await answering(() => 'Answer: 7');
    const model = new AxAIOpenAI({ apiKey: 'k', apiURL: server.url, config: { model: 'm' as never, stream: false } });
    await program().forward(model, QUESTION);
    await server.close();
    await flush();
    const lines = tree(seen.spans);
    expect(lines[0]).to.equal(ROOT);
    expect(lines).to.include('  AxGen');
    expect(lines.map((line) => line.trim())).to.include.members(['AI Chat Request', 'chat m']);
    expect(new Set(seen.spans.map((span) => span.spanContext().traceId)).size).to.equal(1);
  });

  it('nests its own spans without a context manager too; only those of others begin traces of their own', async () => {
    removeManager();
    axGlobals.tracer = seen.tracer;
    await seen.tracer.startActiveSpan('request', async (span) => {
      await program().forward(ai, QUESTION);
      span.end();
    });
    await flush();
    expect(tree(seen.spans)).to.have.members(['request', ROOT, '  chat scripted-1', '  AxGen.parse', 'AxGen']);
  });

  it('has a span of the user’s that is opened in a step between that step and what begins in it', async () => {
    const bridge = spanBridge();
    const begin = (type: 'CHAIN' | 'TOOL', name: string, parent: { traceId: string; spanId: string } | null) => {
      const span = bridge?.({ name, type, startTime: performance.timeOrigin + performance.now(), parent });
      if (!span) throw new Error(`${name} has not begun`);
      return span;
    };
    const root = begin('CHAIN', 'root', null);
    root.within(() => {
      const tool = begin('TOOL', 'search', root);
      tool.within(() =>
        seen.tracer.startActiveSpan('SELECT', (span) => {
          const nested = begin('CHAIN', 'nested', tool);
          nested.within(() => seen.tracer.startSpan('deep').end());
          span.end();
        }),
      );
    });
    await tracking.stop();
    expect(new Set(seen.spans.map((span) => span.spanContext().traceId)).size).to.equal(1);
    expect(tree(seen.spans)).to.deep.equal([
      'invoke_workflow root',
      '  execute_tool search',
      '    SELECT',
      '      invoke_workflow nested',
      '        deep',
    ]);
  });

  it('has what a tool traces itself inside the tool’s span', async () => {
    const server = await answering((body) =>
      body.includes('tool_call_id') ? 'Answer: 7' : { call: 'add', with: '{"a":3,"b":4}' },
    );
    const model = new AxAIOpenAI({ apiKey: 'k', apiURL: server.url, config: { model: 'm' as never, stream: false } });
    const add = {
      name: 'add',
      description: 'Adds two numbers.',
      parameters: {
        type: 'object' as const,
        properties: { a: { type: 'number', description: 'a' }, b: { type: 'number', description: 'b' } },
      },
      func: ({ a, b }: { a: number; b: number }) =>
        seen.tracer.startActiveSpan('SELECT', async (span) => {
          await program().forward(ai, QUESTION);
          span.end();
          return a + b;
        }),
    };
    await ax('question:string -> answer:string', { functions: [add as never] }).forward(model, QUESTION);
    await server.close();
    await flush();
    const tool = seen.named('execute_tool add');
    expect(tool.attributes).to.include({
      'gen_ai.tool.name': 'add',
      'gen_ai.tool.description': 'Adds two numbers.',
      'gen_ai.tool.call.arguments': '{"a":3,"b":4}',
    });
    expect(parentOf(seen.named('SELECT'))).to.equal(idOf(tool));
    const nested = seen.spans.filter((span) => parentOf(span) === idOf(seen.named('SELECT')));
    expect(nested.map(({ name }) => name)).to.deep.equal([ROOT]);
    const [call] = seen.spans.filter((span) => String(span.attributes['gen_ai.output.messages']).includes('tool_call'));
    expect(call?.attributes).to.deep.include({
      'gen_ai.response.finish_reasons': ['function_call'],
      'gen_ai.response.id': 'chatcmpl-1',
      'gen_ai.provider.name': 'openai',
    });
    expect(seen.spans.map(idOf)).to.include.members(journaled());
  });

  it('ends the spans of a stream that is abandoned', async () => {
    const streaming = scripted(axModule, { chunks: 6 }).ai;
    for await (const _chunk of program().streamingForward(streaming, QUESTION)) break;
    await flush();
    expect(seen.spans.map(idOf).sort()).to.deep.equal(journaled());
    const { attributes, status } = seen.named('invoke_workflow AxGen.streamingForward');
    expect(attributes['gen_ai.optimization.status']).to.equal('cancelled');
    expect(status.code).to.equal(0);
  });

  it('gives each of 200 examples with 8 workers its own trace, linked to the evaluation, with its own score', async () => {
    const devset = questions(200);
    const slow = scripted(axModule).ai;
    await seen.tracer.startActiveSpan('nightly', async (span) => {
      await new Evaluate({ devset, metric: exact, numThreads: 8 }).evaluate(program(), { ai: slow });
      span.end();
    });
    await flush();
    const evaluation = seen.named('evaluate eval');
    expect(parentOf(evaluation)).to.equal(idOf(seen.named('nightly')));
    const roots = seen.spans.filter(({ name }) => name === ROOT);
    expect(new Set(roots.map((root) => root.spanContext().traceId)).size).to.equal(200);
    expect(roots.every((root) => parentOf(root) === undefined)).to.equal(true);
    for (const root of roots) {
      const { question, answer } = JSON.parse(String(root.attributes['input.value'])) as (typeof devset)[0];
      const right = percent(0, question) < 45;
      expect(root.attributes['output.value']).to.equal(
        JSON.stringify({ answer: right ? answer : answer?.replace('right', 'wrong') }),
      );
      const [verdict, ...more] = eventsNamed(root, 'gen_ai.evaluation.result');
      expect(verdict?.attributes).to.deep.equal({
        'gen_ai.evaluation.name': 'exact',
        'gen_ai.evaluation.score.value': right ? 1 : 0,
      });
      expect(more).to.deep.equal([]);
      expect(root.links.map(({ context }) => context.spanId)).to.include(evaluation.spanContext().spanId);
      const [call, parse, ...others] = seen.spans.filter((span) => parentOf(span) === idOf(root)).sort(byName);
      expect(parse?.name).to.equal('AxGen.parse');
      expect(others).to.deep.equal([]);
      expect(call?.attributes['gen_ai.input.messages']).to.include(`${question}\\n`);
    }
  });

  it('ends children before their parents', async () => {
    await new Evaluate({ devset: questions(20), metric: exact, numThreads: 4 }).evaluate(program(), { ai });
    await flush();
    const position = new Map(seen.spans.map((span, at) => [idOf(span), at]));
    for (const [at, span] of seen.spans.entries()) {
      const parent = parentOf(span);
      if (parent !== undefined) expect(position.get(parent), span.name).to.be.greaterThan(at);
    }
  });

  it('records an error of a program, and ends its span', async () => {
    const down = scripted(axModule, { fails: () => true }).ai;
    const error = await program()
      .forward(down, QUESTION)
      .catch((thrown: Error) => thrown);
    await flush();
    const root = seen.named(ROOT);
    expect(root.status.code).to.equal(2);
    expect(root.attributes['error.type']).to.equal((error as Error).name);
    const [exception] = eventsNamed(root, 'exception');
    expect(exception?.attributes?.['exception.message']).to.equal((error as Error).message);
    expect(root.attributes).to.not.have.property('output.value');
  });
});
