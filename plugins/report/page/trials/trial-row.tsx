import type { CompilePage, TrialPage } from '../../data/types/index.js';
import { Inline } from '../parts/text.jsx';
import { cellClass, type TrialColumn } from './trial-columns.jsx';

interface TrialRowProps {
  readonly trial: TrialPage;
  readonly compile: CompilePage;
  readonly columns: readonly TrialColumn[];
  readonly row: number;
  readonly isChosen: boolean;
  readonly onOpen: (index: number) => void;
  /** Called with -1 for the row above and 1 for the row below. */
  readonly onStep: (by: number) => void;
}

/** One trial in the table. A click anywhere opens it; the arrow keys go to the rows above and below. */
export function TrialRow({ trial, compile, columns, row, isChosen, onOpen, onStep }: TrialRowProps) {
  const onKeyDown = (event: KeyboardEvent): void => {
    const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (by === 0) return;
    event.preventDefault();
    onStep(by);
  };
  return (
    <tr
      class={isChosen ? 'is-chosen' : ''}
      data-trial={trial.index}
      aria-rowindex={row + 2}
      onClick={() => onOpen(trial.index)}
    >
      <th scope="row">
        <button type="button" class="row-open" onKeyDown={onKeyDown} aria-expanded={isChosen}>
          <span class="number muted">{trial.index}</span> <Inline text={trial.name ?? 'trial'} />
        </button>
      </th>
      {columns.map(({ key, cell, isNumber = false, fold }) => (
        <td key={key} class={cellClass(isNumber, fold)}>
          {cell(trial, compile)}
        </td>
      ))}
    </tr>
  );
}
