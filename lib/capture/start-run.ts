import { AutologError } from '../contract/errors.js';
import { currentFrame } from '../track/context.js';
import { tracker } from '../track/tracker.js';
import { isObject, kindOf } from './inspect.js';
import { follow } from './observe/follow.js';
import { endingOf } from './observe/outcome.js';

/** What `startRun` takes. */
export interface StartRunOptions {
  /** Name of the run. Default: `run`. */
  readonly runName?: string;
  /** Tags to set at the start. */
  readonly tags?: Readonly<Record<string, string>>;
  /** Params to log at the start. */
  readonly params?: Readonly<Record<string, unknown>>;
  /** Id of a run that a sink knows already, e.g. an MLflow run id: what happens here is added to it. */
  readonly runId?: string;
}

/** A run as its user sees it. */
export interface Run {
  /** Id of the run: also the name of its folder. Empty when tracking is off. */
  readonly runId: string;
  readonly name: string;
  /**
   * Logs one point of a metric. `step`, a whole number, is left out where it has none.
   * @throws AutologError `AXL_BAD_METRIC` when `value` is no number or `step` no whole number.
   */
  logMetric(key: string, value: number, step?: number): void;
  /** Logs a parameter. Any value that JSON can hold; other values are written in a JSON form. */
  logParam(key: string, value: unknown): void;
  /**
   * Sets a tag. A number or boolean is written as text.
   * @throws AutologError `AXL_BAD_OPTIONS` when `value` is no text.
   */
  setTag(key: string, value: string): void;
  /**
   * Keeps a text, bytes or a JSON value under `path` with the run.
   * @throws AutologError `AXL_BAD_OPTIONS` when there is no content.
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

/** What `startRun` gives where nobody listens. */
const NO_RUN: Run = Object.freeze({
  runId: '',
  name: '',
  logMetric: () => undefined,
  logParam: () => undefined,
  setTag: () => undefined,
  logArtifact: () => undefined,
});

/**
 * Opens a run for what `fn` does: every compile and evaluation inside belongs to it, as in `with mlflow.start_run()`.
 * Inside another run it is a run of its own with that one as parent. Where tracking is off, `fn` simply runs.
 *
 * @returns What `fn` returns; a promise settles the same way.
 * @throws AutologError `AXL_BAD_OPTIONS` when `fn` is no function or an option has a wrong type.
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

/** The run that the code which runs now belongs to, or `undefined` outside of one. */
export function activeRun(): Run | undefined {
  return currentFrame().run ?? undefined;
}

function checkOptions(options: unknown, fn: unknown): void {
  if (options === null || typeof options !== 'object') {
    throw new AutologError(
      'AXL_BAD_OPTIONS',
      `startRun: options came as ${typeof options}; expected an object, then a function`,
    );
  }
  if (typeof fn !== 'function') {
    throw new AutologError(
      'AXL_BAD_OPTIONS',
      `startRun: the second argument came as ${typeof fn}; expected a function`,
    );
  }
  for (const [name, value] of Object.entries(options)) {
    const expected = (OPTIONS as Readonly<Record<string, 'string' | 'object'>>)[name];
    if (expected === undefined) {
      const known = Object.keys(OPTIONS).join(', ');
      throw new AutologError('AXL_BAD_OPTIONS', `startRun: there is no option '${name}'; expected one of ${known}`);
    }
    const fits = expected === 'string' ? typeof value === 'string' : isObject(value) && !Array.isArray(value);
    if (value === undefined || fits) continue;
    throw new AutologError(
      'AXL_BAD_OPTIONS',
      `startRun: ${name} came as ${kindOf(value)}; expected ${expected === 'string' ? 'a string' : 'an object of names and values'}`,
    );
  }
}
