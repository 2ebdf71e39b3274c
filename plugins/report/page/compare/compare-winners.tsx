import { useState } from 'preact/hooks';
import type { CandidatePage } from '../../data/types/index.js';
import { DiffView } from '../candidates/diff-view.jsx';
import { componentName, count } from '../parts/format.js';
import { Section } from '../parts/section.jsx';
import { Inline, plainly } from '../parts/text.jsx';
import type { Entrant } from './entrants.js';

/** The winners of two runs, one against the other. */
export function CompareWinners({ entrants }: { readonly entrants: readonly Entrant[] }) {
  const [first, setFirst] = useState(() => bestOf(entrants, 0));
  const [second, setSecond] = useState(() => bestOf(entrants, 1));
  if (entrants.length < 2) return null;
  const [left, right] = [winnerOf(entrants[first]), winnerOf(entrants[second])];
  const keys = [...new Set([...Object.keys(left?.texts ?? {}), ...Object.keys(right?.texts ?? {})])];
  const text = (position: number, winner: CandidatePage | undefined, key: string): string =>
    entrants[position]?.run.texts[winner?.texts[key] ?? -1] ?? '';
  return (
    <Section
      id="winners"
      title="Winners"
      controls={
        <>
          <Pick label="From" {...{ entrants, value: first, onPick: setFirst }} />
          <Pick label="to" {...{ entrants, value: second, onPick: setSecond }} />
        </>
      }
    >
      {(left === undefined || right === undefined) && <p class="muted">One of them has returned nothing.</p>}
      {left && right && (
        <div class="texts">
          {keys.map((key) => (
            <div class="component" key={key}>
              <h3>
                <Inline text={componentName(key)} />
              </h3>
              <DiffView before={text(first, left, key)} after={text(second, right, key)} />
            </div>
          ))}
          <BesidesTexts left={left} right={right} />
        </div>
      )}
    </Section>
  );
}

/** Their numbers of demos, and what cannot be compared. */
function BesidesTexts({ left, right }: { readonly left: CandidatePage; readonly right: CandidatePage }) {
  const withheld = [...new Set([...(left.withheld ?? []), ...(right.withheld ?? [])])];
  return (
    <>
      {(left.demoCount > 0 || right.demoCount > 0) && (
        <p class="muted">
          {count(left.demoCount, 'demo')} → {count(right.demoCount, 'demo')}
        </p>
      )}
      {withheld.length > 0 && <p class="muted">Not captured, so not compared: {withheld.join(', ')}.</p>}
    </>
  );
}

/** Position of the entrant of a run with the best score; without one, of any other. */
function bestOf(entrants: readonly Entrant[], run: number): number {
  const ranked = entrants
    .map(({ runPosition, compile }, position) => ({ runPosition, position, score: compile.bestScore ?? -Infinity }))
    .filter(({ runPosition }) => runPosition === run)
    .sort((a, b) => b.score - a.score);
  return ranked[0]?.position ?? Math.min(run, entrants.length - 1);
}

function winnerOf(entrant: Entrant | undefined): CandidatePage | undefined {
  return entrant?.compile.candidates[entrant.compile.winner ?? -1];
}

interface PickProps {
  readonly label: string;
  readonly entrants: readonly Entrant[];
  readonly value: number;
  readonly onPick: (position: number) => void;
}

function Pick({ label, entrants, value, onPick }: PickProps) {
  return (
    <label class="select">
      <span class="muted">{label}</span>{' '}
      <select value={String(value)} onChange={(event) => onPick(Number(event.currentTarget.value))}>
        {entrants.map(({ name, run, compile }, index) => (
          <option key={`${run.runId} ${compile.id}`} value={String(index)}>
            {plainly(name)}
          </option>
        ))}
      </select>
    </label>
  );
}
