import type { EvaluationTracker, ExampleResult } from './types.js';

/**
 * An evaluation inside a trial, e.g. `Evaluate` called by a method that is itself tracked as a trial: it is the same
 * trial, so its examples are reported there and nothing new starts or ends.
 */
export class InnerEvaluation implements EvaluationTracker {
  readonly id: string;
  readonly run: EvaluationTracker['run'];
  readonly compile: EvaluationTracker['compile'];
  readonly candidateId: string | null;
  ended = false;
  private readonly offset: number;
  private next = 0;

  constructor(private readonly outer: EvaluationTracker) {
    this.id = outer.id;
    this.run = outer.run;
    this.compile = outer.compile;
    this.candidateId = outer.candidateId;
    this.offset = outer.recorded;
  }

  get recorded(): number {
    return this.outer.recorded - this.offset;
  }

  within<T>(fn: () => T): T {
    return this.outer.within(fn);
  }

  example(result: ExampleResult): void {
    if (this.ended) return;
    const index = result.index ?? this.next;
    this.next = Math.max(this.next, index + 1);
    this.outer.example({ ...result, index: this.offset + index });
  }

  end(): void {
    this.ended = true;
  }
}
