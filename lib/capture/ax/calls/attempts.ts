import { statusOfThrown } from '../../../support/abort.js';
import { now } from '../../../support/clock.js';
import { brandCheck } from '../../../support/shared-state.js';
import { openSpan } from '../../../track/traces/open.js';
import type { Span } from '../../../track/traces/span.js';
import { isObject, safeGet } from '../../observe/inspect.js';

/** Name of the exception with which ax stops a generator after a function call. It is not a failure. */
const STOP = 'AxStopFunctionCallException';

interface Answer {
  readonly text: string;
  readonly time: number;
}

const ATTEMPTS = Symbol.for('ax-autolog.attempts');

/** Recognizes {@link Attempts}, also those that another copy of the package made. */
export const isAttempts = brandCheck<Attempts>(ATTEMPTS);

/** The attempts of one AxGen call, stored with its span. */
export class Attempts {
  readonly [ATTEMPTS] = true;
  #count = 0;
  #step: unknown;
  #answer: Answer | undefined;
  #failure: unknown;

  readonly #span: Span;

  constructor(span: Span) {
    this.#span = span;
  }

  /** Stores the text of a model's answer, which is the input of the parser. */
  answered(text: string): void {
    this.#answer = { text, time: now() };
  }

  /** Starts an attempt. If the last one failed or had the same step, it is recorded as a retry. */
  begin(step: unknown): void {
    if (this.#count > 0 && (this.#failure !== undefined || step === this.#step)) this.#recordRetry();
    this.#count += 1;
    this.#step = step;
    this.#answer = undefined;
    this.#failure = undefined;
  }

  /** Ends an attempt and records how its answer was parsed. An answer that only calls functions is not parsed. */
  end(states: unknown, failed: boolean, error: unknown): void {
    const answer = this.#answer;
    const stopped = failed && safeGet(error, 'name') === STOP;
    if (failed && !stopped) this.#failure = error;
    if (this.#span.ended || answer === undefined || answer.text === '' || stopped) return;
    const { text, time } = answer;
    const inputs = { completion: text };
    const parser = this.#span.within(() => openSpan({ name: 'AxGen.parse', type: 'PARSER', inputs, startTime: time }));
    parser?.end(failed ? { status: statusOfThrown(error), error } : { status: 'finished', outputs: valuesOf(states) });
  }

  #recordRetry(): void {
    const failure = this.#failure;
    const count = this.#count;
    this.#span.event('retry', {
      attempt: count,
      ...(failure === undefined ? {} : { 'error.type': safeGet(failure, 'name'), reason: safeGet(failure, 'message') }),
    });
  }
}

/** Returns the values of each sample, or those of the only one. */
function valuesOf(states: unknown): unknown {
  if (!Array.isArray(states)) return null;
  const values = states.map((state: unknown) => safeGet(state, 'values'));
  const filled = values.filter((value) => isObject(value) && Object.keys(value).length > 0);
  return filled.length > 1 ? filled : (filled[0] ?? {});
}
