import type { CompileHistory, Decision, TrialHistory } from '../history/types.js';
import { type CompareOptions, type Comparison, compare } from './compare.js';
import { RESAMPLES } from './score.js';

/** Decision of a search with the comparisons that support or contradict it. */
export interface DecisionVerdict {
  /** The candidate that was accepted or rejected. */
  readonly candidateId: string;
  /** The decision. */
  readonly decision: Decision;
  /**
   * The candidate against each of its parents, minibatches first; empty if they share no examples in the same scope.
   */
  readonly comparisons: readonly ParentComparison[];
}

/** Comparison of a candidate (`after`) with one of its parents (`before`). */
export interface ParentComparison extends Comparison {
  /** Scope of both trials. */
  readonly scope: 'minibatch' | 'full';
  /** Candidate id of the parent. */
  readonly parentId: string;
  /** The parent's trial. */
  readonly parentTrialId: string;
  /** The candidate's trial. */
  readonly trialId: string;
}

/**
 * Returns the decisions of a compile in order of time, each with its comparisons. A candidate's minibatch is compared
 * with its parent's on the same examples, and its full evaluation with its parent's full evaluation, never one with the
 * other. P values are not adjusted, because each comparison is about a single decision.
 */
export function decisionVerdicts(
  compile: CompileHistory,
  trials: readonly TrialHistory[],
  options: CompareOptions = {},
): readonly DecisionVerdict[] {
  const finished = byCandidate(trials.filter(({ status }) => status === 'finished'));
  const decided = compile.candidates.flatMap(({ candidate, decision }) => (decision ? [{ candidate, decision }] : []));
  return decided
    .sort((a, b) => a.decision.time - b.decision.time)
    .map(({ candidate: { id, parents }, decision }) => ({
      candidateId: id,
      decision,
      comparisons: SCOPES.flatMap((scope) => {
        const own = (finished.get(id) ?? []).filter((trial) => trial.scope === scope);
        const trial = own.find(({ trialId }) => trialId === decision.trialId) ?? own[0];
        if (trial === undefined) return [];
        return parents.flatMap((parentId) => {
          const parent = closest(trial, finished.get(parentId) ?? []);
          return parent ? [against(parent, trial, scope, options)] : [];
        });
      }),
    }));
}

const SCOPES = ['minibatch', 'full'] as const;

function against(
  parent: TrialHistory,
  trial: TrialHistory,
  scope: ParentComparison['scope'],
  options: CompareOptions,
): ParentComparison {
  return {
    scope,
    parentId: parent.candidateId ?? '',
    parentTrialId: parent.trialId,
    trialId: trial.trialId,
    ...compare(parent.examples, trial.examples, { resamples: RESAMPLES, ...options }),
  };
}

/**
 * Returns the trial of the same scope that shares most examples with `trial`; of several, the last one before it.
 * `undefined` if none shares any.
 */
function closest(trial: TrialHistory, others: readonly TrialHistory[]): TrialHistory | undefined {
  const ids = new Set(trial.examples.map(({ exampleId }) => exampleId));
  const nearest = others
    .filter(({ scope }) => scope === trial.scope)
    .sort((a, b) => Number(b.index < trial.index) - Number(a.index < trial.index) || b.index - a.index);
  let found: TrialHistory | undefined;
  let most = 0;
  for (const other of nearest) {
    const shared = new Set(other.examples.map(({ exampleId }) => exampleId).filter((id) => ids.has(id))).size;
    if (shared > most) [found, most] = [other, shared];
    if (most === ids.size) break;
  }
  return found;
}

/**
 * Groups trials by the id of the candidate that they ran, in the given order. Trials without a known candidate are
 * skipped.
 *
 * @experimental
 */
export function byCandidate(trials: readonly TrialHistory[]): ReadonlyMap<string, readonly TrialHistory[]> {
  const groups = new Map<string, TrialHistory[]>();
  for (const trial of trials) {
    if (trial.candidateId === null) continue;
    const group = groups.get(trial.candidateId);
    if (group) group.push(trial);
    else groups.set(trial.candidateId, [trial]);
  }
  return groups;
}
