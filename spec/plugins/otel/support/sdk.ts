import * as api from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  type Sampler,
  SimpleSpanProcessor,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace-base';

/** A user's OpenTelemetry set-up whose spans stay in memory. */
export interface Sdk {
  readonly provider: BasicTracerProvider;
  readonly exporter: InMemorySpanExporter;
  /** Ended spans, in the order in which they ended. */
  readonly spans: readonly ReadableSpan[];
  /** The user's own tracer. */
  readonly tracer: api.Tracer;
  /** The one span of this name. */
  named(name: string): ReadableSpan;
}

export function sdk(options: { readonly sampler?: Sampler; readonly processors?: SpanProcessor[] } = {}): Sdk {
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({
    spanProcessors: [...(options.processors ?? []), new SimpleSpanProcessor(exporter)],
    ...(options.sampler ? { sampler: options.sampler } : {}),
  });
  return {
    provider,
    exporter,
    get spans() {
      return exporter.getFinishedSpans();
    },
    tracer: provider.getTracer('app'),
    named(name) {
      const found = exporter.getFinishedSpans().filter((span) => span.name === name);
      if (found.length === 1 && found[0]) return found[0];
      const names = exporter.getFinishedSpans().map((span) => span.name);
      throw new Error(`${found.length} spans are named '${name}', among ${names.join(', ')}`);
    },
  };
}

/** Registers a context manager, as a user's SDK does; the function takes it away. */
export function withContextManager(): () => void {
  const manager = new AsyncLocalStorageContextManager().enable();
  api.context.setGlobalContextManager(manager);
  return () => {
    api.context.disable();
    manager.disable();
  };
}

/** The spans as a tree of names, each below its parent, in order of start; links and other traces are not in it. */
export function tree(spans: readonly ReadableSpan[]): string[] {
  const lines: string[] = [];
  const ids = new Set(spans.map(idOf));
  const add = (span: ReadableSpan, depth: number): void => {
    lines.push(`${'  '.repeat(depth)}${span.name}`);
    for (const child of byStart(spans)) if (parentOf(child) === idOf(span)) add(child, depth + 1);
  };
  for (const span of byStart(spans)) if (!ids.has(parentOf(span) ?? '')) add(span, 0);
  return lines;
}

export function idOf(span: ReadableSpan): string {
  const { traceId, spanId } = span.spanContext();
  return `${traceId}/${spanId}`;
}

export function parentOf(span: ReadableSpan): string | undefined {
  const { traceId, spanId } = span.parentSpanContext ?? {};
  return spanId === undefined ? undefined : `${traceId}/${spanId}`;
}

function byStart(spans: readonly ReadableSpan[]): readonly ReadableSpan[] {
  return [...spans].sort((a, b) => a.startTime[0] - b.startTime[0] || a.startTime[1] - b.startTime[1]);
}

/** The events of this name of a span, in order. */
export function eventsNamed(span: ReadableSpan, name: string): ReadableSpan['events'] {
  return span.events.filter((event) => event.name === name);
}
