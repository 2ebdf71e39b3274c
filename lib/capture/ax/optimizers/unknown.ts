import type { CompileTracker, EvaluationTracker } from '../../../track/types.js';
import { isObject } from '../../observe/inspect.js';
import { endingOf, type Outcome } from '../../observe/outcome.js';
import { describeProgram } from '../programs/state.js';
import { ExampleWatch, type PendingExample, traceIdOf, whenReturned } from '../watch/example-watch.js';
import type { CompileCall } from '../watch/optimizer-watch.js';
import { normalizeScores, scalarize } from '../watch/scores.js';

interface Group {
  readonly trial: EvaluationTracker;
  readonly state: string;
  readonly examples: Set<unknown>;
  open: number;
  closed: boolean;
}

/**
 * Records a compile of an unknown optimizer. Consecutive examples with the same program state are one trial; a change of
 * the state, or a repeated example, starts the next. Everything but the scores of such a trial is inferred.
 */
export class UnknownWatch extends ExampleWatch {
  #group: Group | undefined;
  readonly #otherPrograms = new WeakMap<object, unknown>();

  constructor(compile: CompileTracker, call: CompileCall) {
    super(compile, call);
  }

  applied(): void {}

  internal(_name: string, run: () => unknown): unknown {
    return run();
  }

  /** Keeps predictions of other programs. Optimizers often try a state on a copy; its predictions count when scored. */
  forwardOther(run: () => unknown, program: unknown): unknown {
    return whenReturned(run, (prediction) => {
      if (isObject(prediction)) this.#otherPrograms.set(prediction, program);
    });
  }

  protected override isFromOtherProgram(prediction: unknown): boolean {
    return isObject(prediction) && this.#otherPrograms.has(prediction);
  }

  protected trialFor(example: unknown, _options: unknown, _ai: unknown, prediction: unknown): EvaluationTracker {
    const copy = isObject(prediction) ? this.#otherPrograms.get(prediction) : undefined;
    const candidate = describeProgram(copy ?? this.call.program) ?? {};
    const state = stateKey(candidate);
    if (this.#group && (this.#group.state !== state || this.#group.examples.has(example))) this.#close(this.#group);
    this.#group ??= {
      trial: this.compile.startTrial({ candidate, derived: ['scope', 'n', 'batch'] }),
      state,
      examples: new Set(),
      open: 0,
      closed: false,
    };
    this.#group.examples.add(example);
    this.#group.open += 1;
    this.#groups.set(this.#group.trial, this.#group);
    return this.#group.trial;
  }

  readonly #groups = new Map<EvaluationTracker, Group>();

  protected scored(pending: PendingExample, raw: unknown): void {
    const scores = normalizeScores(raw);
    const several = typeof raw === 'object' && Object.keys(scores).length > 0;
    const score = Object.keys(scores).length > 0 ? scalarize(scores, undefined) : null;
    const { example, prediction } = pending;
    const time = pending.predicted ? { durationMs: pending.durationMs } : {};
    const trace = traceIdOf(pending);
    pending.trial.example({ example, prediction, score, ...time, ...trace, ...(several ? { scores } : {}) });
    this.#finishExample(pending);
  }

  protected failed(pending: PendingExample): void {
    const { example, prediction, error, durationMs } = pending;
    pending.trial.example({ example, prediction, score: null, error, durationMs, ...traceIdOf(pending) });
    this.#finishExample(pending);
  }

  #finishExample(pending: PendingExample): void {
    this.removePending(pending);
    const group = this.#groups.get(pending.trial);
    if (group === undefined) return;
    group.open -= 1;
    if (group.closed && group.open <= 0) this.#end(group);
  }

  /** Closes a group. Its trial ends after its running examples, because an optimizer may evaluate in parallel. */
  #close(group: Group): void {
    group.closed = true;
    this.#group = undefined;
    if (group.open <= 0) this.#end(group);
  }

  #end(group: Group): void {
    this.#groups.delete(group.trial);
    group.trial.end({ status: 'finished' });
  }

  finish(outcome: Outcome): Readonly<Record<string, unknown>> | undefined {
    for (const pending of this.pending) {
      const { example, prediction, durationMs } = pending;
      const trace = traceIdOf(pending);
      if (pending.predicted) pending.trial.example({ example, prediction, score: null, durationMs, ...trace });
    }
    for (const { trial } of this.#groups.values()) {
      trial.end(endingOf(outcome));
    }
    this.#groups.clear();
    return undefined;
  }
}

function stateKey(candidate: object): string {
  try {
    return JSON.stringify(candidate);
  } catch {
    return '';
  }
}
