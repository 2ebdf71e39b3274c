/** The values that traces are made of: spans with their content, LM details, verdicts. All JSON-safe and deep-frozen. */

import type { ErrorData, Json, JsonObject, Role, Status, Tokens } from './values.js';

/**
 * What a span stands for, by MLflow's names.
 * `CHAIN`: a program; `AGENT`: an agent; `LLM`: one predictor (an AxGen) with its attempts; `CHAT_MODEL`: one call of a
 * chat model; `EMBEDDING`: one call of an embedding model; `TOOL`: a function that the LM called; `PARSER`: an answer read
 * into fields, or the check that refused it; `RETRIEVER`: documents fetched for a query.
 */
export type SpanType = 'CHAIN' | 'AGENT' | 'LLM' | 'CHAT_MODEL' | 'EMBEDDING' | 'TOOL' | 'PARSER' | 'RETRIEVER';

/** Details of a span that is one call of a model (`CHAT_MODEL`, `EMBEDDING`). */
export interface SpanLM {
  readonly role: Role;
  /** `chat` or `embed`. */
  readonly operation: string;
  readonly provider: string;
  readonly model: string;
  readonly tokens: Omit<Tokens, 'calls' | 'cost'> | null;
  /** In US dollars; `null` where no price is known. */
  readonly cost: number | null;
  readonly cached: boolean;
  /** Whether the answer came as a stream. */
  readonly streaming: boolean;
  /** Why each choice ended, in order: `stop`, `length`, `function_call`, … */
  readonly finishReasons: readonly string[];
  /** Id that the provider gave the answer. */
  readonly responseId?: string;
}

/** Something that happened at one moment of a span, e.g. a failed assertion that made ax ask again. */
export interface SpanEvent {
  readonly name: string;
  /** Milliseconds since the Unix epoch, with microseconds as fraction. */
  readonly time: number;
  readonly attributes: JsonObject;
}

/**
 * One step of a trace.
 *
 * A `CHAT_MODEL` has the request in `inputs` and the answer in `outputs` in the form of OpenAI's chat API, whatever the
 * provider: `{ model, messages: [{ role, content, tool_calls?, tool_call_id? }], tools?, temperature?, … }` and
 * `{ choices: [{ index, finish_reason, message: { role, content, tool_calls? } }] }`, where `content` is a text or a
 * list of `{ type: 'text' | 'image_url' | 'input_audio' | 'file', … }`.
 */
export interface SpanData {
  /** 16 hex digits, unique in its trace. */
  readonly spanId: string;
  /** `null` for the root. */
  readonly parentId: string | null;
  readonly name: string;
  readonly type: SpanType;
  /** Milliseconds since the Unix epoch, with microseconds as fraction. */
  readonly startTime: number;
  readonly durationMs: number;
  readonly status: Status;
  readonly inputs: Json;
  readonly outputs: Json;
  readonly error?: ErrorData;
  readonly lm?: SpanLM;
  /** What else is known, e.g. `signature`, `programId`, `demos`. */
  readonly attributes: JsonObject;
  readonly events: readonly SpanEvent[];
}

/** The tree of spans of one program call, or of one LM call that no program made. */
export interface TraceData {
  /**
   * 32 hex digits, as in OpenTelemetry. Calls that join one trace of OpenTelemetry's (`parentSpanId`) share it: the root's
   * `spanId` tells them apart. Traces of a trial or evaluation never do.
   */
  readonly traceId: string;
  /** Set where the trace joins one of OpenTelemetry's: the span there that is the root's parent. */
  readonly parentSpanId?: string;
  /** Name of the root span. */
  readonly name: string;
  /** Whom the call was made for: the program under test (`task`), or a reflection, proposer, teacher or judge. */
  readonly role: Role;
  readonly status: Status;
  /** Milliseconds since the Unix epoch, with microseconds as fraction. */
  readonly startTime: number;
  readonly durationMs: number;
  /** Sum over the trace's model calls. */
  readonly tokens: Tokens;
  /** The root first, then in order of start. */
  readonly spans: readonly SpanData[];
  /** Spans that were left out because the trace had too many. */
  readonly dropped: number;
}
