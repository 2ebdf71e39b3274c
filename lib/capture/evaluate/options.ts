import { AutologError, type ErrorCode } from '../../contract/errors.js';
import { received } from '../../support/received.js';
import type { EvaluateCall, EvaluateOptions, Metric } from './types.js';

/** The checked options of an evaluator except devset and metric. */
export interface Switches {
  readonly numThreads: number;
  readonly displayProgress: boolean;
  readonly displayTable: boolean | number;
  readonly maxErrors: number;
  readonly failureScore: number;
  readonly abortSignal: AbortSignal | undefined;
}

const OPTIONS = [
  'devset',
  'metric',
  'numThreads',
  'displayProgress',
  'displayTable',
  'maxErrors',
  'failureScore',
  'abortSignal',
];
const CALL_OPTIONS = [...OPTIONS, 'ai', 'metricKey', 'forwardOptions'];

const isCount = (value: unknown): boolean => Number.isInteger(value) && (value as number) >= 0;
const isSwitch = (value: unknown): boolean => typeof value === 'boolean';

/**
 * Checks options and fills in the defaults.
 *
 * @throws AutologError `AXL_BAD_OPTIONS`
 */
export function switchesOf(
  options: Omit<EvaluateOptions<never, never>, 'devset' | 'metric'>,
  defaults?: Switches,
): Switches {
  const {
    numThreads = defaults?.numThreads ?? 1,
    displayProgress = defaults?.displayProgress ?? false,
    displayTable = defaults?.displayTable ?? false,
    maxErrors = defaults?.maxErrors ?? 10,
    failureScore = defaults?.failureScore ?? 0,
    abortSignal = defaults?.abortSignal,
  } = options;
  check('numThreads', numThreads, isCount(numThreads) && numThreads > 0, 'a whole number, at least 1');
  check('displayProgress', displayProgress, isSwitch(displayProgress), 'true or false');
  check(
    'displayTable',
    displayTable,
    isSwitch(displayTable) || isCount(displayTable),
    'true, false or a number of rows',
  );
  check(
    'maxErrors',
    maxErrors,
    isCount(maxErrors) || maxErrors === Infinity,
    'a whole number, at least 0, or Infinity',
  );
  check('failureScore', failureScore, Number.isFinite(failureScore), 'a finite number');
  const isSignal = abortSignal === undefined || abortSignal instanceof AbortSignal;
  check('abortSignal', abortSignal, isSignal, 'an AbortSignal');
  return { numThreads, displayProgress, displayTable, maxErrors, failureScore, abortSignal };
}

/** Throws `AXL_BAD_OPTIONS` unless `options` is an object with known fields only. */
export function checkNames(where: 'new Evaluate' | 'evaluate', options: unknown): void {
  const known = where === 'evaluate' ? CALL_OPTIONS : OPTIONS;
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new AutologError('AXL_BAD_OPTIONS', `options of ${where} must be an object, got ${received(options)}.`);
  }
  const unknown = Object.keys(options).filter((name) => !known.includes(name));
  if (unknown.length === 0) return;
  throw new AutologError(
    'AXL_BAD_OPTIONS',
    `options of ${where} must be among ${known.join(', ')}, got '${unknown.join("', '")}'. Remove the unknown options.`,
  );
}

/**
 * Returns the devset as an array.
 *
 * @throws AutologError `AXL_EVAL_DEVSET` if it is missing, empty or not iterable
 */
export function devsetOf<Example>(devset: Iterable<Example> | undefined): readonly Example[] {
  const list = listOf(devset);
  if (list === undefined) {
    throw badDevset(devset, 'Pass one to new Evaluate or to evaluate.');
  }
  if (list.length > 0) return list;
  throw badDevset(list, 'Pass at least one example.');
}

function badDevset(value: unknown, advice?: string): AutologError {
  return badValue('AXL_EVAL_DEVSET', 'the devset must be an array or another iterable of examples', value, advice);
}

/** Returns the devset as an array; `undefined` if it is missing. Throws `AXL_EVAL_DEVSET` if it is not iterable. */
export function listOf<Example>(devset: Iterable<Example> | undefined): readonly Example[] | undefined {
  if (devset === undefined || Array.isArray(devset)) return devset;
  const iterable = typeof devset === 'object' && devset !== null && typeof devset[Symbol.iterator] === 'function';
  if (iterable) return Array.from(devset);
  throw badDevset(devset);
}

/**
 * Returns the metric of the call, or else the evaluator's own.
 *
 * @throws AutologError `AXL_EVAL_METRIC` if it is missing or not a function
 */
export function metricOf<Example, Prediction>(
  call: EvaluateCall<Example, Prediction>,
  own: Metric<Example, Prediction> | undefined,
): Metric<Example, Prediction> {
  const metric = call.metric ?? own;
  if (metric === undefined) {
    throw badMetric(metric, 'Pass one to new Evaluate or to evaluate.');
  }
  checkMetric(metric);
  return metric;
}

/** Throws `AXL_EVAL_METRIC` if there is a metric that is not a function. */
export function checkMetric(metric: unknown): void {
  if (metric === undefined || typeof metric === 'function') return;
  throw badMetric(metric);
}

function badMetric(value: unknown, advice?: string): AutologError {
  return badValue('AXL_EVAL_METRIC', 'the metric must be a function of { prediction, example }', value, advice);
}

function check(name: string, value: unknown, valid: boolean, expected: string): void {
  if (!valid) throw badValue('AXL_BAD_OPTIONS', `${name} of Evaluate must be ${expected}`, value);
}

function badValue(code: ErrorCode, rule: string, value: unknown, advice = ''): AutologError {
  return new AutologError(code, `${rule}, got ${received(value)}. ${advice}`.trimEnd());
}
