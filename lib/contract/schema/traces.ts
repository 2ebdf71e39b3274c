/** Checks of the values that traces are made of. */
import type * as traces from '../traces.js';
import { list, nullable, object, optional, word } from './checks.js';
import { count, flag, hex, json, jsonObject, number, text, time } from './scalars.js';
import { callTokens, error, role, status, tokens } from './values.js';

const spanType = word<traces.SpanType>(
  ...(['CHAIN', 'AGENT', 'LLM', 'CHAT_MODEL', 'EMBEDDING', 'TOOL', 'PARSER', 'RETRIEVER'] as const),
);

/** Members of a call of a model, in a trace or on its own. */
export const modelCall = {
  role,
  operation: text,
  provider: text,
  model: text,
  tokens: nullable(callTokens),
  cost: nullable(number),
  cached: flag,
};

const spanModel = object<traces.SpanLM>({
  ...modelCall,
  streaming: flag,
  finishReasons: list(text),
  responseId: optional(text),
});

const spanEvent = object<traces.SpanEvent>({ name: text, time, attributes: jsonObject });

const span = object<traces.SpanData>({
  spanId: hex(16),
  parentId: nullable(hex(16)),
  name: text,
  type: spanType,
  startTime: time,
  durationMs: number,
  status,
  inputs: json,
  outputs: json,
  error: optional(error),
  lm: optional(spanModel),
  attributes: jsonObject,
  events: list(spanEvent),
});

export const trace = object<traces.TraceData>({
  traceId: hex(32),
  parentSpanId: optional(hex(16)),
  name: text,
  role,
  status,
  startTime: time,
  durationMs: number,
  tokens,
  spans: list(span),
  dropped: count,
});
