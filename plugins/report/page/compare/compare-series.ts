import type { Option } from '../charts/echarts.js';
import { type Against, bestSoFar, plotted } from '../charts/score-series.js';
import { short, tick } from '../parts/format.js';
import type { Colors } from '../parts/theme.jsx';
import type { Entrant } from './entrants.js';

/** The best full scores of all, together. */
export function compareOption(entrants: readonly Entrant[], against: Against, colors: Colors): Option {
  return {
    animation: false,
    textStyle: { fontFamily: colors.font },
    grid: { left: 46, right: 18, top: 14, bottom: 36 },
    xAxis: {
      type: 'value',
      max: 'dataMax',
      minInterval: 1,
      axisLine: { lineStyle: { color: colors.line } },
      axisTick: { show: false },
      splitLine: { show: false },
      axisLabel: {
        color: colors.muted,
        fontSize: 11,
        hideOverlap: true,
        ...(against === 'trial' ? {} : { formatter: short }),
      },
    },
    yAxis: {
      type: 'value',
      scale: true,
      axisLine: { show: false },
      axisTick: { show: false },
      splitLine: { lineStyle: { color: colors.line } },
      axisLabel: { color: colors.muted, fontSize: 11, formatter: tick },
    },
    series: entrants.map((entrant, index) => curve(entrant, against, colors.series[index % 6] ?? colors.full)),
  };
}

/** Counts trials from the first of the compile, not of the run, so that all curves start at the left. */
function curve({ run, compile }: Entrant, against: Against, color: string): object {
  const trials = run.trials.filter((trial) => run.compiles[trial.compile] === compile);
  const points = plotted(trials, against);
  const start = against === 'trial' ? (trials[0]?.index ?? 0) : 0;
  const best = bestSoFar(points);
  const [last, end] = [best.at(-1), points.at(-1)];
  const data = best.map(({ x, y }) => [x - start, y]);
  return {
    type: 'line',
    step: 'end',
    symbol: 'circle',
    symbolSize: 6,
    lineStyle: { color, width: 2 },
    itemStyle: { color },
    data: last && end && end.x > last.x ? [...data, [end.x - start, last.y]] : data,
  };
}
