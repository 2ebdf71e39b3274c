import { AutologError } from '../contract/errors.js';
import { received } from '../support/received.js';
import { currentFrame } from '../track/context.js';
import { tracker } from '../track/tracker.js';
import { follow } from './observe/follow.js';
import { isObject } from './observe/inspect.js';
import { endingOf } from './observe/outcome.js';

/** Options of `startRun`. */
export interface StartRunOptions {
  /** Name of the run. Default: `run`. */
  readonly runName?: string;
  /** Tags to set at the start. Default: none. */
  readonly tags?: Readonly<Record<string, string>>;
  /** Params to log at the start. Default: none. */
  readonly params?: Readonly<Record<string, unknown>>;
  /** Id of a run that already exists in a sink, e.g. an MLflow run id. The sink adds to that run. Default: a new run. */
  readonly runId?: string;
}

/**
 * A run that `startRun` opened. Values logged after the run has ended are dropped and reported as `AXL_RUN_ENDED`. Each
 * method throws `AXL_BAD_OPTIONS` for a key or path that is not a non-empty string.
 */
export interface Run {
  /** Id of the run, which is also the name of its folder in the journal. Empty when tracking is off. */
  readonly runId: string;
  /** Name of the run, as given to `startRun`. Empty when tracking is off. */
  readonly name: string;
  /**
   * Logs one point of a metric. `step` is an integer; a metric without steps omits it.
   *
   * @throws AutologError `AXL_BAD_METRIC` if `value` is not a number or `step` is not an integer
   */
  logMetric(key: string, value: number, step?: number): void;
  /** Logs a param. Values that JSON cannot hold are converted to JSON. */
  logParam(key: string, value: unknown): void;
  /**
   * Sets a tag. Numbers and booleans are converted to strings.
   *
   * @throws AutologError `AXL_BAD_OPTIONS` if `value` is none of these
   */
  setTag(key: string, value: string): void;
  /**
   * Stores a string, bytes or a JSON value with the run, under `path`.
   *
   * @throws AutologError `AXL_BAD_OPTIONS` if `content` is `undefined` or a function
   */
  logArtifact(path: string, content: unknown): void;
}

/** Expected type of each option. */
const OPTIONS: Readonly<Record<keyof StartRunOptions, 'string' | 'object'>> = {
  runName: 'string',
  tags: 'object',
  params: 'object',
  runId: 'string',
};

/** The run that the callback receives when tracking is off. */
const NO_RUN: Run = Object.freeze({
  runId: '',
  name: '',
  logMetric: () => undefined,
  logParam: () => undefined,
  setTag: () => undefined,
  logArtifact: () => undefined,
});

/**
 * Opens a run around `fn`: every compile and evaluation inside belongs to it, as in Python's `with mlflow.start_run()`.
 * A run inside another run is a child of it. When tracking is off, `fn` runs untracked.
 *
 * @returns the value that `fn` returns; if that is a promise, one that settles the same way
 * @throws AutologError `AXL_BAD_OPTIONS` if `fn` is not a function, or an option is unknown or has a wrong type
 *
 * @example
 * await startRun({ runName: 'nightly', tags: { team: 'search' } }, async (run) => {
 *   const { bestScore } = await optimizer.compile(program, trainset, metric);
 *   run.logMetric('best', bestScore);
 * });
 */
export function startRun<T>(options: StartRunOptions, fn: (run: Run) => T): T {
  checkOptions(options, fn);
  if (!tracker.on) return fn(NO_RUN);
  const run = tracker.startRun({
    name: options.runName ?? 'run',
    kind: 'user',
    tags: options.tags ?? {},
    params: options.params ?? {},
    ...(options.runId === undefined ? {} : { externalRunId: options.runId }),
  });
  return follow(() => fn(run), {
    within: (call) => run.within(call),
    ended: (outcome) => run.end(endingOf(outcome)),
  });
}

/** Returns the run that the calling code belongs to, or `undefined` outside of a run. */
export function activeRun(): Run | undefined {
  return currentFrame().run ?? undefined;
}

function checkOptions(options: unknown, fn: unknown): void {
  if (options === null || typeof options !== 'object') {
    throw badOption('the first argument of startRun', options, 'an options object');
  }
  if (typeof fn !== 'function') throw badOption('the second argument of startRun', fn, 'a function');
  for (const [name, value] of Object.entries(options)) {
    const expected = (OPTIONS as Readonly<Record<string, 'string' | 'object'>>)[name];
    if (expected === undefined) {
      const known = Object.keys(OPTIONS).join(', ');
      throw new AutologError(
        'AXL_BAD_OPTIONS',
        `options of startRun must be among ${known}, got '${name}'. Remove it.`,
      );
    }
    const fits = expected === 'string' ? typeof value === 'string' : isObject(value) && !Array.isArray(value);
    if (value === undefined || fits) continue;
    throw badOption(`${name} of startRun`, value, expected === 'string' ? 'a string' : 'an object of names and values');
  }
}

function badOption(what: string, value: unknown, expected: string): AutologError {
  return new AutologError('AXL_BAD_OPTIONS', `${what} must be ${expected}, got ${received(value)}.`);
}
