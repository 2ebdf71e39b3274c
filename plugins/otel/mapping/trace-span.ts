import type { ErrorData, Json, SpanData, TraceData } from 'ax-autolog/sink';
import type { AttributeMap, SpanContent, SpanEvent } from '../span.js';
import { Attributes, type MappingOptions } from './attributes.js';
import { writeModelCall } from './model-call.js';
import { namingOf, spanName } from './names.js';
import { listOf, membersOf } from './values.js';

/** Recorded attributes that contain no user data. */
const TECHNICAL: ReadonlySet<string> = new Set(['signature', 'programId']);
/** Recorded attributes that the conventions define a name for. */
const NAMED: ReadonlySet<string> = new Set(['description']);

/**
 * Maps one span of a trace.
 *
 * @param about Attributes of its trial, evaluation or compile
 */
export function traceSpanContent(
  span: SpanData,
  trace: TraceData,
  about: AttributeMap,
  options: MappingOptions,
): SpanContent {
  const naming = namingOf(span.type);
  const to = new Attributes(options);
  if (naming.operation !== null) to.text('gen_ai.operation.name', naming.operation);
  to.openInference(() => to.text('openinference.span.kind', naming.openInference));
  writeType(to, span);
  to.text('gen_ai.optimization.role', span.lm?.role ?? trace.role);
  if (span.status === 'cancelled') to.text('gen_ai.optimization.status', 'cancelled');
  if (span.error || span.status === 'failed') to.text('error.type', errorType(span.error));
  writeOthers(to, span);
  return {
    name: spanName(span.type, nameOf(span)),
    kind: naming.kind,
    attributes: { ...about, ...to.map },
    events: [...span.events.map((event) => spanEventOf(event, options)), ...exceptionEvents(span, options)],
    failure: span.error || span.status === 'failed' ? (span.error?.message ?? '') : null,
  };
}

/** Returns `error.type`: the error's code, or its name if it has no code. */
export function errorType(error: ErrorData | undefined): string {
  return error?.code || error?.name || '_OTHER';
}

/** Returns the attributes of an `exception` event, as OpenTelemetry defines it. */
export function exceptionAttributes(error: ErrorData, options: MappingOptions): AttributeMap {
  return new Attributes(options)
    .text('exception.type', error.name)
    .text('exception.message', error.message)
    .text('exception.stacktrace', error.stack).map;
}

function nameOf(span: SpanData): string {
  if (span.type !== 'CHAT_MODEL' && span.type !== 'EMBEDDING') return span.name;
  const model = membersOf(span.inputs)['model'] ?? span.lm?.model;
  return typeof model === 'string' ? model : span.name;
}

function writeType(to: Attributes, span: SpanData): void {
  switch (span.type) {
    case 'CHAT_MODEL':
    case 'EMBEDDING':
      writeModelCall(to, span);
      return;
    case 'TOOL':
      writeTool(to, span);
      return;
    case 'RETRIEVER':
      writeRetrieval(to, span);
      return;
    case 'AGENT':
      to.text('gen_ai.agent.name', span.name);
      break;
    case 'CHAIN':
    case 'LLM':
      to.text('gen_ai.workflow.name', span.name);
      break;
    default:
  }
  to.content(() => writeValues(to, span.inputs, span.outputs));
}

/** Writes inputs and outputs of a program. The GenAI conventions only define messages; OpenInference defines values. */
export function writeValues(to: Attributes, inputs: Json, outputs: Json): void {
  to.openInference(() => {
    to.json('input.value', inputs).text('input.mime_type', 'application/json');
    if (outputs !== null) to.json('output.value', outputs).text('output.mime_type', 'application/json');
  });
  to.withoutOpenInference(() => {
    to.json('gen_ai.input.messages', [asMessage('user', inputs)]);
    if (outputs !== null) to.json('gen_ai.output.messages', [asMessage('assistant', outputs)]);
  });
}

function asMessage(role: string, value: Json): Json {
  return { role, parts: [{ type: 'text', content: typeof value === 'string' ? value : JSON.stringify(value) }] };
}

function writeTool(to: Attributes, span: SpanData): void {
  to.text('gen_ai.tool.name', span.name).text('gen_ai.tool.type', 'function');
  to.text('gen_ai.tool.description', span.attributes['description']);
  to.content(() => {
    to.json('gen_ai.tool.call.arguments', span.inputs);
    if (span.outputs !== null) to.json('gen_ai.tool.call.result', span.outputs);
  });
}

function writeRetrieval(to: Attributes, span: SpanData): void {
  to.content(() => {
    const { query } = membersOf(span.inputs);
    const value = query ?? span.inputs;
    to.text('gen_ai.retrieval.query.text', typeof value === 'string' ? value : JSON.stringify(value));
    const documents = listOf(span.outputs);
    if (documents.length > 0) to.json('gen_ai.retrieval.documents', documents);
    else if (span.outputs !== null) to.openInference(() => to.json('output.value', span.outputs));
  });
}

/** Writes all other attributes with the prefix `ax.`, because no convention defines names for them. */
function writeOthers(to: Attributes, span: SpanData): void {
  for (const [key, value] of Object.entries(span.attributes)) {
    if (NAMED.has(key)) continue;
    const name = `ax.${key}`;
    if (typeof value === 'number') to.number(name, value);
    else if (typeof value === 'boolean') to.flag(name, value);
    else if (value === null) continue;
    else {
      const write = (): unknown => (typeof value === 'string' ? to.text(name, value) : to.json(name, value));
      if (TECHNICAL.has(key)) write();
      else to.content(write);
    }
  }
}

function spanEventOf(event: SpanData['events'][number], options: MappingOptions): SpanEvent {
  const to = new Attributes(options);
  const write = (): void => {
    for (const [key, value] of Object.entries(event.attributes)) {
      if (typeof value === 'number') to.number(key, value);
      else if (typeof value === 'boolean') to.flag(key, value);
      else if (typeof value === 'string') to.text(key, value);
      else if (value !== null) to.json(key, value);
    }
  };
  if (event.name === 'exception') write();
  else to.content(write);
  return { name: event.name, time: event.time, attributes: to.map };
}

function exceptionEvents(span: SpanData, options: MappingOptions): readonly SpanEvent[] {
  if (!span.error || span.events.some(({ name }) => name === 'exception')) return [];
  const time = span.startTime + span.durationMs;
  return [{ name: 'exception', time, attributes: exceptionAttributes(span.error, options) }];
}
