import { AutologError, type ErrorCode } from '../../contract/errors.js';
import { kindOf } from '../inspect.js';
import type { EvaluateCall, EvaluateOptions, Metric } from './types.js';

/** The numbers and switches of an evaluator, checked. */
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
  check('numThreads', numThreads, isCount(numThreads) && numThreads > 0, 'a whole number from 1');
  check('displayProgress', displayProgress, isSwitch(displayProgress), 'true or false');
  check(
    'displayTable',
    displayTable,
    isSwitch(displayTable) || isCount(displayTable),
    'true, false or a number of rows',
  );
  check('maxErrors', maxErrors, isCount(maxErrors) || maxErrors === Infinity, 'a whole number from 0, or Infinity');
  check('failureScore', failureScore, Number.isFinite(failureScore), 'a finite number');
  const isSignal = abortSignal === undefined || abortSignal instanceof AbortSignal;
  check('abortSignal', abortSignal, isSignal, 'an AbortSignal');
  return { numThreads, displayProgress, displayTable, maxErrors, failureScore, abortSignal };
}

/** Throws `AXL_BAD_OPTIONS` for what is no options object or has fields nobody reads. */
export function checkNames(where: 'new Evaluate' | 'evaluate', options: unknown): void {
  const known = where === 'evaluate' ? CALL_OPTIONS : OPTIONS;
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new AutologError('AXL_BAD_OPTIONS', `${where} came with ${kindOf(options)}; expected an options object`);
  }
  const unknown = Object.keys(options).filter((name) => !known.includes(name));
  if (unknown.length === 0) return;
  throw new AutologError(
    'AXL_BAD_OPTIONS',
    `${where} does not know ${unknown.join(', ')}; it takes ${known.join(', ')}`,
  );
}

/**
 * The devset as a list.
 *
 * @throws AutologError `AXL_EVAL_DEVSET` for what is no list or iterable, or has nothing in it
 */
export function devsetOf<Example>(devset: Iterable<Example> | undefined): readonly Example[] {
  const list = listOf(devset);
  if (list === undefined) {
    throw failed('AXL_EVAL_DEVSET', `the devset is missing`, `give one to new Evaluate or to evaluate`);
  }
  if (list.length > 0) return list;
  throw failed('AXL_EVAL_DEVSET', `the devset is empty`, `an evaluation needs an example`);
}

/** As {@link devsetOf}, but it may be missing or empty. */
export function listOf<Example>(devset: Iterable<Example> | undefined): readonly Example[] | undefined {
  if (devset === undefined || Array.isArray(devset)) return devset;
  const iterable = typeof devset === 'object' && devset !== null && typeof devset[Symbol.iterator] === 'function';
  if (iterable) return Array.from(devset);
  throw failed('AXL_EVAL_DEVSET', `the devset came as ${kindOf(devset)}`, `expected an array or another iterable`);
}

/**
 * The metric to use.
 *
 * @throws AutologError `AXL_EVAL_METRIC`
 */
export function metricOf<Example, Prediction>(
  call: EvaluateCall<Example, Prediction>,
  own: Metric<Example, Prediction> | undefined,
): Metric<Example, Prediction> {
  const metric = call.metric ?? own;
  if (metric === undefined) {
    throw failed('AXL_EVAL_METRIC', `the metric is missing`, `give one to new Evaluate or to evaluate`);
  }
  checkMetric(metric);
  return metric;
}

/** Throws `AXL_EVAL_METRIC` for a metric that cannot be called. */
export function checkMetric(metric: unknown): void {
  if (metric === undefined || typeof metric === 'function') return;
  const expected = `expected a function of { prediction, example }`;
  throw failed('AXL_EVAL_METRIC', `the metric came as ${kindOf(metric)}`, expected);
}

function failed(code: ErrorCode, what: string, remedy: string): AutologError {
  return new AutologError(code, `${what}; ${remedy}`);
}

function check(name: string, value: unknown, valid: boolean, expected: string): void {
  if (valid) return;
  throw new AutologError('AXL_BAD_OPTIONS', `Evaluate: ${name} came as ${kindOf(value)}; expected ${expected}`);
}
