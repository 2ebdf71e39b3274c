import type { ExportedSpan, SpanExporter } from '../../../../plugins/otel/index.js';

/** An exporter that keeps what it gets. */
export interface Keeping extends SpanExporter {
  readonly spans: ExportedSpan[];
  /** Number of spans in each call. */
  readonly calls: number[];
  flushed: number;
  shutDown: number;
}

export function keeping(answer: (spans: readonly ExportedSpan[]) => Error | null | undefined = () => null): Keeping {
  const exporter: Keeping = {
    spans: [],
    calls: [],
    flushed: 0,
    shutDown: 0,
    export(spans, done) {
      exporter.calls.push(spans.length);
      const error = answer(spans);
      if (error === undefined) return;
      if (error === null) exporter.spans.push(...spans);
      done(error === null ? { code: 0 } : { code: 1, error });
    },
    forceFlush: async () => {
      exporter.flushed += 1;
    },
    shutdown: async () => {
      exporter.shutDown += 1;
    },
  };
  return exporter;
}
