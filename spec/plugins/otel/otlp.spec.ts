import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtoExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { otel } from '../../../plugins/otel/index.js';
import { handBatch } from '../../fixtures/hand-batch.js';
import { type Collector, collector } from './support/collector.js';
import { keeping } from './support/exporters.js';
import { tracedRun } from './support/traces.js';

/** Real exporters over real HTTP to a collector that decodes what arrives. */
describe('otel, over OTLP', () => {
  let receiver: Collector;

  beforeEach(async () => {
    receiver = await collector();
  });

  afterEach(() => receiver.close());

  const batch = { runDir: null, runId: 'run-a' };

  async function expected() {
    const exporter = keeping();
    await handBatch(otel({ exporter }), tracedRun(), batch);
    return exporter.spans.map((span) => ({
      name: span.name,
      traceId: span.spanContext().traceId,
      spanId: span.spanContext().spanId,
      parentSpanId: span.parentSpanContext?.spanId ?? '',
      links: span.links.map(({ context }) => context.spanId),
      events: span.events.map(({ name }) => name),
    }));
  }

  it('to an address: protobuf with the given headers, all spans with ids, parents, links, events', async () => {
    const sink = otel({
      url: receiver.url,
      headers: { authorization: 'Bearer t' },
      resource: { 'service.name': 'tutor' },
    });
    await handBatch(sink, tracedRun(), batch);
    await sink.close?.();
    expect(receiver.spans.map(({ attributes: _attributes, ...span }) => span)).to.deep.equal(await expected());
    expect(receiver.requests[0]?.headers).to.include({
      authorization: 'Bearer t',
      'content-type': 'application/x-protobuf',
    });
    expect(receiver.services).to.deep.equal(['tutor']);
  });

  for (const [name, Exporter] of [
    ['JSON', JsonExporter],
    ['protobuf', ProtoExporter],
  ] as const) {
    it(`through an exporter of the user’s (${name})`, async () => {
      const exporter = new Exporter({ url: receiver.url });
      await handBatch(otel({ exporter }), tracedRun(), batch);
      await exporter.shutdown();
      expect(receiver.spans.map(({ attributes: _attributes, ...span }) => span)).to.deep.equal(await expected());
      const scores = receiver.spans.map(({ attributes }) => attributes['gen_ai.optimization.score']);
      expect(scores.filter((score) => score !== undefined)).to.deep.equal([0, 1, 0.5]);
    });
  }

  it('through a provider of the user’s: flush sends what its processors hold', async () => {
    const provider = new BasicTracerProvider({
      spanProcessors: [new BatchSpanProcessor(new ProtoExporter({ url: receiver.url }), { scheduledDelayMillis: 1e6 })],
    });
    const sink = otel({ tracerProvider: provider });
    for (const event of tracedRun()) (sink[event.type] as ((of: unknown) => void) | undefined)?.(event);
    expect(receiver.spans).to.deep.equal([]);
    await sink.flush?.();
    expect(receiver.spans.map(({ name }) => name)).to.deep.equal((await expected()).map(({ name }) => name));
    await provider.shutdown();
  });

  it('a receiver that says no for now is asked again', async () => {
    receiver.answers.push(503);
    const sink = otel({ url: receiver.url });
    await handBatch(sink, tracedRun(), batch);
    await sink.close?.();
    expect(receiver.requests).to.have.length(2);
    expect(receiver.spans.map(({ spanId }) => spanId)).to.deep.equal((await expected()).map(({ spanId }) => spanId));
  });
});
