import { useMemo, useState } from 'preact/hooks';
import type { CompilePage, RunPage, TrialPage } from '../../data/types/index.js';
import { count, score } from '../parts/format.js';
import { Choice, Section } from '../parts/section.jsx';
import { Inline } from '../parts/text.jsx';
import { ExampleGroupList } from './example-groups.jsx';
import type { Place } from './matrix-geometry.js';
import { MatrixGrid } from './matrix-grid.jsx';
import { cellOf, type MatrixModel, type MatrixState, matrixModel } from './matrix-model.js';

interface MatrixProps {
  readonly run: RunPage;
  readonly compile: CompilePage;
  readonly trials: readonly TrialPage[];
  readonly onOpen: (trial: number, example?: number) => void;
}

/** Trials by examples: which examples each candidate won and lost, and which none ever solved. */
export function Matrix({ run, compile, trials, onOpen }: MatrixProps) {
  const hasFull = trials.some(({ scope, examples }) => scope === 'full' && examples.length > 0);
  const [state, setState] = useState<MatrixState>({
    rows: hasFull ? 'full' : 'all',
    order: 'hardest',
    colors: 'score',
  });
  const model = useMemo(() => matrixModel(compile, trials, state), [compile, trials, state]);
  const [cursor, setCursor] = useState<Place | null>(null);
  if (!trials.some(({ examples }) => examples.length > 0)) return null;
  const open = ({ row, column }: Place): void => {
    const of = model.rows[row];
    const at = of?.batch.get(model.columns[column]?.example ?? -1);
    if (of && at !== undefined) onOpen(of.trial.index, at);
  };
  return (
    <Section
      id="examples"
      title="Examples"
      aside={`${count(model.rows.length, 'trial')} by ${count(model.columns.length, 'example')}`}
      controls={<Controls state={state} onChange={setState} />}
    >
      <ExampleGroupList {...{ run, compile, trials, onOpen }} />
      <Readout {...{ run, model, cursor, state }} />
      <MatrixGrid model={model} cursor={cursor} onPoint={setCursor} onOpen={open} />
      <Key state={state} model={model} />
    </Section>
  );
}

interface ControlsProps {
  readonly state: MatrixState;
  readonly onChange: (state: MatrixState) => void;
}

function Controls({ state, onChange }: ControlsProps) {
  return (
    <>
      <Choice
        label="Rows"
        options={[
          ['full', 'Full trials'],
          ['all', 'All trials'],
        ]}
        value={state.rows}
        onChoose={(rows) => onChange({ ...state, rows })}
      />
      <Choice
        label="Columns"
        options={[
          ['hardest', 'Hardest first'],
          ['dataset', 'In order'],
        ]}
        value={state.order}
        onChoose={(order) => onChange({ ...state, order })}
      />
      <Choice
        label="Colours"
        options={[
          ['score', 'Score'],
          ['seed', 'Against seed'],
          ['parent', 'Against parent'],
        ]}
        value={state.colors}
        onChoose={(colors) => onChange({ ...state, colors })}
      />
    </>
  );
}

interface ReadoutProps {
  readonly run: RunPage;
  readonly model: MatrixModel;
  readonly cursor: Place | null;
  readonly state: MatrixState;
}

/** Describes the cell that the pointer or the keyboard is on. */
function Readout({ run, model, cursor, state }: ReadoutProps) {
  const [row, column] = [model.rows[cursor?.row ?? -1], model.columns[cursor?.column ?? -1]];
  if (row === undefined || column === undefined) {
    return (
      <p class="readout muted">Point at a cell, or go to the matrix and use the arrow keys; Enter opens the example.</p>
    );
  }
  const cell = cellOf(row, column.example);
  const against = state.colors === 'score' || !cell?.change ? '' : ` (${cell.change} against ${state.colors})`;
  const said = cell === null ? 'not run' : cell.isError ? 'error' : `score ${score(cell.score)}${against}`;
  return (
    <p class="readout" role="status">
      <span class="number">trial {row.trial.index}</span>, <strong class="number">{said}</strong>, solved by{' '}
      {column.solved} of {column.tried}: <Inline text={run.examples[column.example]?.label ?? ''} class="muted" />
    </p>
  );
}

function Key({ state, model }: { readonly state: MatrixState; readonly model: MatrixModel }) {
  if (state.colors !== 'score') {
    return (
      <p class="matrix-key small">
        <span class="swatch swatch-good" aria-hidden="true" /> won{' '}
        <span class="swatch swatch-none" aria-hidden="true" /> the same, or nothing to compare{' '}
        <span class="swatch swatch-bad" aria-hidden="true" /> lost
      </p>
    );
  }
  return (
    <p class="matrix-key small">
      <span class="number">{score(model.low)}</span> <span class="ramp" aria-hidden="true" />{' '}
      <span class="number">{score(model.high)}</span> <span class="swatch swatch-error" aria-hidden="true" /> error
    </p>
  );
}
