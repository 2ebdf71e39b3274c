import type {
  ErrorData,
  JsonObject,
  Role,
  SpanData,
  SpanEvent,
  SpanLM,
  SpanType,
  TraceData,
} from '../../contract/events.js';
import { TokenTally } from '../../contract/tokens.js';
import { now } from '../../support/clock.js';
import { settings } from '../../support/settings.js';
import { brandCheck } from '../../support/shared-state.js';
import { toErrorData } from '../../support/snapshot/snapshot.js';
import { currentFrame, type SessionFrame, withSpan } from '../context.js';
import { type BridgedSpan, enter } from './bridge.js';
import { keepContent, keepInputs, keepOutputs } from './content.js';
import { recordTrace } from './record.js';
import type { SpanEnding, SpanSetup } from './span-setup.js';

export type { SpanEnding, SpanSetup } from './span-setup.js';

/** Input of {@link Span}. */
export interface OpenedSpan {
  readonly trace: Trace;
  /** `null` for the root of the trace. */
  readonly parent: Span | null;
  readonly spanId: string;
  readonly setup: SpanSetup;
  /** In milliseconds since the Unix epoch. */
  readonly startTime: number;
  /** The same span in another tracing system. */
  readonly bridged: BridgedSpan | undefined;
}

const SPAN = Symbol.for('ax-autolog.span');

/** Returns whether a value is a span, of any copy of the package. */
export const isSpan = brandCheck<Span>(SPAN);

/** An open step of a trace. */
export class Span {
  readonly trace: Trace;
  readonly parent: Span | null;
  readonly spanId: string;
  readonly name: string;
  readonly startTime: number;
  /** The program, service or function that is called. */
  subject: unknown;
  ended = false;
  /** Whether the span is not recorded because the trace is full. */
  readonly dropped: boolean;
  /** Data of the code that opened the span. */
  detail: unknown;
  /** The class whose `forward` was called; `undefined` for any other call. */
  entry: unknown;
  /** Returns the results so far, for the case that the trace ends before the span does. */
  partialEnding: (() => Omit<SpanEnding, 'status'>) | undefined;
  #endTime = 0;
  #ending: SpanEnding = { status: 'cancelled' };
  #outputs: SpanData['outputs'] = null;
  #error: ErrorData | undefined;
  #inputs: SpanData['inputs'];
  #attributes: Readonly<Record<string, unknown>>;
  #events: SpanEvent[] = [];

  #type: SpanType;
  readonly [SPAN] = true;
  readonly #bridged: BridgedSpan | undefined;

  constructor({ trace, parent, spanId, setup, startTime, bridged }: OpenedSpan) {
    this.trace = trace;
    this.parent = parent;
    this.spanId = spanId;
    this.name = setup.name;
    this.#type = setup.type;
    this.#bridged = bridged;
    this.startTime = startTime;
    this.subject = setup.subject;
    this.#attributes = setup.attributes ?? {};
    this.dropped = !trace.add(this);
    this.#inputs = this.dropped ? null : keepInputs(setup.recorded ?? (() => keepContent(setup.inputs)));
  }

  /** Runs `fn` with this span as the current one. Returns what `fn` returns. */
  within<T>(fn: () => T): T {
    const bridged = this.#bridged;
    return withSpan(this, bridged === undefined ? fn : () => enter(bridged, fn));
  }

  /** Adds an event. Does nothing after the end. */
  event(name: string, attributes: Readonly<Record<string, unknown>> = {}, time = now()): void {
    if (!this.ended) this.#events.push({ name, time, attributes: keepContent(attributes) as JsonObject });
  }

  /** Changes the type, if it turns out only during the call. */
  setType(type: SpanType): void {
    this.#type = type;
  }

  /** Ends the span. Ends and records the whole trace if this is the root. Calls after the first one do nothing. */
  end(ending: SpanEnding): void {
    if (this.ended) return;
    if (ending.error !== undefined) this.#fail(ending.error);
    this.ended = true;
    this.#endTime = now();
    this.#ending = ending;
    if (!this.dropped) this.#outputs = keepOutputs(ending.copied, ending.outputs);
    this.trace.spanEnded(this, ending.lm);
  }

