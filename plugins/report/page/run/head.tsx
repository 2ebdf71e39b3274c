import type { CompilePage, RunPage } from '../../data/types/index.js';
import { moment, score } from '../parts/format.js';
import { SpentFacts } from '../parts/spent.jsx';
import { StatusMark } from '../parts/status.jsx';
import { Inline } from '../parts/text.jsx';
import { Fact, Value } from '../parts/value.jsx';

/** The outcome of the run in a sentence, and its totals. */
export function RunHead({ run }: { readonly run: RunPage }) {
  const end = run.endTime ?? run.lastTime;
  return (
    <header class="run-head">
      <h1>
        <Inline text={run.name} />
        <StatusMark status={run.status} />
      </h1>
      <p class="sentence" data-of="sentence" dir="auto">
        {run.sentence}
      </p>
      {run.omitted && <p class="note">{run.omitted}</p>}
      <dl class="facts">
        <Fact name="Started">
          <time dateTime={new Date(run.startTime).toISOString()}>{moment(run.startTime)}</time>
        </Fact>
        <Fact name="Time">
          <Value of="run-time" value={end - run.startTime} as="duration" />
        </Fact>
        <SpentFacts spent={run.spent} prefix="run-" />
        <Fact name="Run">
          <Inline text={run.runId} class="mono" />
        </Fact>
        {Object.entries(run.tags).map(([key, value]) => (
          <Fact key={key} name={key}>
            <Inline text={value} />
          </Fact>
        ))}
      </dl>
    </header>
  );
}

interface CompileTabsProps {
  readonly run: RunPage;
  readonly chosen: string;
  readonly onChoose: (id: string) => void;
}

/** The compiles of a run, each with its scores. */
export function CompileTabs({ run, chosen, onChoose }: CompileTabsProps) {
  return (
    <nav class="compile-tabs" aria-label="Compiles">
      {run.compiles.map((compile) => (
        <button
          type="button"
          key={compile.id}
          class="compile-tab"
          aria-pressed={compile.id === chosen}
          onClick={() => onChoose(compile.id)}
        >
          <span class="compile-name">
            <Inline text={compile.optimizer} />
          </span>
          <span class="number">{fromTo(compile)}</span>
        </button>
      ))}
    </nav>
  );
}

function fromTo({ seedScore, bestScore, status }: CompilePage): string {
  if (bestScore === null) return status === 'running' ? 'running' : 'no full evaluation';
  return seedScore === null ? score(bestScore) : `${score(seedScore)} → ${score(bestScore)}`;
}
