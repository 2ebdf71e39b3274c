import { useContext, useMemo, useState } from 'preact/hooks';
import type { CompilePage, RunPage } from '../../data/types.js';
import { Chart } from '../charts/chart.jsx';
import type { Against } from '../charts/score-series.js';
import { moment, signed } from '../parts/format.js';
import { Choice, Section } from '../parts/section.jsx';
import { StatusMark } from '../parts/status.jsx';
import { Inline, plainly } from '../parts/text.jsx';
import { ThemeContext } from '../parts/theme.jsx';
import { NumberCell, Value } from '../parts/value.jsx';
import { compareOption, haveOneScale, settingsThatDiffer } from './compare-series.js';
import { CompareWinners } from './compare-winners.jsx';

/** One compile of one run, as it stands beside the others. */
export interface Entrant {
  readonly run: RunPage;
  readonly compile: CompilePage;
  readonly name: string;
  readonly runPosition: number;
}

interface CompareProps {
  readonly runs: readonly RunPage[];
  readonly onOpen: (run: number) => void;
}

/** Several runs side by side: their outcomes, score curves, settings that differ, and winners. */
export function Compare({ runs, onOpen }: CompareProps) {
  const entrants = useMemo(() => entrantsOf(runs), [runs]);
  return (
    <main class="page" id="main">
      <header class="run-head">
        <h1>{runs.length} runs side by side</h1>
      </header>
      <Section id="outcomes" title="Outcomes">
        <Outcomes runs={runs} entrants={entrants} onOpen={onOpen} />
      </Section>
      <Curves entrants={entrants} />
      <Section id="differences" title="Settings that differ">
        <Differences entrants={entrants} />
      </Section>
      <CompareWinners entrants={entrants} />
    </main>
  );
}

function entrantsOf(runs: readonly RunPage[]): readonly Entrant[] {
  return runs.flatMap((run, runPosition) =>
    run.compiles.map((compile) => ({ run, compile, runPosition, name: nameOf(runs, run, compile) })),
  );
}

function nameOf(runs: readonly RunPage[], run: RunPage, compile: CompilePage): string {
  const isAlone = runs.filter(({ name }) => name === run.name).length === 1;
  const of = isAlone ? run.name : `${run.name} ${run.runId.slice(-6)}`;
  return run.compiles.length > 1 ? `${of}, ${compile.optimizer}` : of;
}

interface OutcomesProps {
  readonly runs: readonly RunPage[];
  readonly entrants: readonly Entrant[];
  readonly onOpen: (run: number) => void;
}

function Outcomes({ runs, entrants, onOpen }: OutcomesProps) {
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

function Curves({ entrants }: { readonly entrants: readonly Entrant[] }) {
  const colors = useContext(ThemeContext);
  const [against, setAgainst] = useState<Against>('trial');
  const option = useMemo(() => compareOption(entrants, against, colors), [entrants, against, colors]);
  if (entrants.length === 0) return null;
  const label = entrants.map(({ name, compile }) => `${plainly(name)}: best ${compile.bestScore ?? 'none'}`).join('; ');
  return (
    <Section
      id="curves"
      title="Best full score so far"
      controls={
        <Choice
          label="Horizontal axis"
          options={[
            ['trial', 'Trial'],
            ['calls', 'LM calls'],
            ['tokens', 'Tokens'],
          ]}
          value={against}
          onChoose={setAgainst}
        />
      }
    >
      <Chart option={option} height={280} label={label} />
      <ul class="legend">
        {entrants.map(({ name, run, compile }, index) => (
          <li key={`${run.runId} ${compile.id}`}>
            <span class={`line-key series-${index % 6}`} aria-hidden="true" /> <Inline text={name} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Differences({ entrants }: { readonly entrants: readonly Entrant[] }) {
  const rows = useMemo(() => settingsThatDiffer(entrants), [entrants]);
  if (rows.length === 0) return <p class="muted">All settings that were recorded are the same.</p>;
  return (
    <div class="table-place">
      <table class="plain differences">
        <thead>
          <tr>
            <th scope="col">Setting</th>
            {entrants.map(({ name, run, compile }) => (
              <th scope="col" key={`${run.runId} ${compile.id}`}>
                <Inline text={name} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, values }) => (
            <tr key={key} data-setting={key}>
              <th scope="row">
                <Inline text={key} />
              </th>
              {values.map((value, index) => (
                <td key={entrants[index]?.compile.id}>
                  {value === null ? <span class="muted">–</span> : <Inline text={value} class="mono" />}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
