import type { CompilePage, RunPage } from '../../data/types.js';
import { moment, signed } from '../parts/format.js';
import { StatusMark } from '../parts/status.jsx';
import { Inline } from '../parts/text.jsx';
import { NumberCell, Value } from '../parts/value.jsx';
import { type Entrant, haveOneScale } from './entrants.js';

interface OutcomesProps {
  readonly runs: readonly RunPage[];
  readonly entrants: readonly Entrant[];
  readonly onOpen: (run: number) => void;
}

/** What each compile came to. */
export function Outcomes({ runs, entrants, onOpen }: OutcomesProps) {
  const others = runs.flatMap((run, position) => (run.compiles.length === 0 ? [{ run, position }] : []));
  const isComparable = haveOneScale(entrants);
  const most = Math.max(...entrants.map(({ compile }) => compile.bestScore ?? Number.NEGATIVE_INFINITY));
  return (
    <div class="table-place">
      {!isComparable && (
        <p class="note">Not all of them were scored by one metric on the same examples: none is said to be the best.</p>
      )}
      <table class="plain outcomes">
        <thead>
          <tr>
            <th scope="col">Run</th>
            <th scope="col">Status</th>
            <th scope="col" class="right">
              Seed
            </th>
            <th scope="col" class="right">
              Best
            </th>
            <th scope="col" class="right">
              Difference
            </th>
            <th scope="col">Is it real</th>
            <th scope="col" class="right fold-1">
              Trials
            </th>
            <th scope="col" class="right fold-1">
              LM calls
            </th>
            <th scope="col" class="right fold-1">
              Tokens
            </th>
            <th scope="col" class="right fold-1">
              Cost
            </th>
            <th scope="col" class="right fold-1">
              Time
            </th>
            <th scope="col" class="fold-1">
              Started
            </th>
          </tr>
        </thead>
        <tbody>
          {entrants.map(({ run, compile, name, runPosition }, index) => (
            <tr key={`${run.runId} ${compile.id}`} data-entrant={run.runId} data-compile={compile.index}>
              <th scope="row">
                <span class={`line-key series-${index % 6}`} aria-hidden="true" />
                <button type="button" class="link" onClick={() => onOpen(runPosition)}>
                  <Inline text={name} />
                </button>
              </th>
              <td>
                <StatusMark status={compile.status} />
              </td>
              <NumberCell of="seed-score" value={compile.seedScore} />
              <td class={`right ${isComparable && compile.bestScore === most ? 'strong' : ''}`}>
                <Value of="best-score" value={compile.bestScore} />
              </td>
              <td class="right number">
                {compile.comparison?.difference != null && signed(compile.comparison.difference)}
              </td>
              <td>{compile.comparison?.word ?? '–'}</td>
              <NumberCell of="trials" value={trialCount(run, compile)} as="whole" fold={1} />
              <NumberCell of="calls" value={compile.spent.calls} as="whole" fold={1} />
              <NumberCell of="tokens" value={compile.spent.tokens} as="short" fold={1} />
              <NumberCell of="cost" value={compile.spent.cost} as="dollars" fold={1} />
              <NumberCell
                of="time"
                value={(compile.endTime ?? run.lastTime) - compile.startTime}
                as="duration"
                fold={1}
              />
              <td class="muted fold-1">{moment(compile.startTime)}</td>
            </tr>
          ))}
          {others.map(({ run, position }) => (
            <tr key={run.runId} data-entrant={run.runId}>
              <th scope="row">
                <button type="button" class="link" onClick={() => onOpen(position)}>
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
          ))}
        </tbody>
      </table>
    </div>
  );
}

function trialCount(run: RunPage, compile: CompilePage): number {
  return run.trials.filter((trial) => run.compiles[trial.compile] === compile).length;
}
