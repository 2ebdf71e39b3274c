import { useMemo, useRef, useState } from 'preact/hooks';
import type { CompilePage, TrialPage } from '../../data/types/index.js';
import { count } from '../parts/format.js';
import { Section } from '../parts/section.jsx';
import { useVirtualRows } from '../parts/virtual.js';
import { usedColumns } from './trial-columns.jsx';
import { TrialFilter } from './trial-filter.jsx';
import { TrialHead } from './trial-head.jsx';
import { TrialRow } from './trial-row.jsx';
import { INITIAL, type TableState, tableRows } from './trial-rows.js';

interface TrialTableProps {
  readonly compile: CompilePage;
  readonly trials: readonly TrialPage[];
  readonly chosen: number | null;
  readonly onOpen: (index: number) => void;
}

/** Every trial, to be sorted and filtered. A row opens its trial. */
export function TrialTable({ compile, trials, chosen, onOpen }: TrialTableProps) {
  const [state, setState] = useState<TableState>(INITIAL);
  const rows = useMemo(() => tableRows(trials, compile, state), [trials, compile, state]);
  const all = count(trials.length, 'trial');
  return (
    <Section
      id="trials"
      title="Trials"
      aside={rows.length === trials.length ? all : `${rows.length} of ${all}`}
      controls={<TrialFilter trials={trials} state={state} onChange={setState} />}
    >
      <Table {...{ compile, trials, chosen, onOpen, rows, state }} onChange={setState} />
    </Section>
  );
}

interface TableProps extends TrialTableProps {
  /** The trials to show, in their order. */
  readonly rows: readonly TrialPage[];
  readonly state: TableState;
  readonly onChange: (state: TableState) => void;
}

const ROW_HEIGHT = 33;

function Table({ compile, trials, chosen, onOpen, rows, state, onChange }: TableProps) {
  const place = useRef<HTMLDivElement>(null);
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
  const drawn = virtual.rows.flatMap((row) => {
    const trial = rows[row];
    if (trial === undefined) return [];
    const isChosen = trial.index === chosen;
    return (
      <TrialRow
        key={trial.index}
        {...{ trial, compile, columns, row, isChosen, onOpen }}
        onStep={(by) => step(row, by)}
      />
    );
  });
  return (
    <div class="table-place" ref={place} data-rows={rows.length}>
      <table class="trials" aria-rowcount={rows.length + 1}>
        <caption class="unseen">Trials; the buttons of the first row sort them.</caption>
        <TrialHead columns={columns} state={state} onChange={onChange} />
        <tbody>
          {virtual.before > 0 && <Room height={virtual.before} />}
          {drawn}
          {virtual.after > 0 && <Room height={virtual.after} />}
        </tbody>
      </table>
      {rows.length === 0 && <p class="muted nothing">No trial is like that.</p>}
    </div>
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
