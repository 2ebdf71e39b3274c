import { AutologError, thrownText } from 'ax-autolog/sink';
import type { ExportedSpan, SpanExporter } from './exported-span.js';

/** Most spans in one call of the exporter. OpenTelemetry's batch processor has the same default. */
const MAX_SPANS = 512;
/** HTTP statuses after which a retry would be rejected again. */
const REFUSED: ReadonlySet<unknown> = new Set([400, 413, 422]);
const SUCCESS = 0;

/** Receives the number of spans that the receiver rejected permanently, and why. */
export type OnRefused = (spans: number, reason: string) => void;

/**
 * Exports the spans of a queue in calls of at most 512 and removes those that arrived. A span that the receiver rejects
 * permanently is dropped; the spans around it are still exported.
 *
 * @throws AutologError `AXL_OTEL_EXPORT` if the exporter fails, or does not answer within `timeoutMs` milliseconds
 */
export async function send(
  exporter: SpanExporter,
  queue: ExportedSpan[],
  timeoutMs: number,
  onRefused: OnRefused,
): Promise<void> {
  while (queue.length > 0) {
    const some = queue.slice(0, MAX_SPANS);
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
    const text = `the exporter failed to export ${spans.length} spans: ${failure.text}${adviceFor(failure.error)}`;
    throw new AutologError('AXL_OTEL_EXPORT', text, { cause: failure.error });
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

/** Resolves to the reason of the failure, or to `null` after success. Never rejects. */
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
        else fail(error ?? new Error(`the exporter returned code ${code}`));
      });
    } catch (error) {
      fail(error);
    }
  });
}

/** Redirects are never followed: spans hold prompts, and headers credentials, which are meant for the configured receiver. */
function adviceFor(error: unknown): string {
  const code = codeOf(error);
  if (typeof code !== 'number' || code < 300 || code > 399) return '';
  return ` (${code}: the receiver redirects, and redirects are not followed). Set url to the receiver's final address.`;
}

function codeOf(error: unknown): unknown {
  return error !== null && typeof error === 'object' && 'code' in error ? error.code : undefined;
}
