import { useMemo, useRef, useState } from 'preact/hooks';
import type { CompilePage, TrialPage } from '../../data/types.js';
import { count } from '../parts/format.js';
import { Section } from '../parts/section.jsx';
import { Inline } from '../parts/text.jsx';
import { useVirtualRows } from '../parts/virtual.js';
import { type TrialColumn, usedColumns } from './trial-columns.jsx';
import { TrialFilter } from './trial-filter.jsx';
import { INITIAL, type TableState, tableRows } from './trial-rows.js';

interface TrialTableProps {
  readonly compile: CompilePage;
  readonly trials: readonly TrialPage[];
  readonly chosen: number | null;
  readonly onOpen: (index: number) => void;
  readonly onClose: () => void;
}

const ROW_HEIGHT = 33;

/** Every trial, to be sorted and filtered. A row opens what is behind it. */
export function TrialTable({ compile, trials, chosen, onOpen }: TrialTableProps) {
  const [state, setState] = useState<TableState>(INITIAL);
  const place = useRef<HTMLDivElement>(null);
  const rows = useMemo(() => tableRows(trials, compile, state), [trials, compile, state]);
  const columns = useMemo(() => usedColumns(trials, compile), [trials, compile]);
  const virtual = useVirtualRows(place, rows.length, ROW_HEIGHT);
  const step = (from: number, by: number): void => {
    const next = rows[from + by];
    if (next === undefined) return;
    virtual.scrollTo(from + by);
    requestAnimationFrame(() =>
      place.current?.querySelector<HTMLElement>(`[data-trial="${next.index}"] button`)?.focus(),
    );
    if (chosen !== null) onOpen(next.index);
  };
  return (
    <Section
      id="trials"
      title="Trials"
      aside={
        rows.length === trials.length
          ? count(rows.length, 'trial')
          : `${rows.length} of ${count(trials.length, 'trial')}`
      }
      controls={<TrialFilter trials={trials} state={state} onChange={setState} />}
    >
      <div class="table-place" ref={place} data-rows={rows.length}>
        <table class="trials" aria-rowcount={rows.length + 1}>
          <caption class="unseen">Trials; the buttons of the first row sort them.</caption>
          <Head columns={columns} state={state} onChange={setState} />
          <tbody>
            {virtual.before > 0 && <Room height={virtual.before} />}
            {virtual.rows.map((row) => {
              const trial = rows[row];
              return (
                trial && (
                  <Row
                    key={trial.index}
                    {...{ trial, compile, columns, row, isChosen: trial.index === chosen, onOpen }}
                    onStep={(by) => step(row, by)}
                  />
                )
              );
            })}
            {virtual.after > 0 && <Room height={virtual.after} />}
          </tbody>
        </table>
        {rows.length === 0 && <p class="muted nothing">No trial is like that.</p>}
      </div>
    </Section>
  );
}

/** The room of the rows that are not drawn. */
function Room({ height }: { readonly height: number }) {
  return (
    <tr class="room">
      <td style={{ height: `${height}px` }} />
    </tr>
  );
}

interface HeadProps {
  readonly columns: readonly TrialColumn[];
  readonly state: TableState;
  readonly onChange: (state: TableState) => void;
}

function Head({ columns, state, onChange }: HeadProps) {
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

function cellClass(isNumber: boolean, fold?: 1 | 2): string {
  return `${isNumber ? 'right' : ''} ${fold ? `fold-${fold}` : ''}`;
}

interface RowProps {
  readonly trial: TrialPage;
  readonly compile: CompilePage;
  readonly columns: readonly TrialColumn[];
  readonly row: number;
  readonly isChosen: boolean;
  readonly onOpen: (index: number) => void;
  /** Goes to another row, from the keyboard. */
  readonly onStep: (by: number) => void;
}

function Row({ trial, compile, columns, row, isChosen, onOpen, onStep }: RowProps) {
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
