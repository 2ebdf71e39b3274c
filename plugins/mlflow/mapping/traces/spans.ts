import type { ErrorData, Json, SpanData, SpanEvent, TraceData } from 'ax-autolog/sink';
import type { OtlpAttribute, OtlpEvent, OtlpSpan, OtlpValue } from '../../client/trace-types.js';
import {
  MAX_ERROR_MESSAGE_CHARS,
  MAX_KEY_CHARS,
  MAX_SPAN_LEVELS,
  MAX_SPAN_NAME_CHARS,
  MAX_SPAN_VALUE_CHARS,
  MAX_STACK_CHARS,
} from '../../limits.js';
import { cutText, fittingJson, plainText, shallow } from '../fitting.js';
import { TAG } from '../writes.js';

const INTERNAL = 1;
const CLIENT = 3;
/** Latest time: the server stores nanoseconds in 63 bits. */
const LAST_MICROSECOND = 9_223_372_036_854_000;

/**
 * Converts the spans of a trace to OTLP with MLflow's attributes (`SpanAttributeKey`, mlflow/tracing/constant.py of
 * MLflow 3.17.2). The root has no parent, even if it started in a span of another tracing system: that span is not part of
 * this trace.
 *
 * @param id Id of the trace on the server, 32 hex digits
 */
export function otlpSpans(trace: TraceData, id: string): readonly OtlpSpan[] {
  return trace.spans.map((span) => otlpSpan(span, id));
}

function otlpSpan(span: SpanData, traceId: string): OtlpSpan {
  const end = span.startTime + span.durationMs;
  return {
    traceId,
    spanId: span.spanId,
    ...(span.parentId === null ? {} : { parentSpanId: span.parentId }),
    name: plainText(span.name, MAX_SPAN_NAME_CHARS),
    kind: span.lm === undefined ? INTERNAL : CLIENT,
    startTimeUnixNano: nanoseconds(span.startTime),
    endTimeUnixNano: nanoseconds(end),
    attributes: attributesOf(span),
    events: eventsOf(span, end),
    status: statusOf(span),
  };
}

/** Converts milliseconds to nanoseconds, with the events' resolution of a microsecond. */
function nanoseconds(time: number): string {
  const microseconds = Number.isFinite(time) ? Math.min(LAST_MICROSECOND, Math.max(0, Math.round(time * 1_000))) : 0;
  return `${BigInt(microseconds) * 1_000n}`;
}

function statusOf({ status, error }: SpanData): OtlpSpan['status'] {
  if (status === 'finished') return { code: 1 };
  const message = error === undefined ? {} : { message: plainText(error.message, MAX_ERROR_MESSAGE_CHARS) };
  return { code: status === 'failed' || error !== undefined ? 2 : 0, ...message };
}

/** Returns the attributes of a span. MLflow's own attributes override the span's. */
function attributesOf(span: SpanData): readonly OtlpAttribute[] {
  const all = new Map<string, Json>(Object.entries(span.attributes));
  all.set('mlflow.spanType', span.type);
  if (span.inputs !== null) all.set('mlflow.spanInputs', span.inputs);
  if (span.outputs !== null) all.set('mlflow.spanOutputs', span.outputs);
  if (span.status === 'cancelled') all.set(`${TAG}status`, span.status);
  for (const [key, value] of lmAttributes(span)) all.set(key, value);
  return [...all].map(([key, value]) => ({ key: plainText(key, MAX_KEY_CHARS), value: otlpValue(value) }));
}

function lmAttributes({ lm, type, inputs }: SpanData): readonly (readonly [string, Json])[] {
  if (lm === undefined) return [];
  const { role, provider, model, tokens, cost, cached, streaming, finishReasons, responseId } = lm;
  const found: [string, Json | undefined][] = [
    ['mlflow.llm.model', model],
    ['mlflow.llm.provider', provider],
    ['mlflow.chat.tokenUsage', tokens === null ? undefined : usageOf(tokens)],
    ['mlflow.llm.cost', cost === null ? undefined : { total_cost: cost }],
    ['mlflow.chat.tools', toolsIn(inputs)],
    ['mlflow.message.format', type === 'CHAT_MODEL' ? 'openai' : undefined],
    [`${TAG}role`, role],
    [`${TAG}cached`, cached],
    [`${TAG}streaming`, streaming],
    [`${TAG}finish_reasons`, finishReasons.length === 0 ? undefined : finishReasons],
    [`${TAG}response_id`, responseId],
  ];
  return found.filter((entry): entry is [string, Json] => entry[1] !== undefined);
}

/** Returns token counts with MLflow's names. */
export function usageOf(tokens: {
  readonly prompt: number;
  readonly completion: number;
  readonly total: number;
  readonly cached?: number;
}): { readonly [key: string]: number } {
  const { prompt, completion, total, cached } = tokens;
  return {
    input_tokens: prompt,
    output_tokens: completion,
    total_tokens: total,
    ...(cached === undefined ? {} : { cache_read_input_tokens: cached }),
  };
}

/** Returns the tools of a request, which have the format of OpenAI's chat API. */
function toolsIn(inputs: Json): Json | undefined {
  if (inputs === null || typeof inputs !== 'object' || Array.isArray(inputs)) return undefined;
  const { tools } = inputs as { readonly tools?: Json };
  return Array.isArray(tools) && tools.length > 0 ? tools : undefined;
}

/** Returns the events of a span. Its error is added as an `exception` event, like OpenTelemetry records exceptions. */
function eventsOf({ error, events }: SpanData, end: number): readonly OtlpEvent[] {
  const isRecorded = error === undefined || events.some(({ name }) => name === 'exception');
  return isRecorded ? events.map(otlpEvent) : [...events.map(otlpEvent), exceptionEvent(error, end)];
}

function otlpEvent({ name, time, attributes }: SpanEvent): OtlpEvent {
  return {
    name: plainText(name, MAX_SPAN_NAME_CHARS),
    timeUnixNano: nanoseconds(time),
    attributes: Object.entries(attributes).map(([key, value]) => ({
      key: plainText(key, MAX_KEY_CHARS),
      value: eventValue(value),
    })),
  };
}

function exceptionEvent({ name, message, stack }: ErrorData, time: number): OtlpEvent {
  const texts = {
    'exception.type': name,
    'exception.message': cutText(message, MAX_ERROR_MESSAGE_CHARS),
    'exception.stacktrace': cutText(stack ?? `${name}: ${message}`, MAX_STACK_CHARS),
  };
  const attributes = Object.entries(texts).map(([key, value]) => ({ key, value: eventValue(value) }));
  return { name: 'exception', timeUnixNano: nanoseconds(time), attributes };
}

/** Converts an attribute of an event. The server stores texts of events unchanged, so they are not JSON. */
function eventValue(value: Json): OtlpValue {
  return typeof value === 'string'
    ? { stringValue: cutText(value.toWellFormed(), MAX_SPAN_VALUE_CHARS) }
    : otlpValue(value);
}

/** Converts an attribute of a span. Like MLflow's own clients, texts are written as JSON, because the server parses them. */
function otlpValue(value: Json): OtlpValue {
  if (value === null) return {};
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number') {
    return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  }
  return { stringValue: fittingJson(shallow(value, MAX_SPAN_LEVELS), MAX_SPAN_VALUE_CHARS) };
}
