import { useMemo } from 'preact/hooks';
import type { RunPage } from '../../data/types/index.js';
import { Section } from '../parts/section.jsx';
import { CompareWinners } from './compare-winners.jsx';
import { Curves } from './curves.jsx';
import { Differences } from './differences.jsx';
import { entrantsOf } from './entrants.js';
import { Outcomes } from './outcomes.jsx';

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
