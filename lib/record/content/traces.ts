import type { JsonObject, SpanData, SpanEvent, TraceData } from '../../contract/events.js';
import {
  ALL,
  type Apply,
  applying,
  BOTH,
  type Context,
  each,
  INPUTS,
  isCaptured,
  KEPT,
  OUTPUTS,
  orNull,
  type Rules,
  type Switches,
} from './rules.js';
import { errorOnly } from './values.js';

/** The switches that the inputs and outputs of a span need. */
interface SpanNeeds {
  readonly inputs: Switches;
  readonly outputs: Switches;
}

/** The program under test on an example. */
const ROOT: SpanNeeds = { inputs: INPUTS, outputs: OUTPUTS };
/** A step inside it: its inputs may be outputs of an earlier step. */
const STEP: SpanNeeds = { inputs: BOTH, outputs: OUTPUTS };
/** The parser reads the answer of the model. */
const PARSER: SpanNeeds = { inputs: OUTPUTS, outputs: OUTPUTS };
/** The messages hold instructions, demos and earlier answers. */
const MODEL: SpanNeeds = { inputs: ALL, outputs: OUTPUTS };
/** A judge reads examples and predictions, and says what is wrong with them. */
const JUDGE: SpanNeeds = { inputs: BOTH, outputs: BOTH };
const JUDGE_MODEL: SpanNeeds = { inputs: ALL, outputs: BOTH };
/** The optimizer's own calls read instructions, examples and predictions, and write instructions. */
const OPTIMIZER: SpanNeeds = { inputs: ALL, outputs: ALL };

/** Attributes of spans that are names or numbers. Descriptions and others are texts. */
const ATTRIBUTES: ReadonlySet<string> = new Set([
  ...['programId', 'sampleCount', 'startedIn', 'attempt', 'exception.type', 'error.type'],
]);

function attributesOnly(attributes: JsonObject, { capture }: Context): JsonObject {
  const left: Record<string, JsonObject[string]> = {};
  for (const [name, value] of Object.entries(attributes)) {
    if (ATTRIBUTES.has(name) || (name === 'signature' && isPlainSignature(value, capture.prompts))) left[name] = value;
  }
  return isCaptured(ALL, capture) ? attributes : left;
}

/** In a signature, descriptions are quoted. */
function isPlainSignature(value: JsonObject[string], prompts: boolean): boolean {
  return prompts || (typeof value === 'string' && !value.includes('"'));
}

const reduceEvent = applying<SpanEvent>({ name: KEPT, time: KEPT, attributes: attributesOnly });

function spanRules({ inputs, outputs }: SpanNeeds): Rules<SpanData> {
  return {
    spanId: KEPT,
    parentId: KEPT,
    name: KEPT,
    type: KEPT,
    startTime: KEPT,
    durationMs: KEPT,
    status: KEPT,
    inputs: orNull(inputs),
    outputs: orNull(outputs),
    error: errorOnly,
    lm: KEPT,
    attributes: attributesOnly,
    events: each(reduceEvent),
  };
}

const reducers = new Map<SpanNeeds, Apply<SpanData>>(
  [ROOT, STEP, PARSER, MODEL, JUDGE, JUDGE_MODEL, OPTIMIZER].map((needs) => [needs, applying(spanRules(needs))]),
);

function needsOf(span: SpanData, trace: TraceData, { place }: Context): SpanNeeds {
  const role = span.lm?.role ?? trace.role;
  const isOutsideTrials = place.compileId !== undefined && place.trialId === undefined;
  if (isOutsideTrials || isOptimizers(role) || isOptimizers(trace.role)) return OPTIMIZER;
  const isModel = span.type === 'CHAT_MODEL' || span.type === 'EMBEDDING';
  if (role === 'judge' || trace.role === 'judge') return isModel ? JUDGE_MODEL : JUDGE;
  if (isModel) return MODEL;
  if (span.type === 'PARSER') return PARSER;
  return span.parentId === null ? ROOT : STEP;
}

function isOptimizers(role: TraceData['role']): boolean {
  return role === 'reflection' || role === 'proposer';
}

/** The rules of a trace. */
export const TRACE: Rules<TraceData> = {
  traceId: KEPT,
  parentSpanId: KEPT,
  name: KEPT,
  role: KEPT,
  status: KEPT,
  startTime: KEPT,
  durationMs: KEPT,
  tokens: KEPT,
  spans: (spans, context, trace) =>
    spans.map((span) => (reducers.get(needsOf(span, trace, context)) as Apply<SpanData>)(span, context)),
  dropped: KEPT,
};
