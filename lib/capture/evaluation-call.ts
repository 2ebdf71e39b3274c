import type { SessionFrame } from '../track/context.js';
import { tracker } from '../track/tracker.js';
import type { EvaluationEnding, EvaluationInput, EvaluationTracker, ExampleResult } from '../track/types.js';
import { type Follower, generatorSteps, type Steps } from './observe/follow.js';
import { guard } from './observe/guard.js';
import { endingOf, hasReturned, type Outcome } from './observe/outcome.js';

/** The scores and example results in an evaluation's return value. */
export interface ReadResult {
  readonly score?: number;
  readonly scores?: Readonly<Record<string, number>>;
  readonly rows?: readonly ExampleResult[];
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * Returns whether a trial or evaluation runs in the frame. Evaluations that it calls (`super.evaluate`, an `Evaluate`
 * inside a trial method, the evaluation of a judge) are part of it.
 */
export function isEvaluating({ evaluation }: SessionFrame): boolean {
  return evaluation !== null && !evaluation.ended;
}

/** A running evaluation, or a running trial inside a compile. It follows the call: see `follow`. */
export class OpenEvaluation implements Follower {
  readonly thenables = 'ignore';
  readonly tracker: EvaluationTracker;
  #isOpen = true;

  constructor(input: EvaluationInput) {
    this.tracker = tracker.startEvaluation(input);
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  within<T>(fn: () => T): T {
    return this.tracker.within(fn);
  }

  steps(value: object): Steps | undefined {
    return generatorSteps(value);
  }

  /** Records the result of one example, unless the evaluation has ended. */
  record(result: ExampleResult): void {
    if (this.#isOpen) this.tracker.example(result);
  }

  /** Ends the evaluation. */
  ended(outcome: Outcome): void {
    this.#isOpen = false;
    const reading = hasReturned(outcome) ? guard('reading the results', () => this.read(outcome.value)) : undefined;
    guard('recording the examples', () => this.close(reading?.rows));
    const ending: Writable<EvaluationEnding> = endingOf(outcome);
    if (outcome.unobserved) ending.derived = ['status', 'durationMs'];
    if (reading?.score !== undefined) ending.score = reading.score;
    if (reading?.scores !== undefined) ending.scores = reading.scores;
    this.tracker.end(ending);
  }

  /** Reads the return value of the method. Default: nothing is read. */
  protected read(_value: unknown): ReadResult | undefined {
    return undefined;
  }

  /** Records the examples that are not recorded yet, from the method's own rows if it returned some. Default: none. */
  protected close(_rows: ReadResult['rows']): void {}
}
