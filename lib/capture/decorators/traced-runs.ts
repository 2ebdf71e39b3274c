import { traceOf } from '../../track/traces/slots.js';
import type { ExampleResult } from '../../track/types.js';
import { isObject, ownValue } from '../inspect.js';

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
