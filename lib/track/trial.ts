import type { CandidateData, EvaluationResult, EventData, Scope, TrialIdentity } from '../contract/events.js';
import { scopeOfKey, seriesName } from '../contract/series.js';
import { settings } from '../support/settings.js';
import type { CompileDatasets } from './datasets.js';
import type { EvaluationInput } from './types.js';

/** Numbers trials. The run implements it, so that the numbers of two compiles in one run do not collide. */
export interface TrialNumbers {
  /** Returns the index of the next trial, from 0. */
  nextTrial(): number;
  /** Returns the next step of a series, from 0. */
  nextStep(series: string): number;
}

/**
 * Returns the identity of a trial at its start. Fields that are not known yet are `null`. A metric key that is the name of
 * a scope overrides the scope.
 */
export function identifyTrial(
  numbers: TrialNumbers,
  datasets: CompileDatasets,
  input: EvaluationInput,
  candidate: CandidateData | null,
): TrialIdentity {
  const given = scopeOfKey(input.metricKey) ?? input.scope ?? null;
  const derived = input.batch && (given === null || input.of === undefined) ? datasets.scopeOf(input.batch) : null;
  const scope = given ?? derived?.scope ?? null;
  const of = input.of ?? derived?.of ?? (scope === 'full' ? datasets.referenceSize : null);
  const n = input.n ?? input.batch?.length ?? null;
  const key = keyOf(input.metricKey, scope);
  const phase = input.phase === undefined ? null : settings().redactor.text(input.phase);
  const step = key === null ? null : numbers.nextStep(key);
  return { index: numbers.nextTrial(), key, step, name: nameOfStep(key, step), scope, phase, n, of, candidate };
}

/**
 * Returns the identity of a trial at its end, if its batch was unknown at the start. The examples that were recorded
 * determine its scope. Without examples, the scope stays unknown and the series is `eval`.
 */
export function identifyLate(
  numbers: TrialNumbers,
  datasets: CompileDatasets,
  start: TrialIdentity,
  batch: readonly unknown[],
): TrialIdentity {
  const derived = batch.length > 0 ? datasets.scopeOf(batch) : null;
  const scope = derived?.scope ?? null;
  const key = start.key ?? scope ?? 'eval';
  const step = start.step ?? numbers.nextStep(key);
  const { index, phase, candidate } = start;
  const n = start.n ?? (derived ? batch.length : null);
  const of = start.of ?? derived?.of ?? null;
  return { index, key, step, name: nameOfStep(key, step), scope, phase, n, of, candidate };
}

function keyOf(metricKey: string | undefined, scope: Scope | null): string | null {
  if (metricKey === undefined) return scope;
  return scopeOfKey(metricKey) ?? settings().redactor.text(metricKey);
}

function nameOfStep(key: string | null, step: number | null): string | null {
  return key === null ? null : `${seriesName(key)}_${step}`;
}

type TrialEnd = { -readonly [K in keyof EventData['onTrialEnd']]: EventData['onTrialEnd'][K] };

const SCOPE: readonly string[] = Object.freeze(['scope']);

/** Returns the names of the fields that were derived at the start or the end of a trial. */
export function endDerived(
  atStart: readonly string[] | undefined,
  atEnd: readonly string[] | undefined,
  scopeKnown: boolean,
): readonly string[] | undefined {
  if (!atStart && !atEnd) return scopeKnown ? undefined : SCOPE;
  const derived = new Set([...(atStart ?? []), ...(atEnd ?? []), ...(scopeKnown ? [] : SCOPE)]);
  return [...derived];
}

/** Returns the data of a trial's end. Lists each field, because a spread takes several times as long. */
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

/** Returns whether JSON can represent every number of the result: none is NaN, infinite or negative zero. */
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
