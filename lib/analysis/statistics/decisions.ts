import type { CompileHistory, Decision, TrialHistory } from '../history/types.js';
import { type CompareOptions, type Comparison, compare } from './compare.js';
import { RESAMPLES } from './score.js';

/** A decision of the search, and what the scores say of it. */
export interface DecisionVerdict {
  readonly candidateId: string;
  readonly decision: Decision;
  /** The candidate against each of its parents, minibatch before full; empty where they share no trial of one kind. */
  readonly comparisons: readonly ParentComparison[];
}

/** A candidate against a parent. */
export interface ParentComparison extends Comparison {
  readonly scope: 'minibatch' | 'full';
  readonly parentId: string;
  readonly parentTrialId: string;
  readonly trialId: string;
}

/**
 * Each decision of a compile with its comparisons: the candidate's minibatch against its parent's on the same examples,
 * and its full evaluation against its parent's. A minibatch is never compared with a full evaluation. p values are those
 * of single comparisons: each tells of its own decision.
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
 * The trial of the same scope that shares most examples with this one; of several, the last before it. `undefined` where
 * none shares any.
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

/** Trials by the candidate that they ran, in their order; those of no known candidate are left out. */
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
