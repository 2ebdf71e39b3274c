import { cellClass, type TrialColumn } from './trial-columns.jsx';
import type { TableState } from './trial-rows.js';

interface TrialHeadProps {
  readonly columns: readonly TrialColumn[];
  readonly state: TableState;
  readonly onChange: (state: TableState) => void;
}

/** The head of the table of trials: each heading is a button that sorts by its column. */
export function TrialHead({ columns, state, onChange }: TrialHeadProps) {
  const all: readonly Pick<TrialColumn, 'key' | 'name' | 'isNumber' | 'fold'>[] = [
    { key: 'index', name: 'Trial' },
    ...columns,
  ];
  return (
    <thead>
      <tr aria-rowindex={1}>
        {all.map(({ key, name, isNumber = false, fold }) => {
          const isSorted = state.sort === key;
          const isDescending = isSorted ? !state.isDescending : isNumber;
          const direction = isSorted ? (state.isDescending ? 'descending' : 'ascending') : 'none';
          return (
            <th key={key} scope="col" class={cellClass(isNumber, fold)} aria-sort={direction}>
              <button type="button" onClick={() => onChange({ ...state, sort: key, isDescending })}>
                {name}
                <span class="sort-sign" aria-hidden="true">
                  {isSorted ? (state.isDescending ? '↓' : '↑') : ''}
                </span>
              </button>
            </th>
          );
        })}
      </tr>
    </thead>
  );
}
