import type { SpanLM } from '../../../contract/events.js';
import { capturesAll } from '../../../support/capture.js';
import { now } from '../../../support/clock.js';
import { settings } from '../../../support/settings.js';
import { currentFrame } from '../../../track/context.js';
import { keepContent } from '../../../track/traces/content.js';
import { canOpenSpan, openSpan, runUnsampled } from '../../../track/traces/open.js';
import type { Span } from '../../../track/traces/span.js';
import { guard } from '../../observe/guard.js';
import { asText, isObject, safeGet } from '../../observe/inspect.js';
import { endingOf } from '../../observe/outcome.js';
import { isAttempts } from './attempts.js';
import { ChatAnswer } from './chat-answer.js';
import { chatRequest } from './chat-request.js';
import type { ModelCall } from './lm-call.js';
import { isService, modelOfCall } from './lm-settings.js';

/** How a call of a model was answered. */
export interface AnswerKind {
  /** True if the service called another service, which has its own span. */
  readonly delegated: boolean;
  readonly streaming: boolean;
}

/** The span of one call of a model. */
export interface ModelSpan {
  /** Runs the call inside its span. */
  within<T>(fn: () => T): T;
  /** Adds a chunk of a streamed answer. */
  chunk(value: unknown): void;
  /** Called if the answer is a stream. `call` returns the fields of the call so far. */
  streams(call: () => ModelCall): void;
  /** Ends the span. */
  end(call: ModelCall, response: unknown, kind: AnswerKind): void;
}

const UNTRACED: ModelSpan = Object.freeze({
  within: <T>(fn: () => T) => fn(),
  chunk: () => undefined,
  streams: () => undefined,
  end: () => undefined,
});

const NOT_KEPT: ModelSpan = Object.freeze({ ...UNTRACED, within: runUnsampled });

/** Opens the span of a call of a model. If the call is not traced, the returned span does nothing. */
export function openModelSpan(operation: string, service: unknown, request: unknown): ModelSpan {
  if (!canOpenSpan()) return UNTRACED;
  const opened = guard('opening the span of a model call', () =>
    new OpenModelSpan(operation, service, request).begin(),
  );
  return opened ?? UNTRACED;
}

class OpenModelSpan implements ModelSpan {
  #span: Span | undefined;
  readonly #answer = new ChatAnswer();
  readonly #role = currentFrame().role;
  readonly #startTime = now();

  readonly #operation: string;
  readonly #service: unknown;
  readonly #request: unknown;

  constructor(operation: string, service: unknown, request: unknown) {
    this.#operation = operation;
    this.#service = service;
    this.#request = request;
  }

  /** Opens the span, except for a wrapper: the service that it calls has one. */
  begin(): ModelSpan {
    if (isWrapper(this.#service)) return this;
    this.#span = this.#open();
    return this.#span === undefined ? NOT_KEPT : this;
  }

  within<T>(fn: () => T): T {
    return this.#span === undefined ? fn() : this.#span.within(fn);
  }

  chunk(value: unknown): void {
    this.#answer.take(value);
  }

  /** Keeps the answer so far available, because the stream may be read after the program has ended, or never. */
  streams(call: () => ModelCall): void {
    this.#span ??= this.#open();
    if (this.#span === undefined) return;
    this.#span.partialEnding = () => ({ copied: this.#answer.outputs, lm: this.#lm(call(), true) });
  }

  end(call: ModelCall, response: unknown, { delegated, streaming }: AnswerKind): void {
    if (delegated) this.#span?.setType('CHAIN');
    // A wrapper that failed before it called a service, or called one that is not instrumented.
    else this.#span ??= this.#open();
    if (!streaming) this.#answer.take(response);
    const attempts = this.#span?.parent?.detail;
    if (isAttempts(attempts) && !delegated && !call.failed) attempts.answered(this.#answer.text);
    const outputs = this.#operation === 'chat' ? this.#answer.outputs : { embeddings: shapeOf(response) };
    this.#span?.end({
      ...endingOf(call),
      ...(call.failed && !streaming ? {} : { copied: outputs }),
      ...(delegated ? {} : { lm: this.#lm(call, streaming) }),
    });
  }

  #open(): Span | undefined {
    const operation = this.#operation;
    const request = this.#request;
    const service = this.#service;
    const startTime = this.#startTime;
    const requested = asText(safeGet(request, operation === 'embed' ? 'embedModel' : 'model'));
    const model = requested ?? modelOfCall(service, operation);
    const isChat = operation === 'chat';
    return openSpan({
      name: model === 'unknown' ? operation : `${operation} ${model}`,
      type: isChat ? 'CHAT_MODEL' : 'EMBEDDING',
      inputs: request,
      recorded: () => recordedRequest(operation, request, model),
      subject: service,
      startTime,
    });
  }

  #lm(call: ModelCall, streaming: boolean): SpanLM {
    const { responseId, finishReasons } = this.#answer;
    return {
      role: this.#role,
      operation: this.#operation,
      provider: call.provider,
      model: call.model,
      tokens: call.tokens ?? null,
      cost: call.cost ?? null,
      cached: false,
      streaming,
      finishReasons,
      ...(responseId === undefined ? {} : { responseId }),
    };
  }
}

/** The messages mix everything, so they are not copied unless all content is captured. */
function recordedRequest(operation: string, request: unknown, model: string): Record<string, unknown> | null {
  if (!capturesAll(settings().capture)) return null;
  return operation === 'chat' ? chatRequest(request, model) : embedRequest(request, model);
}

function embedRequest(request: unknown, model: string): Record<string, unknown> {
  return { model, input: keepContent(safeGet(request, 'texts')) };
}

/** Returns the number and the length of the vectors, which are too long to record. */
function shapeOf(response: unknown): unknown {
  const embeddings = safeGet(response, 'embeddings');
  if (!Array.isArray(embeddings)) return null;
  const [first] = embeddings as readonly unknown[];
  return { count: embeddings.length, dimensions: Array.isArray(first) ? first.length : null };
}

const wrappers = new WeakMap<object, boolean>();

/** Returns whether a service has fields with other services to call: ax's own wrapper, balancers, routers. */
function isWrapper(service: unknown): boolean {
  if (!isObject(service)) return false;
  let known = wrappers.get(service);
  if (known === undefined) {
    known = Object.keys(service).some((key) => holdsService(safeGet(service, key)));
    wrappers.set(service, known);
  }
  return known;
}

function holdsService(value: unknown): boolean {
  if (isService(value)) return true;
  const entries = value instanceof Map ? [...value.values()] : value;
  return Array.isArray(entries) && entries.some((entry) => isService(entry) || isService(safeGet(entry, 'service')));
}
