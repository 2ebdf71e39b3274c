import { createHash } from 'node:crypto';
import type { Envelope, Json, TraceData } from 'ax-autolog/sink';
import type { OtlpSpan, TraceInfo } from '../../client/trace-types.js';
import { MAX_PREVIEW_CHARS, MAX_TRACE_METADATA_CHARS, MAX_TRACE_TAG_CHARS } from '../../limits.js';
import { plainText } from '../fitting.js';
import { wholeTime } from '../values.js';
import { TAG } from '../writes.js';
import { usageOf } from './spans.js';

/** Version of MLflow's trace schema. */
const SCHEMA_VERSION = '3';

/**
 * Returns the trace's id on the server, 32 hex digits. Traces that started in a span of another tracing system share that
 * system's trace id, so each of them gets a new id.
 */
export function mlflowTraceId({ traceId, parentSpanId, spans }: TraceData): string {
  if (parentSpanId === undefined) return traceId;
  return createHash('sha256').update(`${traceId} ${spans[0]?.spanId}`).digest('hex').slice(0, 32);
}

/** Returns the info of a trace in the format of MLflow's own client (mlflow/tracing/processor), without assessments. */
export function traceInfo(
  event: Envelope<'onTraceEnd'>,
  id: string,
  spans: readonly OtlpSpan[],
  about: { readonly tags: Readonly<Record<string, string>>; readonly source: Readonly<Record<string, string>> },
): TraceInfo {
  const { data } = event;
  const [root] = spans;
  const [inputs, outputs] = [textOf(root, 'mlflow.spanInputs'), textOf(root, 'mlflow.spanOutputs')];
  const metadata: Record<string, string | undefined> = {
    ...about.source,
    'mlflow.trace_schema.version': SCHEMA_VERSION,
    'mlflow.traceInputs': inputs,
    'mlflow.traceOutputs': outputs,
    'mlflow.trace.tokenUsage': data.tokens.calls > 0 ? JSON.stringify(usageOf(data.tokens)) : undefined,
    'mlflow.trace.cost': data.tokens.cost === undefined ? undefined : JSON.stringify({ total_cost: data.tokens.cost }),
  };
  return {
    ...identityOf(event, id),
    ...preview('requestPreview', inputs, data.spans[0]?.inputs, 'user'),
    ...preview('responsePreview', outputs, data.spans[0]?.outputs, 'assistant'),
    metadata: cutAll(metadata, MAX_TRACE_METADATA_CHARS),
    tags: cutAll({ ...tagsOf(event), ...about.tags }, MAX_TRACE_TAG_CHARS),
    assessments: [],
  };
}

/** Returns the fields that every write of a trace must have, because the server uses those of the last write. */
function identityOf({ data }: Envelope<'onTraceEnd'>, id: string) {
  const isError = data.status === 'failed' || (data.status === 'cancelled' && data.spans[0]?.error !== undefined);
  return {
    traceId: `tr-${id}`,
    requestTime: wholeTime(data.startTime),
    durationMs: wholeTime(data.durationMs),
    state: isError ? 'ERROR' : 'OK',
  } as const;
}

function tagsOf({ data, runId, compileId, evalId, candidateId }: Envelope<'onTraceEnd'>) {
  return {
    'mlflow.traceName': data.name,
    // Spans are sent in a separate call. This tag makes the server look for them in its database.
    'mlflow.trace.spansLocation': 'TRACKING_STORE',
    [`${TAG}run`]: runId,
    [`${TAG}compile`]: compileId,
    [`${TAG}eval`]: evalId,
    [`${TAG}candidate`]: candidateId,
    [`${TAG}role`]: data.role,
    [`${TAG}status`]: data.status === 'cancelled' ? data.status : undefined,
    [`${TAG}dropped_spans`]: data.dropped > 0 ? String(data.dropped) : undefined,
  };
}

function textOf(span: OtlpSpan | undefined, key: string): string | undefined {
  const value = span?.attributes.find((attribute) => attribute.key === key)?.value;
  const found = value?.stringValue ?? value?.intValue ?? value?.doubleValue ?? value?.boolValue;
  return found === undefined ? undefined : String(found);
}

/** Returns a preview like MLflow's client: the last message of the role in a chat, else the value's JSON. */
function preview(
  name: 'requestPreview' | 'responsePreview',
  text: string | undefined,
  value: Json | undefined,
  role: string,
) {
  if (text === undefined) return {};
  return { [name]: plainText(lastMessage(value, role) || text, MAX_PREVIEW_CHARS) };
}

function lastMessage(value: Json | undefined, role: string): string | undefined {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return undefined;
  const { messages, choices } = value as { readonly messages?: Json; readonly choices?: Json };
  const all = membersOf(messages).concat(membersOf(choices).flatMap((choice) => membersOf([choice.message ?? null])));
  const { content } = all.findLast((message) => message.role === role) ?? all.at(-1) ?? {};
  if (typeof content === 'string') return content;
  const texts = membersOf(content).flatMap(({ text }) => (typeof text === 'string' ? [text] : []));
  return texts.join('\n');
}

function membersOf(value: Json | undefined): readonly { readonly [key: string]: Json }[] {
  if (!Array.isArray(value)) return [];
  return value.filter(
    (member: Json): member is { readonly [key: string]: Json } =>
      member !== null && typeof member === 'object' && !Array.isArray(member),
  );
}

function cutAll(values: Readonly<Record<string, string | undefined>>, limit: number): Readonly<Record<string, string>> {
  const known = Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(known.map(([key, value]) => [key, plainText(value, limit)]));
}
