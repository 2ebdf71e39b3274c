import type { SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { callHook } from '../../../lib/deliver/hooks.js';
import { otel } from '../../../plugins/otel/index.js';
import { anyEvents } from '../../contract/arbitrary.js';
import { handBatch } from '../../fixtures/hand-batch.js';
import { keeping } from './support/exporters.js';
import { idOf, parentOf, sdk } from './support/sdk.js';

/** Whatever comes in whatever order: see spec/contract for what else holds of any events. */
describe('otel, any events', () => {
  it('ends every span that it began, once, and children before their parents', async () => {
    await fc.assert(
      fc.asyncProperty(anyEvents(['run-a', 'run-b']), async (events) => {
        let begun = 0;
        const ended: string[] = [];
        const parents: (string | undefined)[] = [];
        const counting: SpanProcessor = {
          onStart: () => {
            begun += 1;
          },
          onEnd: (span) => {
            ended.push(idOf(span));
            parents.push(parentOf(span));
          },
          forceFlush: async () => undefined,
          shutdown: async () => undefined,
        };
        const codes: string[] = [];
        const sink = otel({ tracerProvider: sdk({ processors: [counting] }).provider });
        await sink.setup?.({ journalDir: null, replay: true, warn: (code) => codes.push(code) });
        for (const event of events) await callHook(sink, event);
        await sink.close?.();
        expect(codes).to.deep.equal([]);
        expect(new Set(ended).size).to.equal(ended.length);
        expect(ended.length).to.equal(begun);
        for (const [at, parent] of parents.entries()) {
          if (parent !== undefined) expect(ended.indexOf(parent)).to.be.greaterThan(at);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('makes the same spans for an exporter as for a provider, by name and content', async () => {
    await fc.assert(
      fc.asyncProperty(anyEvents(['run-a']), async (events) => {
        const { provider, exporter } = sdk();
        const live = otel({ tracerProvider: provider });
        for (const event of events) await callHook(live, event);
        await live.close?.();
        const kept = keeping();
        const exported = otel({ exporter: kept });
        await handBatch(exported, events, { runDir: null, runId: 'run-a' });
        await exported.close?.();
        const text = (spans: readonly { readonly name: string; readonly attributes: object }[]): string[] =>
          spans.map(({ name, attributes }) => JSON.stringify([name, Object.entries(attributes).sort()]));
        expect(text(kept.spans)).to.deep.equal(text(exporter.getFinishedSpans()));
      }),
      { numRuns: 80 },
    );
  });
});
