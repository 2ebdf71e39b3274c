import type { SessionFrame } from '../track/context.js';
import { tracker } from '../track/tracker.js';
import type { EvaluationEnding, EvaluationInput, EvaluationTracker, ExampleResult } from '../track/types.js';
import { guard } from './guard.js';
import { type Follower, generatorSteps, type Steps } from './observe/follow.js';
import { endingOf, hasReturned, type Outcome } from './observe/outcome.js';

/** What a return value says of an evaluation. */
export interface Reading {
  readonly score?: number;
  readonly scores?: Readonly<Record<string, number>>;
  readonly rows?: readonly ExampleResult[];
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * Whether a trial or evaluation runs in that frame already. What is called in it, `super.evaluate`, an `Evaluate` inside a method that
 * is a trial, a judge's own evaluation, is a detail of that one.
 */
export function isEvaluating({ evaluation }: SessionFrame): boolean {
  return evaluation !== null && !evaluation.ended;
}

/** An evaluation, or a trial inside a compile, that is going on. It follows the call: see `follow`. */
export class OpenEvaluation implements Follower {
  readonly thenables = 'leave';
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

  /** Records the result of one example now, as long as the evaluation is open. */
  record(result: ExampleResult): void {
    if (this.#isOpen) this.tracker.example(result);
  }

  /** Ends the evaluation. */
  ended(outcome: Outcome): void {
    this.#isOpen = false;
    const reading = hasReturned(outcome) ? guard('reading the results', () => this.read(outcome.value)) : undefined;
    guard('recording the examples', () => this.close(reading?.rows));
    const ending: Writable<EvaluationEnding> = endingOf(outcome);
    if (outcome.unseen) ending.derived = ['status', 'durationMs'];
    if (reading?.score !== undefined) ending.score = reading.score;
    if (reading?.scores !== undefined) ending.scores = reading.scores;
    this.tracker.end(ending);
  }

  /** Reads what the method returned. Default: it says nothing. */
  protected read(_value: unknown): Reading | undefined {
    return undefined;
  }

  /** Records what has not been recorded, of the method's own rows if it returned some. Default: nothing. */
  protected close(_rows: Reading['rows']): void {}
}
