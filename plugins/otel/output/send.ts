import { AutologError, thrownText } from 'ax-autolog/sink';
import type { ExportedSpan, SpanExporter } from './exported-span.js';

/** Spans in one call of the exporter, as OpenTelemetry's own batches have. */
const MOST_SPANS = 512;
/** HTTP answers after which the same spans would be refused again. */
const REFUSED: ReadonlySet<unknown> = new Set([400, 413, 422]);
const SUCCESS = 0;

/** Told of spans that were refused for good. */
export type OnRefused = (spans: number, reason: string) => void;

/**
 * Hands the spans of a queue to an exporter, in calls of at most 512, and takes away those that arrived. Spans that the
 * receiver refuses for good are left out, those around them are not.
 *
 * @throws AutologError `AXL_OTEL_EXPORT` when the exporter fails, or does not answer within `timeoutMs`
 */
export async function send(
  exporter: SpanExporter,
  queue: ExportedSpan[],
  timeoutMs: number,
  onRefused: OnRefused,
): Promise<void> {
  while (queue.length > 0) {
    const some = queue.slice(0, MOST_SPANS);
    await sendSome(exporter, some, timeoutMs, onRefused);
    queue.splice(0, some.length);
  }
}

async function sendSome(
  exporter: SpanExporter,
  spans: ExportedSpan[],
  timeoutMs: number,
  onRefused: OnRefused,
): Promise<void> {
  const failure = await exportOnce(exporter, spans, timeoutMs);
  if (failure === null) return;
  if (!REFUSED.has(codeOf(failure.error))) {
    throw new AutologError('AXL_OTEL_EXPORT', `the exporter could not deliver ${spans.length} spans: ${failure.text}`, {
      cause: failure.error,
    });
  }
  if (spans.length === 1) {
    onRefused(1, failure.text);
    return;
  }
  const half = spans.length >> 1;
  await sendSome(exporter, spans.slice(0, half), timeoutMs, onRefused);
  await sendSome(exporter, spans.slice(half), timeoutMs, onRefused);
}

interface Failure {
  readonly error: unknown;
  readonly text: string;
}

/** Resolves to why it failed, or `null`. */
function exportOnce(exporter: SpanExporter, spans: ExportedSpan[], timeoutMs: number): Promise<Failure | null> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => end({ error: undefined, text: `no answer within ${timeoutMs} ms` }), timeoutMs);
    const end = (failure: Failure | null): void => {
      clearTimeout(timer);
      resolve(failure);
    };
    const fail = (error: unknown): void => end({ error, text: thrownText(error) });
    try {
      exporter.export(spans, ({ code, error }) => {
        if (code === SUCCESS) end(null);
        else fail(error ?? new Error(`it answered with code ${code}`));
      });
    } catch (error) {
      fail(error);
    }
  });
}

function codeOf(error: unknown): unknown {
  return error !== null && typeof error === 'object' && 'code' in error ? error.code : undefined;
}
