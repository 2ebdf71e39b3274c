import type { CompilePage, TrialPage } from '../../data/types/index.js';
import { TRIAL_COLUMNS } from './trial-columns.jsx';

/** How the table of trials is filtered and sorted. */
export interface TableState {
  readonly scope: 'all' | 'full' | 'minibatch' | 'holdout' | 'other';
  readonly only: 'all' | 'accepted' | 'rejected' | 'errors';
  readonly words: string;
  /** Key of a column, or `index`. */
  readonly sort: string;
  readonly isDescending: boolean;
}

/** Everything, in the order of the trials. */
export const INITIAL: TableState = { scope: 'all', only: 'all', words: '', sort: 'index', isDescending: false };

/** The trials that the table shows, in its order. */
export function tableRows(trials: readonly TrialPage[], compile: CompilePage, state: TableState): readonly TrialPage[] {
  const words = state.words.toLowerCase().split(/\s+/).filter(Boolean);
  const found = trials.filter(
    (trial) =>
      ofScope(trial, state.scope) &&
      ofKind(trial, state.only) &&
      words.every((word) => haystack(trial, compile).includes(word)),
  );
  return sorted(found, compile, state);
}

function ofScope({ scope }: TrialPage, wanted: TableState['scope']): boolean {
  return wanted === 'all' || (wanted === 'other' ? scope === null : scope === wanted);
}

function ofKind({ decision, errors }: TrialPage, wanted: TableState['only']): boolean {
  if (wanted === 'errors') return errors > 0;
  return wanted === 'all' || decision?.accepted === (wanted === 'accepted');
}

function haystack(trial: TrialPage, compile: CompilePage): string {
  const candidate = compile.candidates[trial.candidate ?? -1];
  const decision = trial.decision === null ? '' : trial.decision.accepted ? 'accepted' : 'rejected';
  const parts = [
    `#${trial.index}`,
    trial.name,
    trial.scope,
    trial.phase,
    trial.status,
    candidate?.id,
    candidate?.by,
    decision,
  ];
  return parts.filter(Boolean).join(' ').toLowerCase();
}

function sorted(
  trials: readonly TrialPage[],
  compile: CompilePage,
  { sort, isDescending }: TableState,
): readonly TrialPage[] {
  const column = TRIAL_COLUMNS.find(({ key }) => key === sort);
  const value = (trial: TrialPage): number | string | null => (column ? column.sortBy(trial, compile) : trial.index);
  const direction = isDescending ? -1 : 1;
  return [...trials].sort((a, b) => {
    const [left, right] = [value(a), value(b)];
    if (left === right) return a.index - b.index;
    if (left === null) return 1;
    if (right === null) return -1;
    return (left < right ? -1 : 1) * direction;
  });
}
