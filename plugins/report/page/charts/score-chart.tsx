import { useContext, useMemo, useState } from 'preact/hooks';
import type { CompilePage, TrialPage } from '../../data/types/index.js';
import { count, score } from '../parts/format.js';
import { Choice, Section } from '../parts/section.jsx';
import { ThemeContext } from '../parts/theme.jsx';
import { Chart } from './chart.jsx';
import { type Against, type Layer, plotted, scoreOption } from './score-series.js';
import { TrialTip } from './trial-tip.jsx';

interface ScoreChartProps {
  readonly compile: CompilePage;
  readonly trials: readonly TrialPage[];
  readonly chosen: number | null;
  readonly onOpen: (index: number) => void;
}

/** Scores over trials, LM calls, tokens or cost. */
export function ScoreChart({ compile, trials, chosen, onOpen }: ScoreChartProps) {
  const colors = useContext(ThemeContext);
  const [against, setAgainst] = useState<Against>('trial');
  const [hidden, setHidden] = useState<ReadonlySet<Layer>>(() => crowded(trials));
  const points = useMemo(() => plotted(trials, against), [trials, against]);
  const option = useMemo(
    () => scoreOption({ compile, points, against, hidden, chosen, colors }),
    [compile, points, against, hidden, chosen, colors],
  );
  const tip = (index: number) => {
    const trial = trials.find((candidate) => candidate.index === index);
    return trial ? <TrialTip trial={trial} compile={compile} /> : null;
  };
  const axes = AXES.filter(([key]) => key === 'trial' || trials.some(({ spent }) => (spent[key] ?? 0) > 0));
  return (
    <Section
      id="score"
      title="Score"
      aside={compile.metric === null ? '' : `mean of ${compile.metric}`}
      controls={<Choice label="Horizontal axis" options={axes} value={against} onChoose={setAgainst} />}
    >
      {points.length === 0 ? (
        <p class="muted">No trial has a score.</p>
      ) : (
        <>
          <Chart option={option} height={300} label={describe(compile, trials)} onOpen={onOpen} tip={tip} />
          <Legend trials={trials} hidden={hidden} onToggle={(layer) => setHidden(toggled(hidden, layer))} />
        </>
      )}
    </Section>
  );
}

const AXES: readonly (readonly [Against, string])[] = [
  ['trial', 'Trial'],
  ['calls', 'LM calls'],
  ['tokens', 'Tokens'],
  ['cost', 'Cost'],
];

/** The layers that are hidden at first, because in a long run they would cover everything else. */
function crowded(trials: readonly TrialPage[]): ReadonlySet<Layer> {
  return new Set(trials.length > CROWD ? ['interval', 'decision'] : []);
}

const CROWD = 250;

function toggled(hidden: ReadonlySet<Layer>, layer: Layer): ReadonlySet<Layer> {
  const next = new Set(hidden);
  if (!next.delete(layer)) next.add(layer);
  return next;
}

function describe(compile: CompilePage, trials: readonly TrialPage[]): string {
  return `Scores of ${count(trials.length, 'trial')}: seed ${score(compile.seedScore)}, best ${score(compile.bestScore)}. The table of trials has every number.`;
}

interface LegendProps {
  readonly trials: readonly TrialPage[];
  readonly hidden: ReadonlySet<Layer>;
  readonly onToggle: (layer: Layer) => void;
}

/** The meaning of the marks. A click hides or shows a layer. */
function Legend({ trials, hidden, onToggle }: LegendProps) {
  const has = (scope: TrialPage['scope']): boolean => trials.some((trial) => trial.scope === scope);
  const items: readonly (readonly [Layer, string, boolean])[] = [
    ['full', 'full evaluation', has('full')],
    ['interval', '95 % interval', has('full')],
    ['best', 'best so far', has('full')],
    ['minibatch', 'minibatch', has('minibatch')],
    ['holdout', 'holdout', has('holdout')],
    ['decision', 'accepted ▲ rejected ✕', trials.some(({ decision }) => decision !== null)],
  ];
  return (
    <ul class="legend">
      {items
        .filter(([, , isThere]) => isThere)
        .map(([layer, name]) => (
          <li key={layer}>
            <button type="button" aria-pressed={!hidden.has(layer)} onClick={() => onToggle(layer)}>
              <span class={`key key-${layer}`} aria-hidden="true" />
              {name}
            </button>
          </li>
        ))}
    </ul>
  );
}
