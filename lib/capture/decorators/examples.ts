import { traceOf } from '../../track/traces/trace-links.js';
import type { EvaluationTracker, ExampleResult } from '../../track/types.js';
import { isObject, ownValue } from '../inspect.js';

/**
 * The examples of one evaluation, each recorded once however it was seen. What a metric said is recorded at once; what
 * was seen of program runs waits for the end, because the method's own results, where it returns some, say more.
 */
export class ExampleLog {
  readonly #evaluation: EvaluationTracker;
  /** Positions in the batch of each example that have not been recorded. */
  #free: Map<unknown, number[]> | undefined;
  readonly #batch: readonly unknown[] | undefined;
  /** How often each example has been recorded at once. */
  #recorded: Map<unknown, number> | undefined;
  #waiting: ExampleResult[] | undefined;
  /** Whose runs are known, with their traces. */
  #runs: TracedRuns | undefined;

  constructor(evaluation: EvaluationTracker, batch: readonly unknown[] | undefined) {
    this.#evaluation = evaluation;
    this.#batch = batch;
  }

  /** Whether the example is in the batch; true where no batch is known. */
  mayHold(example: unknown): boolean {
    return this.#batch === undefined || this.#batch.includes(example);
  }

  /** Records a result now. */
  record(result: ExampleResult): void {
    this.#recorded ??= new Map();
    this.#recorded.set(result.example, (this.#recorded.get(result.example) ?? 0) + 1);
    this.#add(withTrace(result, this.#runs));
  }

  /** Keeps a result, in case nothing better comes. What an evaluator says of a run replaces what was seen of that run. */
  keep(result: ExampleResult): void {
    this.#waiting ??= [];
    const seen = result.derived === undefined ? this.#seenRun(result) : -1;
    if (seen === -1) this.#waiting.push(result);
    else this.#waiting[seen] = result;
    if (result.traceId === undefined) return;
    this.#runs ??= new TracedRuns();
    this.#runs.add(result);
  }

  /** Position of the run of the program that gave this result, if it was only seen so far; -1 if there is none. */
  #seenRun({ example, prediction }: ExampleResult): number {
    const isRun = (kept: ExampleResult) =>
      kept.derived !== undefined && kept.example === example && kept.prediction === prediction;
    return this.#waiting?.findLastIndex(isRun) ?? -1;
  }

  /** Records what has not been recorded: the method's own rows, else what was kept. */
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
   * What was kept, the examples of the batch first: their places are theirs. Of an example that was run more often than
   * it is in the batch, for a vote or again after an error, the last runs stand for it.
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

/** Runs of the program that were seen, with their traces; each stands for one result. */
export class TracedRuns {
  readonly #byExample = new Map<unknown, ExampleResult[]>();

  add(run: ExampleResult): void {
    const runs = this.#byExample.get(run.example);
    if (runs === undefined) this.#byExample.set(run.example, [run]);
    else if (!runs.some(({ traceId }) => traceId === run.traceId)) runs.push(run);
  }

  /** The trace of the run on that example which gave that prediction; of its only run, whatever it gave. */
  take({ example, prediction }: ExampleResult): string | undefined {
    const runs = this.#byExample.get(example) ?? [];
    const same = runs.findIndex((run) => run.prediction === prediction);
    const at = same >= 0 ? same : runs.length === 1 ? 0 : -1;
    return at === -1 ? undefined : runs.splice(at, 1)[0]?.traceId;
  }

  /** That run stands for this result. */
  taken({ example }: ExampleResult, traceId: string): void {
    const runs = this.#byExample.get(example) ?? [];
    const at = runs.findIndex((run) => run.traceId === traceId);
    if (at !== -1) runs.splice(at, 1);
  }
}

/**
 * The result with the trace of its prediction: as it says itself; else by the very object that a program gave or threw; else
 * by the run of the program on its example.
 */
export function withTrace(result: ExampleResult, runs: TracedRuns | undefined): ExampleResult {
  if (result.traceId !== undefined) return result;
  const cause = isObject(result.error) ? ownValue(result.error, 'cause') : undefined;
  const found = traceOf(result.prediction) ?? traceOf(result.error) ?? traceOf(cause);
  if (found !== undefined) runs?.taken(result, found);
  const traceId = found ?? runs?.take(result);
  return traceId === undefined ? result : { ...result, traceId };
}
