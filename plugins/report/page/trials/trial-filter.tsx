import type { TrialPage } from '../../data/types/index.js';
import { Choice } from '../parts/section.jsx';
import type { TableState } from './trial-rows.js';

interface FilterProps {
  readonly trials: readonly TrialPage[];
  readonly state: TableState;
  readonly onChange: (state: TableState) => void;
}

/** Which trials the table shows. */
export function TrialFilter({ trials, state, onChange }: FilterProps) {
  const scopes = SCOPES.filter(
    ([scope]) =>
      scope === 'all' || trials.some((trial) => (scope === 'other' ? trial.scope === null : trial.scope === scope)),
  );
  return (
    <>
      {scopes.length > 2 && (
        <Choice
          label="Scope"
          options={scopes}
          value={state.scope}
          onChoose={(scope) => onChange({ ...state, scope })}
        />
      )}
      <label class="select">
        <span class="unseen">Show</span>
        <select
          value={state.only}
          onChange={(event) => onChange({ ...state, only: event.currentTarget.value as TableState['only'] })}
        >
          {ONLY.map(([value, name]) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <input
        type="search"
        placeholder="Filter"
        aria-label="Filter trials by name, phase, candidate or decision"
        value={state.words}
        onInput={(event) => onChange({ ...state, words: event.currentTarget.value })}
      />
    </>
  );
}

const SCOPES: readonly (readonly [TableState['scope'], string])[] = [
  ['all', 'All'],
  ['full', 'Full'],
  ['minibatch', 'Minibatch'],
  ['holdout', 'Holdout'],
  ['other', 'Other'],
];

const ONLY: readonly (readonly [TableState['only'], string])[] = [
  ['all', 'Any decision'],
  ['accepted', 'Accepted'],
  ['rejected', 'Rejected'],
  ['errors', 'With errors'],
];
