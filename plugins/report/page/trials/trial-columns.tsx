import type { ComponentChildren } from 'preact';
import type { CompilePage, TrialPage } from '../../data/types/index.js';
import { range, shortId } from '../parts/format.js';
import { DecisionMark, StatusMark } from '../parts/status.jsx';
import { Inline } from '../parts/text.jsx';
import { Value } from '../parts/value.jsx';

/** A column of the table of trials. */
export interface TrialColumn {
  readonly key: string;
  readonly name: string;
  /** The value that rows are sorted by; `null` comes last. */
  readonly sortBy: (trial: TrialPage, compile: CompilePage) => number | string | null;
  readonly cell: (trial: TrialPage, compile: CompilePage) => ComponentChildren;
  readonly isNumber?: boolean;
  /** Narrow pages hide the column, 1 first. */
  readonly fold?: 1 | 2;
}

/** The columns, from left to right. */
export const TRIAL_COLUMNS: readonly TrialColumn[] = [
  {
    key: 'score',
    name: 'Score',
    isNumber: true,
    sortBy: ({ score: value }) => value,
    cell: (trial) =>
      trial.status === 'running' && trial.score === null ? (
        <StatusMark status="running" />
      ) : (
        <>
          {trial.isBest && (
            <span class="star" title="best so far">
              <span aria-hidden="true">★</span>
              <span class="unseen">best so far</span>
            </span>
          )}
          <Value of="trial-score" value={trial.score} />
        </>
      ),
  },
  {
    key: 'interval',
    name: '95 % interval',
    fold: 2,
    sortBy: ({ interval }) => interval?.[0] ?? null,
    cell: ({ interval }) =>
      interval && (
        <span class="number muted" data-of="trial-interval" data-low={interval[0]} data-high={interval[1]}>
          {range(interval)}
        </span>
      ),
  },
  { key: 'scope', name: 'Scope', sortBy: ({ scope }) => scope, cell: ({ scope }) => <ScopeMark scope={scope} /> },
  {
    key: 'n',
    name: 'Examples',
    isNumber: true,
    fold: 1,
    sortBy: ({ n }) => n,
    cell: ({ n, of, scope }) => (
      <>
        <Value of="trial-n" value={n} as="whole" />
        {scope === 'minibatch' && of !== null && <span class="muted"> of {of}</span>}
      </>
    ),
  },
  {
    key: 'phase',
    name: 'Phase',
    fold: 2,
    sortBy: ({ phase }) => phase,
    cell: ({ phase }) => phase && <Inline text={phase} />,
  },
  {
    key: 'decision',
    name: 'Decision',
    sortBy: ({ decision }) => (decision === null ? null : decision.accepted ? 0 : 1),
    cell: ({ decision }) => decision && <DecisionMark accepted={decision.accepted} />,
  },
  {
    key: 'candidate',
    name: 'Candidate',
    fold: 1,
    sortBy: ({ candidate }) => candidate,
    cell: ({ candidate }, compile) => {
      const found = compile.candidates[candidate ?? -1];
      return (
        found && (
          <>
            <Inline text={shortId(found.id)} class="mono" />
            <span class="muted"> {candidate === compile.seed ? 'seed' : found.by}</span>
          </>
        )
      );
    },
  },
  {
    key: 'errors',
    name: 'Errors',
    isNumber: true,
    fold: 1,
    sortBy: ({ errors }) => errors,
    cell: ({ errors }) => <Value of="trial-errors" value={errors} as="whole" class={errors > 0 ? 'bad' : 'muted'} />,
  },
  {
    key: 'calls',
    name: 'LM calls',
    isNumber: true,
    fold: 2,
    sortBy: ({ tokens }) => tokens.calls,
    cell: ({ tokens }) => <Value of="trial-calls" value={tokens.calls} as="whole" />,
  },
  {
    key: 'tokens',
    name: 'Tokens',
    isNumber: true,
    fold: 1,
    sortBy: ({ tokens }) => tokens.tokens,
    cell: ({ tokens }) => <Value of="trial-tokens" value={tokens.tokens} as="short" />,
  },
  {
    key: 'cost',
    name: 'Cost',
    isNumber: true,
    fold: 2,
    sortBy: ({ tokens }) => tokens.cost,
    cell: ({ tokens }) => <Value of="trial-cost" value={tokens.cost} as="dollars" />,
  },
  {
    key: 'time',
    name: 'Time',
    isNumber: true,
    fold: 1,
    sortBy: ({ durationMs }) => durationMs,
    cell: ({ durationMs }) => <Value of="trial-time" value={durationMs} as="duration" />,
  },
];

/** Which kind of evaluation it is, by its name and the mark of the drawing. */
export function ScopeMark({ scope }: { readonly scope: TrialPage['scope'] }) {
  return (
    <span class="scope">
      <span class={`key key-${scope ?? 'none'}`} aria-hidden="true" />
      {scope ?? 'unknown'}
    </span>
  );
}

/** The class of a cell or heading of a column. */
export function cellClass(isNumber: boolean, fold: TrialColumn['fold']): string {
  return `${isNumber ? 'right' : ''} ${fold ? `fold-${fold}` : ''}`;
}

/** The columns that hold anything for these trials. */
export function usedColumns(trials: readonly TrialPage[], compile: CompilePage): readonly TrialColumn[] {
  const optional = ['phase', 'cost', 'decision', 'errors'];
  return TRIAL_COLUMNS.filter(
    ({ key, sortBy }) =>
      !optional.includes(key) ||
      trials.some((trial) => (sortBy(trial, compile) ?? 0) !== 0 || (key === 'decision' && trial.decision !== null)),
  );
}
