/**
 * Traces with scores: each call of a program, the LM calls inside it, and the score that the metric gave. A sink prints
 * the calls that scored 0.
 *
 * Run it: `npm run build && node dist/samples/traces.js`
 */
import { autolog, defineSink, Evaluate, type Json, type SpanData, shutdown, type TraceData } from 'ax-autolog';
import { loadSplit } from './gsm8k/data.js';
import { exactAnswer } from './gsm8k/metric.js';
import { chainOfThought } from './gsm8k/program.js';
import { chooseLM } from './lm/choose.js';

const traces = new Map<string, TraceData>();
const lines: string[] = [];

const mistakes = defineSink({
  name: 'mistakes',
  onTraceEnd: ({ data }) => void traces.set(data.traceId, data),
  // The result of an example comes after its trace and holds the trace's id.
  onExampleEnd: ({ data }) => {
    const trace = traces.get(data.traceId ?? '');
    if (trace === undefined || data.score !== 0) return;
    lines.push(`\n${field(data.example, 'question')}`);
    lines.push(`  expected ${field(data.example, 'answer')}, got ${field(data.prediction, 'answer')}`);
    for (const span of trace.spans) lines.push(`  ${'  '.repeat(depth(trace, span))}${described(span)}`);
  },
});

// Prices in US dollars per million tokens. Those of the simulated LM are invented.
const prices = { 'simulated-lm': { prompt: 0.4, completion: 1.6 } };
autolog({ logEvals: true, sinks: [mistakes], prices });

const { test } = loadSplit();
const lm = await chooseLM({ problems: test });
const { results } = await new Evaluate({ devset: test.slice(0, 4), metric: exactAnswer }).evaluate(chainOfThought(), {
  ai: lm.ai,
});
await shutdown();
await lm.close();

const solved = results.filter(({ score }) => score === 1).length;
process.stdout.write(`${solved} of ${results.length} problems solved (${lm.name}). The others, with their traces:\n`);
process.stdout.write(`${lines.join('\n')}\n`);

function described({ name, type, lm: call }: SpanData): string {
  const tokens = call?.tokens ? `  ${call.tokens.total} tokens` : '';
  const cost = call?.cost == null ? '' : `  $${call.cost.toFixed(6)}`;
  return `${type} ${name}${tokens}${cost}`;
}

function depth(trace: TraceData, span: SpanData): number {
  const parent = trace.spans.find(({ spanId }) => spanId === span.parentId);
  return parent === undefined ? 0 : 1 + depth(trace, parent);
}

function field(value: Json | undefined, name: string): string {
  const record = value !== null && typeof value === 'object' ? (value as { readonly [key: string]: Json }) : {};
  return String(record[name] ?? 'nothing');
}
