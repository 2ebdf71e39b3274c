import type { TrialHistory } from '../history/types.js';

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
