import { useContext, useMemo, useState } from 'preact/hooks';
import { Chart } from '../charts/chart.jsx';
import type { Against } from '../charts/score-series.js';
import { Choice, Section } from '../parts/section.jsx';
import { Inline, plainly } from '../parts/text.jsx';
import { ThemeContext } from '../parts/theme.jsx';
import { compareOption } from './compare-series.js';
import type { Entrant } from './entrants.js';

/** The score curves of all compiles in one chart. */
export function Curves({ entrants }: { readonly entrants: readonly Entrant[] }) {
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
