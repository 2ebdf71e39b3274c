/**
 * OpenTelemetry: an evaluation as spans in your own TracerProvider. This sample keeps them in memory and prints them.
 * With an OTLP exporter they go to Jaeger, Phoenix, Langfuse or Datadog.
 *
 * Run it: `npm run build && node dist/samples/otel.js`
 */
import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { autolog, Evaluate, flush, shutdown } from 'ax-autolog';
import { otel } from 'ax-autolog/plugins/otel';
import { loadSplit } from './gsm8k/data.js';
import { exactAnswer } from './gsm8k/metric.js';
import { chainOfThought } from './gsm8k/program.js';
import { chooseLM } from './lm/choose.js';

// Your own OpenTelemetry setup. NodeSDK does all of this in `start()`.
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
const exporter = new InMemorySpanExporter();
const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });

autolog({ logEvals: true, sinks: [otel({ tracerProvider: provider })] });

const { test } = loadSplit();
const lm = await chooseLM({ problems: test });
const evaluate = new Evaluate({ devset: test.slice(0, 4), metric: exactAnswer, numThreads: 2 });
const tracer = provider.getTracer('app');
const { score } = await tracer.startActiveSpan('nightly check', async (span) => {
  const result = await evaluate.evaluate(chainOfThought(), { ai: lm.ai });
  span.end();
  return result;
});
await flush();
const spans = [...exporter.getFinishedSpans()].sort(byStart);
await shutdown();
await provider.shutdown();
await lm.close();

process.stdout.write(`Mean score on 4 problems: ${score.toFixed(2)} (${lm.name}). The spans of it:\n`);
for (const root of spans.filter((span) => !spans.some((other) => isIn(span, other)))) print(root, 0);

function print(span: ReadableSpan, depth: number): void {
  const { name, attributes } = span;
  const shown = [attributes['gen_ai.optimization.score'], attributes['gen_ai.usage.output_tokens']];
  const [own, tokens] = shown.map((value) => (typeof value === 'number' ? value : undefined));
  const details = [own === undefined ? '' : `score ${own}`, tokens === undefined ? '' : `${tokens} tokens`];
  process.stdout.write(`${'  '.repeat(depth + 1)}${[name, ...details].filter(Boolean).join('  ')}\n`);
  for (const child of spans.filter((other) => isIn(other, span))) print(child, depth + 1);
}

function byStart({ startTime: a }: ReadableSpan, { startTime: b }: ReadableSpan): number {
  return a[0] - b[0] || a[1] - b[1];
}

function isIn(span: ReadableSpan, other: ReadableSpan): boolean {
  return span.parentSpanContext?.spanId === other.spanContext().spanId;
}
