import type { CandidateData, TrialIdentity } from '../events.js';
import type { CompileDatasets } from './datasets.js';
import type { EvaluationInput } from './types.js';

/** Where trials get their numbers from: the run, so that two compiles in one run do not collide. */
export interface TrialNumbers {
  nextTrial(): number;
  nextStep(series: string): number;
}

/** What a trial is, as far as it is known before its first LM call. */
export function identifyTrial(
  numbers: TrialNumbers,
  datasets: CompileDatasets,
  input: EvaluationInput,
  candidate: CandidateData | null,
): TrialIdentity {
  const found = input.scope === undefined && input.batch ? datasets.scopeOf(input.batch) : null;
  const scope = input.scope ?? found?.scope ?? null;
  const of = input.of ?? found?.of ?? (scope === 'full' ? datasets.referenceSize : null);
  const n = input.n ?? input.batch?.length ?? null;
  return named(numbers, input.metricKey ?? scope, {
    index: numbers.nextTrial(),
    phase: input.phase ?? null,
    scope,
    n,
    of,
    candidate,
  });
}

/** What a trial was, where nobody knew its batch at the start: the examples that were seen say it. */
export function identifyLate(
  numbers: TrialNumbers,
  datasets: CompileDatasets,
  start: TrialIdentity,
  batch: readonly unknown[],
): TrialIdentity {
  const { scope, of } = batch.length > 0 ? datasets.scopeOf(batch) : { scope: 'holdout' as const, of: null };
  const rest = { ...start, scope, n: start.n ?? batch.length, of: start.of ?? of };
  return start.key === null ? named(numbers, scope, rest) : rest;
}

function named(
  numbers: TrialNumbers,
  key: string | null,
  rest: Omit<TrialIdentity, 'key' | 'step' | 'name'>,
): TrialIdentity {
  const step = key === null ? null : numbers.nextStep(`trial ${key}`);
  return { ...rest, key, step, name: key === null ? null : `eval_${key}_${step}` };
}
