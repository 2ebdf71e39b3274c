import { traceOf } from '../../track/traces/trace-links.js';
import type { EvaluationTracker, ExampleResult } from '../../track/types.js';
import { isObject, ownValue } from '../observe/inspect.js';

/**
 * The examples of one evaluation, each of which is recorded once. Results of a metric are recorded at once. Observed runs
 * of the program are kept until the end, because the results that the method returns, if any, are more complete.
 */
export class ExampleLog {
  readonly #evaluation: EvaluationTracker;
  /** Positions of each example in the batch that are not recorded yet. */
  #free: Map<unknown, number[]> | undefined;
  readonly #batch: readonly unknown[] | undefined;
  /** Number of results recorded at once, by example. */
  #recorded: Map<unknown, number> | undefined;
  #waiting: ExampleResult[] | undefined;
  #runs: TracedRuns | undefined;

  constructor(evaluation: EvaluationTracker, batch: readonly unknown[] | undefined) {
    this.#evaluation = evaluation;
    this.#batch = batch;
  }

  /** Returns whether the example is in the batch; true if no batch is known. */
  mayContain(example: unknown): boolean {
    return this.#batch === undefined || this.#batch.includes(example);
  }

  /** Records a result at once. */
  record(result: ExampleResult): void {
    this.#recorded ??= new Map();
    this.#recorded.set(result.example, (this.#recorded.get(result.example) ?? 0) + 1);
    this.#add(withTrace(result, this.#runs));
  }

  /** Keeps a result until the end. An evaluator's own result replaces the observed run that it is about. */
  keep(result: ExampleResult): void {
    this.#waiting ??= [];
    const observed = result.derived === undefined ? this.#observedRun(result) : -1;
    if (observed === -1) this.#waiting.push(result);
    else this.#waiting[observed] = result;
    if (result.traceId === undefined) return;
    this.#runs ??= new TracedRuns();
    this.#runs.add(result);
  }

  /** Returns the position of the observed run that produced this result; -1 if there is none. */
  #observedRun({ example, prediction }: ExampleResult): number {
    const isRun = (kept: ExampleResult) =>
      kept.derived !== undefined && kept.example === example && kept.prediction === prediction;
    return this.#waiting?.findLastIndex(isRun) ?? -1;
  }

  /** Records the examples that are not recorded yet: the method's own rows, or else the kept results. */
  close(rows: readonly ExampleResult[] | undefined): void {
    const results = rows ?? (this.#recorded === undefined ? this.#kept() : undefined);
    const inOrder = rows !== undefined && this.#recorded === undefined;
    results?.forEach((result, i) => {
      if (this.#takeRecorded(result.example)) return;
      const traced = withTrace(result, this.#runs);
      if (inOrder) this.#evaluation.example({ index: i, ...traced });
      else this.#add(traced);
    });
  }

  /**
   * Returns the kept results, those for examples of the batch first, so that they get their positions. If an example was
   * run more often than it is in the batch (for a vote, or again after an error), its last runs count.
   */
  #kept(): readonly ExampleResult[] | undefined {
    if (this.#batch === undefined || this.#waiting === undefined) return this.#waiting;
    const places = this.#places();
    const taken = new Map<unknown, number>();
    const mine: ExampleResult[] = [];
    for (const result of this.#waiting.toReversed()) {
      const before = taken.get(result.example) ?? 0;
      taken.set(result.example, before + 1);
      if (before < (places.get(result.example)?.length ?? 0)) mine.push(result);
    }
    return [...mine.reverse(), ...this.#waiting.filter(({ example }) => !places.has(example))];
  }

  #add(result: ExampleResult): void {
    const index = result.index ?? this.#position(result.example);
    this.#evaluation.example(index === undefined ? result : { ...result, index });
  }

  #takeRecorded(example: unknown): boolean {
    const times = this.#recorded?.get(example) ?? 0;
    if (times === 0) return false;
    this.#recorded?.set(example, times - 1);
    return true;
  }

  #position(example: unknown): number | undefined {
    return this.#batch === undefined ? undefined : this.#places().get(example)?.shift();
  }

  #places(): Map<unknown, number[]> {
    if (this.#free) return this.#free;
    this.#free = new Map();
    for (const [i, each] of (this.#batch ?? []).entries()) {
      const positions = this.#free.get(each);
      if (positions) positions.push(i);
      else this.#free.set(each, [i]);
    }
    return this.#free;
  }
}

/** Observed runs of the program and their traces. Each belongs to one result. */
class TracedRuns {
  readonly #byExample = new Map<unknown, ExampleResult[]>();

  add(run: ExampleResult): void {
    const runs = this.#byExample.get(run.example);
    if (runs === undefined) this.#byExample.set(run.example, [run]);
    else if (!runs.some(({ traceId }) => traceId === run.traceId)) runs.push(run);
  }

  /** Removes the run on the example that returned the prediction, or else its only run, and returns its trace id. */
  take({ example, prediction }: ExampleResult): string | undefined {
    const runs = this.#byExample.get(example) ?? [];
    const same = runs.findIndex((run) => run.prediction === prediction);
    const at = same >= 0 ? same : runs.length === 1 ? 0 : -1;
    return at === -1 ? undefined : runs.splice(at, 1)[0]?.traceId;
  }

  /** Removes the run with this trace id. */
  remove({ example }: ExampleResult, traceId: string): void {
    const runs = this.#byExample.get(example) ?? [];
    const at = runs.findIndex((run) => run.traceId === traceId);
    if (at !== -1) runs.splice(at, 1);
  }
}

/**
 * Returns the result with the trace id of its prediction: its own; or else that of the object which a program returned or
 * threw; or else that of the program's run on its example.
 */
function withTrace(result: ExampleResult, runs: TracedRuns | undefined): ExampleResult {
  if (result.traceId !== undefined) return result;
  const cause = isObject(result.error) ? ownValue(result.error, 'cause') : undefined;
  const found = traceOf(result.prediction) ?? traceOf(result.error) ?? traceOf(cause);
  if (found !== undefined) runs?.remove(result, found);
  const traceId = found ?? runs?.take(result);
  return traceId === undefined ? result : { ...result, traceId };
}
