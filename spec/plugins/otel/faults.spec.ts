import * as axModule from '@ax-llm/ax';
import { ax } from '@ax-llm/ax';
import * as api from '@opentelemetry/api';
import { AlwaysOffSampler, type ReadableSpan, type SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { expect } from 'chai';
import { afterEach, describe, it } from 'mocha';
import type { Sink } from '../../../lib/contract/sink.js';
import { Evaluate } from '../../../lib/index.js';
import { flush } from '../../../lib/setup/shutdown.js';
import { resetWarnings } from '../../../lib/support/warnings.js';
import { spanBridge } from '../../../lib/track/traces/bridge.js';
import { type OtelOptions, otel } from '../../../plugins/otel/index.js';
import { exact, questions, scripted } from '../../capture/ax/support/scripted.js';
import { envelope } from '../../contract/arbitrary.js';
import { startTracking, type Tracking } from '../../fixtures/tracking.js';
import { sdk, tree } from './support/sdk.js';
import { BEGAN, span, trace } from './support/traces.js';

const QUESTION = { question: 'kind-instruction number 1' };
const quiet: SpanProcessor = {
  onStart: () => undefined,
  onEnd: () => undefined,
  forceFlush: async () => undefined,
  shutdown: async () => undefined,
};

describe('otel, faults', () => {
  let tracking: Tracking | undefined;

  const track = (options: OtelOptions, more: readonly Sink[] = []): Tracking => {
    resetWarnings();
    tracking = startTracking({ logEvals: true, silent: true, sinks: [otel(options), ...more] });
    return tracking;
  };
  const ask = () => ax('question:string -> answer:string').forward(scripted(axModule).ai, QUESTION);
  const warnings = () => tracking?.seen.of('onWarning').map(({ data }) => data.code);

  afterEach(async () => {
    await tracking?.stop();
    tracking = undefined;
    api.trace.disable();
    api.context.disable();
  });

  it('says once that no provider is registered; the program and its trace are as ever', async () => {
    track({});
    const answer = await ask();
    await ask();
    await flush();
    expect(answer).to.have.property('answer');
    expect(warnings()).to.deep.equal(['AXL_OTEL_PROVIDER']);
    expect(tracking?.seen.of('onTraceEnd')).to.have.length(2);
  });

  it('uses a provider that is registered after it was made', async () => {
    track({});
    const { provider, ...seen } = sdk();
    api.trace.setGlobalTracerProvider(provider);
    await ask();
    await flush();
    expect(tree(seen.exporter.getFinishedSpans())[0]).to.equal('invoke_workflow AxGen.forward');
    expect(warnings()).to.deep.equal([]);
  });

  it('never registers anything, and never shuts a provider down', async () => {
    const seen = sdk();
    let shutDown = 0;
    seen.provider.shutdown = async () => {
      shutDown += 1;
    };
    track({ tracerProvider: seen.provider });
    await ask();
    await tracking?.stop();
    expect(shutDown).to.equal(0);
    expect(api.trace.setGlobalTracerProvider(seen.provider), 'nobody was registered before').to.equal(true);
    const manager = { active: () => api.ROOT_CONTEXT, enable() {}, disable() {} };
    expect(api.context.setGlobalContextManager(manager as never)).to.equal(true);
    expect(api.propagation.setGlobalPropagator({ inject() {}, extract: (c) => c, fields: () => [] })).to.equal(true);
    api.propagation.disable();
  });

  for (const [when, processor] of [
    [
      'begins',
      {
        ...quiet,
        onStart: () => {
          throw new Error('broken processor');
        },
      },
    ],
    [
      'ends',
      {
        ...quiet,
        onEnd: () => {
          throw new Error('broken processor');
        },
      },
    ],
  ] as const) {
    it(`a processor that throws when a span ${when} is reported once and costs the program nothing`, async () => {
      const seen = sdk({ processors: [processor] });
      track({ tracerProvider: seen.provider });
      expect(await ask()).to.have.property('answer');
      await ask();
      await flush();
      expect(warnings()).to.deep.equal(['AXL_OTEL_FAILED']);
      expect(tracking?.seen.of('onTraceEnd')).to.have.length(2);
    });
  }

  for (const [how, flushing] of [
    ['hangs', () => new Promise<void>(() => undefined)],
    ['rejects', () => Promise.reject(new Error('the collector is away'))],
  ] as const) {
    it(`a processor whose flush ${how} is reported, and flush() comes back`, async function () {
      this.timeout(20_000);
      const seen = sdk({ processors: [{ ...quiet, forceFlush: flushing }] });
      track({ tracerProvider: seen.provider });
      await ask();
      await flush();
      seen.provider.forceFlush = async () => undefined;
      await flush();
      expect(warnings()).to.deep.equal([how === 'hangs' ? 'AXL_SINK_STALLED' : 'AXL_SINK_FAILED']);
    });
  }

  it('a context manager that throws leaves the program alone', async () => {
    const broken = () => {
      throw new Error('broken manager');
    };
    api.context.setGlobalContextManager({
      active: () => api.ROOT_CONTEXT,
      with: broken,
      bind: broken,
      enable: broken,
      disable() {},
    } as never);
    const ended: ReadableSpan[] = [];
    const { provider } = sdk({ processors: [{ ...quiet, onEnd: (of) => void ended.push(of) }] });
    track({ tracerProvider: provider });
    expect(await ask()).to.have.property('answer');
    await flush();
    expect(tree(ended).slice(0, 2)).to.deep.equal(['invoke_workflow AxGen.forward', '  chat scripted-1']);
  });

  it('a trace that is sampled out is not exported, and nothing of it is kept', async () => {
    const seen = sdk({ sampler: new AlwaysOffSampler() });
    track({ tracerProvider: seen.provider, maxOpenTraces: 30 });
    const evaluate = new Evaluate({ devset: questions(20), metric: exact, numThreads: 2 });
    for (let round = 0; round < 4; round += 1) {
      await evaluate.evaluate(ax('question:string -> answer:string'), { ai: scripted(axModule).ai });
      await flush();
    }
    expect(seen.spans).to.deep.equal([]);
    expect(warnings()).to.deep.equal([]);
  });

  it('traces whose event never comes are bounded: the oldest ends with a mark, and that is said once', async () => {
    const seen = sdk();
    track({ tracerProvider: seen.provider, maxOpenTraces: 3 });
    const begin = (name: string) => spanBridge()?.({ name, type: 'CHAIN', startTime: BEGAN, parent: null });
    for (let i = 0; i < 10; i += 1) begin(`lost-${i}`);
    expect(seen.spans.map(({ name }) => name)).to.deep.equal(
      Array.from({ length: 7 }, (_, i) => `invoke_workflow lost-${i}`),
    );
    expect(seen.spans.every(({ attributes }) => attributes['ax.incomplete'] === true)).to.equal(true);
    await flush();
    expect(warnings()).to.deep.equal(['AXL_OTEL_OPEN']);
    await tracking?.stop();
    expect(seen.spans, 'close ends the rest').to.have.length(10);
  });

  it('a trace that was given up and is told after all is not made a second time', () => {
    const seen = sdk();
    const sink = otel({ tracerProvider: seen.provider, maxOpenTraces: 1 });
    sink.setup?.({ journalDir: null, warn: () => undefined });
    const first = spanBridge()?.({ name: 'first', type: 'CHAIN', startTime: BEGAN, parent: null });
    spanBridge()?.({ name: 'second', type: 'CHAIN', startTime: BEGAN, parent: null });
    const told = trace([span(0, null, 'CHAIN', { spanId: first?.spanId ?? '' })], { traceId: first?.traceId ?? '' });
    sink.onTraceEnd?.(envelope('onTraceEnd', told, { runId: 'r', seq: 0 }) as never);
    expect(seen.spans.map(({ name }) => name)).to.deep.equal(['invoke_workflow first']);
    sink.close?.();
  });

  it('roots that wait for a verdict are bounded, too', async () => {
    const seen = sdk();
    const codes: string[] = [];
    const sink = otel({ tracerProvider: seen.provider, maxOpenTraces: 3 });
    await sink.setup?.({ journalDir: null, replay: true, warn: (code) => codes.push(code) });
    const place = { runId: 'r', compileId: 'c', trialId: 't' };
    const identity = {
      index: 0,
      key: null,
      step: null,
      name: null,
      scope: null,
      phase: null,
      n: null,
      of: null,
      candidate: null,
    };
    sink.onTrialStart?.(envelope('onTrialStart', identity, { ...place, seq: 0 }) as never);
    for (let i = 0; i < 5; i += 1) {
      const told = trace([span(0, null, 'CHAIN')], { traceId: `${'0'.repeat(31)}${i + 1}` });
      sink.onTraceEnd?.(envelope('onTraceEnd', told, { ...place, seq: i + 1 }) as never);
    }
    expect(seen.spans).to.have.length(2);
    expect(codes).to.include('AXL_OTEL_OPEN');
    await sink.close?.();
    expect(seen.spans).to.have.length(6);
  });

  it('a replay begins nothing live', async () => {
    const sink = otel({ tracerProvider: sdk().provider });
    await sink.setup?.({ journalDir: null, replay: true, warn: () => undefined });
    expect(spanBridge()).to.equal(undefined);
    await sink.close?.();
  });

  it('lets go of the bridge when it is closed', async () => {
    track({ tracerProvider: sdk().provider });
    expect(spanBridge()).to.be.a('function');
    await tracking?.stop();
    expect(spanBridge()).to.equal(undefined);
  });
});
