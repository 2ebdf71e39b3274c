import type { AnyEvent } from 'ax-autolog';
import { type ExportedSpan, otel } from 'ax-autolog/plugins/otel';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { envelope } from '../contract/arbitrary.js';
import { handBatch } from '../fixtures/hand-batch.js';
import { keeping } from '../plugins/otel/support/exporters.js';
import { everyType, tracedRun } from '../plugins/otel/support/traces.js';
import { fixture } from './fixture.js';
import { expectTree } from './golden.js';

/** `UPDATE_GOLDEN=1 npx mocha dist/spec/golden` rewrites the checked-in files. */
describe('golden spans', () => {
  async function exported(events: readonly AnyEvent[], size = events.length, options = {}): Promise<string> {
    const exporter = keeping();
    const sink = otel({ exporter, ...options });
    for (let at = 0; at < events.length; at += size) {
      await handBatch(sink, events.slice(at, at + size), { runDir: null, runId: events[0]?.runId ?? '' });
    }
    await sink.close?.();
    return exporter.spans.map(line).join('');
  }

  const one = [envelope('onTraceEnd', everyType(), { runId: 'predictions', seq: 0 })];

  it('are what an exporter gets of a compile and an evaluation, of traced ones, and of each type of span', async () => {
    await expectTree('otel', {
      'fixture.jsonl': await exported(fixture()),
      'traced.jsonl': await exported(tracedRun()),
      'every-type.jsonl': await exported(one),
      'gen-ai-only.jsonl': await exported(one, 1, { openInference: false }),
      'without-content.jsonl': await exported(one, 1, { captureContent: false }),
    });
  });

  it('are the same whatever the batches', async () => {
    const whole = await exported([...fixture(), ...tracedRun()]);
    for (const size of [1, 2, 7]) expect(await exported([...fixture(), ...tracedRun()], size)).to.equal(whole);
  });
});

function line(span: ExportedSpan): string {
  const { traceId, spanId } = span.spanContext();
  const { name, kind, startTime, endTime, status, attributes, events, links } = span;
  const parent = span.parentSpanContext?.spanId ?? null;
  const to = links.map(({ context }) => `${context.traceId}/${context.spanId}`);
  const text = { name, traceId, spanId, parent, kind, startTime, endTime, status, attributes, events, links: to };
  return `${JSON.stringify(text)}\n`;
}