  #fail(error: unknown): void {
    this.#error = toErrorData(error, settings().redactor);
    const { name, message, stack } = this.#error;
    this.event('exception', {
      'exception.type': name,
      'exception.message': message,
      ...(stack === undefined ? {} : { 'exception.stacktrace': stack }),
    });
  }

  /** Drops all references to the user's objects after the trace was recorded. */
  release(): void {
    this.#inputs = null;
    this.#outputs = null;
    this.#attributes = {};
    this.#events = [];
    this.#ending = { status: this.#ending.status };
    this.subject = undefined;
    this.detail = undefined;
    this.partialEnding = undefined;
  }

  /** Returns the data to record. */
  data(): SpanData {
    const error = this.#error;
    const ending = this.#ending;
    return {
      spanId: this.spanId,
      parentId: this.parent === null ? null : this.parent.spanId,
      name: this.name,
      type: this.#type,
      startTime: this.startTime,
      durationMs: Math.max(0, this.#endTime - this.startTime),
      status: ending.status,
      inputs: this.#inputs,
      outputs: this.#outputs,
      ...(error === undefined ? {} : { error }),
      ...(ending.lm === undefined ? {} : { lm: ending.lm }),
      attributes: keepContent(this.#attributes) as JsonObject,
      events: this.#events,
    };
  }
}

const NO_TOKENS: TraceData['tokens'] = Object.freeze({ calls: 0, prompt: 0, completion: 0, total: 0 });

/** The trace of one open program call. */
export class Trace {
  /** The frame in which the call began. */
  readonly frame: SessionFrame = currentFrame();
  ended = false;
  #spans: Span[] = [];
  readonly #tally = new TokenTally();
  #dropped = 0;

  readonly #maxSpans: number;
  readonly #parentSpanId: string | undefined;

  /** @param parentSpanId of the span of another tracing system that the trace began in */
  constructor(
    readonly traceId: string,
    maxSpans: number,
    parentSpanId: string | undefined,
  ) {
    this.#maxSpans = maxSpans;
    this.#parentSpanId = parentSpanId;
  }

  /** The role of the call, such as `task`. */
  get role(): Role {
    return this.frame.role;
  }

  /** Whether the trace has its maximum number of spans. */
  get isFull(): boolean {
    return this.#spans.length >= this.#maxSpans;
  }

  /** Adds a span. Returns false if the trace is full, and counts the span as dropped. */
  add(span: Span): boolean {
    const fits = !this.isFull;
    if (fits) this.#spans.push(span);
    else this.#dropped += 1;
    return fits;
  }

  /** Called when a span has ended. Ends the trace if the span is its root. */
  spanEnded(span: Span, lm: SpanLM | undefined): void {
    if (this.ended) return;
    if (lm !== undefined) {
      const { operation, provider, model, tokens, cost } = lm;
      const call = { operation, provider, model, ...(tokens ? { tokens } : {}), ...(cost === null ? {} : { cost }) };
      this.#tally.add('task', call);
    }
    if (span.parent === null) this.#end();
  }

  /** Spans that are still open are cancelled: no span ends after its root. */
  #end(): void {
    for (const span of this.#spans) {
      if (!span.ended) span.end({ ...span.partialEnding?.(), status: 'cancelled' });
    }
    this.ended = true;
    const data = this.#data();
    // Code that the program left running holds its span, and the span holds this trace.
    for (const span of this.#spans) span.release();
    this.#spans = [];
    recordTrace(this.frame, data);
  }

  #data(): TraceData {
    const spans = this.#spans.map((span) => span.data());
    const root = spans[0] as TraceData['spans'][number];
    return {
      traceId: this.traceId,
      ...(this.#parentSpanId === undefined ? {} : { parentSpanId: this.#parentSpanId }),
      name: root.name,
      role: this.role,
      status: root.status,
      startTime: root.startTime,
      durationMs: root.durationMs,
      tokens: this.#tally.totals().task ?? NO_TOKENS,
      spans,
      dropped: this.#dropped,
    };
  }
}
