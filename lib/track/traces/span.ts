import type {
  ErrorData,
  JsonObject,
  Role,
  SpanData,
  SpanEvent,
  SpanLM,
  SpanType,
  Status,
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

/** What begins a span. */
export interface SpanSetup {
  readonly name: string;
  readonly type: SpanType;
  /** The caller's very values: a filter gets them. */
  readonly inputs: unknown;
  /** What is recorded of them, where that is not the values themselves: a copy that nobody else changes. */
  readonly recorded?: () => unknown;
  readonly attributes?: Readonly<Record<string, unknown>>;
  /** The program, service or function it is about: spans inside may be named by what it says of them. */
  readonly subject?: unknown;
  /** Default: now. */
  readonly startTime?: number;
}

/** How a span ends. */
export interface SpanEnding {
  readonly status: Status;
  readonly outputs?: unknown;
  /** The outputs, where they are a copy that nobody else changes. */
  readonly copied?: unknown;
  /** The very object that was thrown. */
  readonly error?: unknown;
  readonly lm?: SpanLM;
}

const SPAN = Symbol.for('ax-autolog.span');

/** Whether a value is a span, of whatever copy of the package. */
export const isSpan = brandCheck<Span>(SPAN);

/** A step of a trace that is going on. Ended once; what comes later is not looked at. */
export class Span {
  readonly startTime: number;
  subject: unknown;
  ended = false;
  /** Whether it was left out because the trace has too many. */
  readonly dropped: boolean;
  /** A place for whoever opened it. */
  detail: unknown;
  /** The class whose `forward` was called; `undefined` for any other call. */
  entry: unknown;
  /** What there is of it where it is still open when its trace ends. */
  soFar: (() => Omit<SpanEnding, 'status'>) | undefined;
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

  constructor(
    readonly trace: Trace,
    readonly parent: Span | null,
    readonly spanId: string,
    readonly name: string,
    type: SpanType,
    setup: SpanSetup,
    startTime: number,
    bridged: BridgedSpan | undefined,
  ) {
    this.#type = type;
    this.#bridged = bridged;
    this.startTime = startTime;
    this.subject = setup.subject;
    this.#attributes = setup.attributes ?? {};
    this.dropped = !trace.add(this);
    this.#inputs = this.dropped ? null : keepInputs(setup.recorded ?? (() => keepContent(setup.inputs)));
  }

  /** Runs `fn` inside this span. */
  within<T>(fn: () => T): T {
    const bridged = this.#bridged;
    return withSpan(this, bridged === undefined ? fn : () => enter(bridged, fn));
  }

  /** Notes that something happened. */
  event(name: string, attributes: Readonly<Record<string, unknown>> = {}, time = now()): void {
    if (!this.ended) this.#events.push({ name, time, attributes: keepContent(attributes) as JsonObject });
  }

  /** Says what it turned out to be. */
  become(type: SpanType): void {
    this.#type = type;
  }

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

  /** Lets go of what it was about, once that is told. */
  release(): void {
    this.#inputs = null;
    this.#outputs = null;
    this.#attributes = {};
    this.#events = [];
    this.#ending = { status: this.#ending.status };
    this.subject = undefined;
    this.detail = undefined;
    this.soFar = undefined;
  }

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

/** The spans of one program call that is going on. */
export class Trace {
  /** Whose call it is: run, compile, trial and role at its begin. */
  readonly frame: SessionFrame = currentFrame();
  ended = false;
  #spans: Span[] = [];
  readonly #tally = new TokenTally();
  #dropped = 0;

  readonly #maxSpans: number;
  readonly #parentSpanId: string | undefined;

  constructor(
    readonly traceId: string,
    maxSpans: number,
    parentSpanId: string | undefined,
  ) {
    this.#maxSpans = maxSpans;
    this.#parentSpanId = parentSpanId;
  }

  get role(): Role {
    return this.frame.role;
  }

  /** Whether it takes no more spans. */
  get isFull(): boolean {
    return this.#spans.length >= this.#maxSpans;
  }

  /** Takes a span that begins; false where there are too many. */
  add(span: Span): boolean {
    const fits = !this.isFull;
    if (fits) this.#spans.push(span);
    else this.#dropped += 1;
    return fits;
  }

  spanEnded(span: Span, lm: SpanLM | undefined): void {
    if (this.ended) return;
    if (lm !== undefined) {
      const { operation, provider, model, tokens, cost } = lm;
      const call = { operation, provider, model, ...(tokens ? { tokens } : {}), ...(cost === null ? {} : { cost }) };
      this.#tally.add('task', call);
    }
    if (span.parent === null) this.#end();
  }

  /** The root is over: what is still open is so no longer than it. */
  #end(): void {
    for (const span of this.#spans) {
      if (!span.ended) span.end({ ...span.soFar?.(), status: 'cancelled' });
    }
    this.ended = true;
    const data = this.#data();
    // Whatever the program leaves running holds its span, and so this.
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
