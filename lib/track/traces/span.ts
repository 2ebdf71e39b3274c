import type { ErrorData, JsonObject, SpanData, SpanEvent, SpanLM, SpanType, Status } from '../../contract/events.js';
import { now } from '../../support/clock.js';
import { settings } from '../../support/settings.js';
import { toErrorData } from '../../support/snapshot/snapshot.js';
import { withSpan } from '../context.js';
import type { BridgedSpan } from './bridge.js';
import { enter } from './bridged.js';
import { keepContent, keepInputs, keepOutputs } from './content-merge.js';
import type { Trace } from './trace.js';

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
  private endTime = 0;
  private ending: SpanEnding = { status: 'cancelled' };
  private outputs: SpanData['outputs'] = null;
  private error: ErrorData | undefined;
  private inputs: SpanData['inputs'];
  private attributes: Readonly<Record<string, unknown>>;
  private events: SpanEvent[] = [];

  constructor(
    readonly trace: Trace,
    readonly parent: Span | null,
    readonly spanId: string,
    readonly name: string,
    private type: SpanType,
    setup: SpanSetup,
    startTime: number,
    private readonly bridged: BridgedSpan | undefined,
  ) {
    this.startTime = startTime;
    this.subject = setup.subject;
    this.attributes = setup.attributes ?? {};
    this.dropped = !trace.add(this);
    this.inputs = this.dropped ? null : keepInputs(setup.recorded ?? (() => keepContent(setup.inputs)));
  }

  /** Runs `fn` inside this span. */
  within<T>(fn: () => T): T {
    const { bridged } = this;
    return withSpan(this, bridged === undefined ? fn : () => enter(bridged, fn));
  }

  /** Notes that something happened. */
  event(name: string, attributes: Readonly<Record<string, unknown>> = {}, time = now()): void {
    if (!this.ended) this.events.push({ name, time, attributes: keepContent(attributes) as JsonObject });
  }

  /** Says what it turned out to be. */
  become(type: SpanType): void {
    this.type = type;
  }

  end(ending: SpanEnding): void {
    if (this.ended) return;
    if (ending.error !== undefined) this.fail(ending.error);
    this.ended = true;
    this.endTime = now();
    this.ending = ending;
    if (!this.dropped) this.outputs = keepOutputs(ending.copied, ending.outputs);
    this.trace.spanEnded(this, ending.lm);
  }

  private fail(error: unknown): void {
    this.error = toErrorData(error, settings().redactor);
    const { name, message, stack } = this.error;
    this.event('exception', {
      'exception.type': name,
      'exception.message': message,
      ...(stack === undefined ? {} : { 'exception.stacktrace': stack }),
    });
  }

  /** Lets go of what it was about, once that is told. */
  release(): void {
    this.inputs = null;
    this.outputs = null;
    this.attributes = {};
    this.events = [];
    this.ending = { status: this.ending.status };
    this.subject = undefined;
    this.detail = undefined;
    this.soFar = undefined;
  }

  data(): SpanData {
    const { error, ending } = this;
    return {
      spanId: this.spanId,
      parentId: this.parent === null ? null : this.parent.spanId,
      name: this.name,
      type: this.type,
      startTime: this.startTime,
      durationMs: Math.max(0, this.endTime - this.startTime),
      status: ending.status,
      inputs: this.inputs,
      outputs: this.outputs,
      ...(error === undefined ? {} : { error }),
      ...(ending.lm === undefined ? {} : { lm: ending.lm }),
      attributes: keepContent(this.attributes) as JsonObject,
      events: this.events,
    };
  }
}
