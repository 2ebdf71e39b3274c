import { AutologError } from '../../contract/errors.js';
import { received } from '../../support/received.js';
import { withRole } from '../../track/context.js';
import { canOpenSpan } from '../../track/traces/open.js';
import { captureTraceId, TraceSlot } from '../../track/traces/trace-links.js';
import { tracker } from '../../track/tracker.js';
import { readScore } from '../decorators/results.js';
import { ProgressLine } from './display.js';
import type { Switches } from './options.js';
import { type EvaluatedExample, type Evaluation, EvaluationError, type Metric } from './types.js';

/** Everything that one evaluation needs. */
export interface Job<Example, Prediction> {
  readonly devset: readonly Example[];
  readonly metric: Metric<Example, Prediction>;
  readonly switches: Switches;
  /** Runs the program on one example. */
  readonly predict: (example: Example, signal: AbortSignal) => unknown;
  /** Receives each finished example, and the id of the trace of its prediction if there is one. */
  readonly onExample: ((row: EvaluatedExample<Example, Prediction>, traceId: string | undefined) => void) | undefined;
}

/** Runs the program over the devset, at most `numThreads` examples at a time, and scores it. */
export async function runJob<Example, Prediction>(
  job: Job<Example, Prediction>,
): Promise<Evaluation<Example, Prediction>> {
  const { devset, switches } = job;
  const stop = new AbortController();
  const rows: EvaluatedExample<Example, Prediction>[] = [];
  const errors: Error[] = [];
  const progress = new ProgressLine(devset.length, switches.displayProgress);
  const finished = () => rows.filter(() => true);
  const halted = new Promise<never>((_resolve, reject) => {
    stop.signal.addEventListener('abort', () => reject(evaluationError(stop.signal.reason, errors, finished(), job)));
  });
  const abort = () => stop.abort(switches.abortSignal?.reason);
  if (switches.abortSignal?.aborted) abort();
  else switches.abortSignal?.addEventListener('abort', abort);
  const work = async (index: number): Promise<void> => {
    const slot = canOpenSpan() ? new TraceSlot() : undefined;
    const row = await evaluateOne(job, index, stop.signal, slot);
    if (stop.signal.aborted) return;
    rows[index] = row;
    job.onExample?.(row, slot?.traceId);
    progress.step(row.score);
    if (row.error) errors.push(row.error);
    if (errors.length > switches.maxErrors) stop.abort(TOO_MANY);
  };
  try {
    await Promise.race([halted, inParallel(devset.length, switches.numThreads, stop.signal, work)]);
    return summary(rows);
  } finally {
    switches.abortSignal?.removeEventListener('abort', abort);
    progress.close();
  }
}

const TOO_MANY = Symbol('more errors than maxErrors');

/** Returns the error of an evaluation that stopped early, with the results so far. */
function evaluationError<Example, Prediction>(
  reason: unknown,
  errors: readonly Error[],
  results: readonly EvaluatedExample<Example, Prediction>[],
  { devset, switches }: Job<Example, Prediction>,
): EvaluationError {
  const progress = `${results.length} of ${devset.length} examples had finished; their results are in error.results`;
  if (reason !== TOO_MANY) {
    return new EvaluationError('AXL_EVAL_ABORTED', `the evaluation was aborted. ${progress}.`, results, reason);
  }
  return new EvaluationError(
    'AXL_EVAL_TOO_MANY_ERRORS',
    `failed examples must be at most ${switches.maxErrors} (maxErrors), got ${errors.length}. ${progress}. ` +
      `First error: ${errors[0]?.message}. Fix the program or the metric, or raise maxErrors.`,
    results,
    new AggregateError(errors, 'errors of the failed examples'),
  );
}

/** Calls `work` for each index, in order, at most `width` at a time. Starts no further call when `signal` has aborted. */
async function inParallel(
  count: number,
  width: number,
  signal: AbortSignal,
  work: (index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count && !signal.aborted) {
      const index = next;
      next += 1;
      await work(index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, count) }, worker));
}

async function evaluateOne<Example, Prediction>(
  job: Job<Example, Prediction>,
  index: number,
  signal: AbortSignal,
  slot: TraceSlot | undefined,
): Promise<EvaluatedExample<Example, Prediction>> {
  const example = job.devset[index] as Example;
  const started = performance.now();
  let prediction: Prediction | undefined;
  let predicted = false;
  try {
    const predict = () => job.predict(example, signal);
    const judged = { prediction: (await captureTraceId(slot, predict)) as Prediction, example };
    prediction = judged.prediction;
    predicted = true;
    const answer: unknown = await (tracker.on ? withRole('judge', () => job.metric(judged)) : job.metric(judged));
    const { score, scores, feedback } = readScore(answer);
    if (score === undefined) throw noScore(answer);
    return {
      index,
      example,
      prediction,
      score,
      ...(scores ? { scores } : {}),
      ...(feedback === undefined ? {} : { feedback }),
      durationMs: performance.now() - started,
    };
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    const error = new Error(`example ${index}: the ${predicted ? 'metric' : 'program'} failed: ${message}`, { cause });
    const score = job.switches.failureScore;
    return { index, example, prediction, score, error, durationMs: performance.now() - started };
  }
}

function noScore(answer: unknown): AutologError {
  const expected = 'a finite number, true or false, { score, feedback } or one number per objective';
  const message = `the return value of the metric must be ${expected}, got ${received(answer)}.`;
  return new AutologError('AXL_EVAL_METRIC', message);
}

function summary<Example, Prediction>(
  results: readonly EvaluatedExample<Example, Prediction>[],
): Evaluation<Example, Prediction> {
  const score = mean(results.map((row) => row.score));
  const objectives = new Map<string, number[]>();
  for (const row of results) {
    for (const [name, value] of Object.entries(row.scores ?? {})) {
      const values = objectives.get(name);
      if (values) values.push(value);
      else objectives.set(name, [value]);
    }
  }
  const scores = [...objectives].map(([name, values]): [string, number] => [name, mean(values)]);
  return { score, ...(scores.length > 0 ? { scores: Object.fromEntries(scores) } : {}), results };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
