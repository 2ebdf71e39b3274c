import { useContext, useMemo } from 'preact/hooks';
import type { CompilePage, TrialPage } from '../../data/types/index.js';
import { count, score } from '../parts/format.js';
import { Section } from '../parts/section.jsx';
import { Inline, plainly } from '../parts/text.jsx';
import { ThemeContext } from '../parts/theme.jsx';
import { Chart } from './chart.jsx';
import { frontOption, objectivesOf, type ParetoPoint, paretoPoints } from './pareto-series.js';
import { TrialTip } from './trial-tip.jsx';

interface ParetoProps {
  readonly compile: CompilePage;
  readonly trials: readonly TrialPage[];
  readonly onOpen: (index: number) => void;
}

/** Candidates by several objectives: two as a plane, more as parallel axes. One objective has no front to show. */
export function Pareto({ compile, trials, onOpen }: ParetoProps) {
  const colors = useContext(ThemeContext);
  const objectives = useMemo(() => objectivesOf(compile, trials), [compile, trials]);
  const points = useMemo(() => paretoPoints(compile, trials, objectives), [compile, trials, objectives]);
  const option = useMemo(() => frontOption(points, objectives, colors), [points, objectives, colors]);
  if (objectives.length < 2 || points.length === 0) return null;
  const onFront = points.filter(({ isOnFront }) => isOnFront);
  const tip = (index: number) => {
    const trial = trials.find((candidate) => candidate.index === index);
    return trial ? <TrialTip trial={trial} compile={compile} /> : null;
  };
  const label = `${count(points.length, 'candidate')} by ${objectives.map(plainly).join(', ')}; ${onFront.length} on the front`;
  return (
    <Section id="pareto" title="Pareto front" aside={`${onFront.length} of ${count(points.length, 'candidate')}`}>
      <Chart option={option} height={320} label={label} onOpen={onOpen} tip={tip} />
      <FrontTable {...{ objectives, onOpen }} points={onFront} />
    </Section>
  );
}

/** Candidates that the table lists at most. */
const MOST_ROWS = 30;

interface FrontTableProps {
  readonly points: readonly ParetoPoint[];
  readonly objectives: readonly string[];
  readonly onOpen: (index: number) => void;
}

/** The candidates on the front, with their score on each objective. */
function FrontTable({ points, objectives, onOpen }: FrontTableProps) {
  return (
    <table class="plain front">
      <caption class="unseen">Candidates on the front</caption>
      <thead>
        <tr>
          <th scope="col">On the front</th>
          {objectives.map((objective) => (
            <th scope="col" class="right" key={objective}>
              <Inline text={objective} />
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {points.slice(0, MOST_ROWS).map(({ trial, id, values }) => (
          <tr key={id} data-front={id}>
            <th scope="row">
              <button type="button" class="link mono" onClick={() => onOpen(trial)}>
                {id.slice(0, 8)}
              </button>
            </th>
            {values.map((value, index) => (
              <td class="right number" key={objectives[index]} data-of="front-score" data-value={value}>
                {score(value)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
