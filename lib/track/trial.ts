import type { CandidateData, EvaluationResult, EventData, Scope, TrialIdentity } from '../contract/events.js';
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

type TrialEnd = { -readonly [K in keyof EventData['onTrialEnd']]: EventData['onTrialEnd'][K] };

const SCOPE: readonly string[] = Object.freeze(['scope']);

/** What was inferred about a trial, at its end. */
export function endDerived(
  atStart: readonly string[] | undefined,
  atEnd: readonly string[] | undefined,
  scopeKnown: boolean,
): readonly string[] | undefined {
  if (!atStart && !atEnd) return scopeKnown ? undefined : SCOPE;
  const derived = new Set([...(atStart ?? []), ...(atEnd ?? []), ...(scopeKnown ? [] : SCOPE)]);
  return [...derived];
}

/** Written out field by field: one of these is made for every trial, and a spread costs a multiple. */
export function trialEnd(identity: TrialIdentity, result: EvaluationResult): EventData['onTrialEnd'] {
  const end: TrialEnd = {
    index: identity.index,
    key: identity.key,
    step: identity.step,
    name: identity.name,
    scope: identity.scope,
    phase: identity.phase,
    n: identity.n,
    of: identity.of,
    candidate: identity.candidate,
    status: result.status,
    score: result.score,
    exampleScores: result.exampleScores,
    errors: result.errors,
    tokens: result.tokens,
    durationMs: result.durationMs,
  };
  if (result.scores) end.scores = result.scores;
  if (result.reportedScore !== undefined) end.reportedScore = result.reportedScore;
  if (result.error) end.error = result.error;
  return end;
}

/** Whether every number is one that JSON can hold as it is: not NaN, infinite or negative zero. */
export function isPlainResult(result: EvaluationResult): boolean {
  return (
    isPlain(result.score) &&
    isPlain(result.reportedScore) &&
    result.exampleScores.every(isPlain) &&
    (result.scores === undefined || Object.values(result.scores).every(isPlain))
  );
}

function isPlain(value: number | null | undefined): boolean {
  return value === null || value === undefined || (Number.isFinite(value) && !Object.is(value, -0));
}
