/** The values that traces are made of: spans with their content, and details of LM calls. All JSON-safe and deep-frozen. */

import type { ErrorData, Json, JsonObject, Role, Status, Tokens } from './values.js';

/**
 * Kind of a span, by MLflow's names.
 * `CHAIN`: a program; `AGENT`: an agent; `LLM`: one predictor (an AxGen) with its attempts; `CHAT_MODEL`: one call of a
 * chat model; `EMBEDDING`: one call of an embedding model; `TOOL`: a function that the LM called; `PARSER`: an answer read
 * into fields, or the check that refused it; `RETRIEVER`: documents fetched for a query.
 */
export type SpanType = 'CHAIN' | 'AGENT' | 'LLM' | 'CHAT_MODEL' | 'EMBEDDING' | 'TOOL' | 'PARSER' | 'RETRIEVER';

/** Details of a span that is one call of a model (`CHAT_MODEL`, `EMBEDDING`). */
export interface SpanLM {
  /** Part of the search that the call serves. */
  readonly role: Role;
  /** `chat` or `embed`. */
  readonly operation: string;
  /** Name that the service gives itself, e.g. `OpenAI`. */
  readonly provider: string;
  /** Name of the model. */
  readonly model: string;
  /** `null` if the provider reported none. */
  readonly tokens: Omit<Tokens, 'calls' | 'cost'> | null;
  /** In US dollars; `null` if no price is known. */
  readonly cost: number | null;
  /** Whether the answer came from a cache. */
  readonly cached: boolean;
  /** Whether the answer was streamed. */
  readonly streaming: boolean;
  /** Why each choice ended, in order: `stop`, `length`, `function_call`, … */
  readonly finishReasons: readonly string[];
  /** Id that the provider gave to the answer. */
  readonly responseId?: string;
}

/** An event at one moment of a span, e.g. a failed assertion that made ax ask again. */
export interface SpanEvent {
  /** E.g. `exception`. */
  readonly name: string;
  /** Milliseconds since the Unix epoch, with microseconds as fraction. */
  readonly time: number;
  /** Details of the event. */
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
  /** Name of the program, model or function. */
  readonly name: string;
  /** Kind of the span. */
  readonly type: SpanType;
  /** Milliseconds since the Unix epoch, with microseconds as fraction. */
  readonly startTime: number;
  /** In milliseconds. */
  readonly durationMs: number;
  /** How it ended. */
  readonly status: Status;
  /** Inputs of the step; `null` if they are not captured. */
  readonly inputs: Json;
  /** Outputs of the step; `null` if it has none or they are not captured. */
  readonly outputs: Json;
  /** The error that ended it, if it failed. */
  readonly error?: ErrorData;
  /** Set for a call of a model. */
  readonly lm?: SpanLM;
  /** Further facts, e.g. `signature`, `programId`, `demos`. */
  readonly attributes: JsonObject;
  /** In order of time. */
  readonly events: readonly SpanEvent[];
}

/** The tree of spans of one program call, or of one LM call that was made outside of every program. */
export interface TraceData {
  /**
   * 32 hex digits, as in OpenTelemetry. Calls that join one trace of OpenTelemetry's (`parentSpanId`) share it: the root's
   * `spanId` tells them apart. Traces of a trial or evaluation never do.
   */
  readonly traceId: string;
  /** Id of the root's parent, if the trace is part of a trace of OpenTelemetry. */
  readonly parentSpanId?: string;
  /** Name of the root span. */
  readonly name: string;
  /** Part of the search that the call serves. */
  readonly role: Role;
  /** That of the root. */
  readonly status: Status;
  /** Milliseconds since the Unix epoch, with microseconds as fraction. */
  readonly startTime: number;
  /** In milliseconds. */
  readonly durationMs: number;
  /** Sum over the trace's model calls. */
  readonly tokens: Tokens;
  /** The root first, then in order of start. */
  readonly spans: readonly SpanData[];
  /** Number of spans that were dropped because the trace had more than `traces.maxSpans`. */
  readonly dropped: number;
}
