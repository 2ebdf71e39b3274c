import type { CandidateData, Scope, TrialIdentity } from '../contract/events.js';
import { scopeOfKey, seriesName } from '../contract/series.js';
import { settings } from '../support/settings.js';
import type { CompileDatasets } from './datasets.js';
import type { EvaluationInput } from './types.js';

/** Where trials get their numbers from: the run, so that two compiles in one run do not collide. */
export interface TrialNumbers {
  nextTrial(): number;
  nextStep(series: string): number;
}

/** What a trial is, as far as it is known before its first LM call. A metric key that names a scope decides it. */
export function identifyTrial(
  numbers: TrialNumbers,
  datasets: CompileDatasets,
  input: EvaluationInput,
  candidate: CandidateData | null,
): TrialIdentity {
  const stated = scopeOfKey(input.metricKey) ?? input.scope ?? null;
  const found = input.batch && (stated === null || input.of === undefined) ? datasets.scopeOf(input.batch) : null;
  const scope = stated ?? found?.scope ?? null;
  const of = input.of ?? found?.of ?? (scope === 'full' ? datasets.referenceSize : null);
  const n = input.n ?? input.batch?.length ?? null;
  const key = keyOf(input.metricKey, scope);
  const phase = input.phase === undefined ? null : settings().redactor.text(input.phase);
  const step = key === null ? null : numbers.nextStep(key);
  return identity(numbers.nextTrial(), key, step, scope, phase, n, of, candidate);
}

/**
 * What a trial was, where nobody knew its batch at the start: the examples that were seen say it. Where none were seen
 * either, its scope stays unknown and its series is `eval`.
 */
export function identifyLate(
  numbers: TrialNumbers,
  datasets: CompileDatasets,
  start: TrialIdentity,
  batch: readonly unknown[],
): TrialIdentity {
  const found = batch.length > 0 ? datasets.scopeOf(batch) : null;
  const scope = found?.scope ?? null;
  const key = start.key ?? scope ?? 'eval';
  const step = start.step ?? numbers.nextStep(key);
  const { index, phase, candidate } = start;
  const n = start.n ?? (found ? batch.length : null);
  return identity(index, key, step, scope, phase, n, start.of ?? found?.of ?? null, candidate);
}

function keyOf(metricKey: string | undefined, scope: Scope | null): string | null {
  if (metricKey === undefined) return scope;
  return scopeOfKey(metricKey) ?? settings().redactor.text(metricKey);
}

function identity(
  index: number,
  key: string | null,
  step: number | null,
  scope: Scope | null,
  phase: string | null,
  n: number | null,
  of: number | null,
  candidate: CandidateData | null,
): TrialIdentity {
  const name = key === null ? null : `${seriesName(key)}_${step}`;
  return { index, key, step, name, scope, phase, n, of, candidate };
}
