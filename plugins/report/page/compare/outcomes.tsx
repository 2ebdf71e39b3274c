import type { CompilePage, RunPage } from '../../data/types/index.js';
import { moment, signed } from '../parts/format.js';
import { type Heading, Headings } from '../parts/headings.jsx';
import { StatusMark } from '../parts/status.jsx';
import { Inline } from '../parts/text.jsx';
import { NumberCell, Value } from '../parts/value.jsx';
import { type Entrant, haveOneScale } from './entrants.js';

const HEADINGS: readonly Heading[] = [
  { name: 'Run' },
  { name: 'Status' },
  { name: 'Seed', isNumber: true },
  { name: 'Best', isNumber: true },
  { name: 'Difference', isNumber: true },
  { name: 'Is it real' },
  { name: 'Trials', isNumber: true, fold: 1 },
  { name: 'LM calls', isNumber: true, fold: 1 },
  { name: 'Tokens', isNumber: true, fold: 1 },
  { name: 'Cost', isNumber: true, fold: 1 },
  { name: 'Time', isNumber: true, fold: 1 },
  { name: 'Started', fold: 1 },
];

interface OutcomesProps {
  readonly runs: readonly RunPage[];
  readonly entrants: readonly Entrant[];
  readonly onOpen: (run: number) => void;
}

/** The outcome of each compile, then the runs without a compile. */
export function Outcomes({ runs, entrants, onOpen }: OutcomesProps) {
  const isComparable = haveOneScale(entrants);
  const most = Math.max(...entrants.map(({ compile }) => compile.bestScore ?? Number.NEGATIVE_INFINITY));
  return (
    <div class="table-place">
      {!isComparable && (
        <p class="note">Not all of them were scored by one metric on the same examples: none is said to be the best.</p>
      )}
      <table class="plain outcomes">
        <Headings headings={HEADINGS} />
        <tbody>
          {entrants.map((entrant, index) => (
            <EntrantRow
              key={`${entrant.run.runId} ${entrant.compile.id}`}
              {...{ entrant, index }}
              isBest={isComparable && entrant.compile.bestScore === most}
              onOpen={() => onOpen(entrant.runPosition)}
            />
          ))}
          {runs.map((run, position) =>
            run.compiles.length > 0 ? null : <OtherRow key={run.runId} run={run} onOpen={() => onOpen(position)} />,
          )}
        </tbody>
      </table>
    </div>
  );
}

interface EntrantRowProps {
  readonly entrant: Entrant;
  /** Position among the entrants, from which its colour follows. */
  readonly index: number;
  readonly isBest: boolean;
  readonly onOpen: () => void;
}

function EntrantRow({ entrant: { run, compile, name }, index, isBest, onOpen }: EntrantRowProps) {
  const { spent, comparison, seedScore, bestScore, startTime, endTime } = compile;
  return (
    <tr data-entrant={run.runId} data-compile={compile.index}>
      <th scope="row">
        <span class={`line-key series-${index % 6}`} aria-hidden="true" />
        <button type="button" class="link" onClick={onOpen}>
          <Inline text={name} />
        </button>
      </th>
      <td>
        <StatusMark status={compile.status} />
      </td>
      <NumberCell of="seed-score" value={seedScore} />
      <td class={`right ${isBest ? 'strong' : ''}`}>
        <Value of="best-score" value={bestScore} />
      </td>
      <td class="right number">{comparison?.difference != null && signed(comparison.difference)}</td>
      <td>{comparison?.word ?? '–'}</td>
      <NumberCell of="trials" value={trialCount(run, compile)} as="whole" fold={1} />
      <NumberCell of="calls" value={spent.calls} as="whole" fold={1} />
      <NumberCell of="tokens" value={spent.tokens} as="short" fold={1} />
      <NumberCell of="cost" value={spent.cost} as="dollars" fold={1} />
      <NumberCell of="time" value={(endTime ?? run.lastTime) - startTime} as="duration" fold={1} />
      <td class="muted fold-1">{moment(startTime)}</td>
    </tr>
  );
}

function trialCount(run: RunPage, compile: CompilePage): number {
  return run.trials.filter((trial) => run.compiles[trial.compile] === compile).length;
}

/** A run without a compile: it has no scores, so its sentence fills the row. */
function OtherRow({ run, onOpen }: { readonly run: RunPage; readonly onOpen: () => void }) {
  return (
    <tr data-entrant={run.runId}>
      <th scope="row">
        <button type="button" class="link" onClick={onOpen}>
          <Inline text={run.name} />
        </button>
      </th>
      <td>
        <StatusMark status={run.status} />
      </td>
      <td colSpan={10} class="muted">
        <Inline text={run.sentence} />
      </td>
    </tr>
  );
}
