import type { EvaluationResult, EventData, TrialIdentity } from '../contract/events.js';

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
