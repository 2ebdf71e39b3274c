import type { CompilePage, TrialPage } from '../../data/types/index.js';
import { tick } from '../parts/format.js';
import { plainly } from '../parts/text.jsx';
import type { Colors } from '../parts/theme.jsx';
import type { Option } from './echarts.js';

/** A candidate by its objectives. */
export interface ParetoPoint {
  readonly id: string;
  /** Index of its full evaluation. */
  readonly trial: number;
  readonly values: readonly number[];
  readonly isOnFront: boolean;
}

/** Names of the objectives: those that the optimizer reported if there are several, else those of full evaluations. */
export function objectivesOf(compile: CompilePage, trials: readonly TrialPage[]): readonly string[] {
  if (compile.objectives.length > 1) return compile.objectives;
  return [...new Set(trials.flatMap(({ scope, scores }) => (scope === 'full' && scores ? Object.keys(scores) : [])))];
}

/**
 * Candidates with their scores on each objective in their last full evaluation. The front is the one that the optimizer
 * reported; if it reported none, the candidates that no other beats (higher is better).
 */
export function paretoPoints(
  compile: CompilePage,
  trials: readonly TrialPage[],
  objectives: readonly string[],
): readonly ParetoPoint[] {
  const found = new Map<number, Omit<ParetoPoint, 'isOnFront'>>();
  for (const { candidate, scope, scores, index } of trials) {
    const values = objectives.map((objective) => scores?.[objective]);
    if (candidate === null || scope !== 'full' || values.length === 0) continue;
    if (!values.every((value) => value !== undefined)) continue;
    found.set(candidate, { id: compile.candidates[candidate]?.id ?? '', trial: index, values });
  }
  const reported = new Set(compile.pareto.map(({ candidate }) => candidate));
  const points = [...found];
  return points.map(([candidate, point]) => ({
    ...point,
    isOnFront:
      reported.size > 0 ? reported.has(candidate) : !points.some(([, other]) => beats(other.values, point.values)),
  }));
}

function beats(one: readonly number[], other: readonly number[]): boolean {
  const pairs = one.map((value, index) => [value, other[index] ?? value] as const);
  return pairs.every(([a, b]) => a >= b) && pairs.some(([a, b]) => a > b);
}

/** The drawing: a plane for two objectives, parallel axes for more. */
export function frontOption(points: readonly ParetoPoint[], objectives: readonly string[], colors: Colors): Option {
  return objectives.length === 2 ? plane(points, objectives, colors) : parallel(points, objectives, colors);
}

function plane(points: readonly ParetoPoint[], objectives: readonly string[], colors: Colors): Option {
  const axis = (name: string | undefined, gap: number): object => ({
    type: 'value',
    scale: true,
    name: plainly(name ?? ''),
    nameLocation: 'middle',
    nameGap: gap,
    nameTextStyle: { color: colors.muted, fontSize: 11 },
    axisLine: { lineStyle: { color: colors.line } },
    splitLine: { lineStyle: { color: colors.line } },
    axisLabel: { color: colors.muted, fontSize: 11, formatter: tick },
  });
  const series = (isOnFront: boolean): object => ({
    type: 'scatter',
    name: isOnFront ? 'on the front' : 'beaten',
    symbolSize: isOnFront ? 11 : 7,
    itemStyle: { color: isOnFront ? colors.full : colors.mini },
    data: points.filter((point) => point.isOnFront === isOnFront).map(({ values, trial }) => [...values, trial]),
  });
  const front = points.filter(({ isOnFront }) => isOnFront).sort((a, b) => (a.values[0] ?? 0) - (b.values[0] ?? 0));
  const line = {
    type: 'line',
    step: 'start',
    symbol: 'none',
    silent: true,
    lineStyle: { color: colors.full, width: 1, opacity: 0.6 },
    data: front.map(({ values }) => [...values]),
  };
  return {
    animation: false,
    textStyle: { fontFamily: colors.font },
    grid: { left: 58, right: 20, top: 16, bottom: 46 },
    xAxis: axis(objectives[0], 28),
    yAxis: axis(objectives[1], 40),
    series: [line, series(false), series(true)],
  };
}

function parallel(points: readonly ParetoPoint[], objectives: readonly string[], colors: Colors): Option {
  const series = (isOnFront: boolean): object => ({
    type: 'parallel',
    name: isOnFront ? 'on the front' : 'beaten',
    silent: true,
    lineStyle: {
      color: isOnFront ? colors.full : colors.mini,
      width: isOnFront ? 2 : 1,
      opacity: isOnFront ? 0.9 : 0.35,
    },
    data: points.filter((point) => point.isOnFront === isOnFront).map(({ values }) => [...values]),
  });
  return {
    animation: false,
    textStyle: { fontFamily: colors.font },
    parallel: { left: 50, right: 60, top: 36, bottom: 24 },
    parallelAxis: objectives.map((name, dim) => ({
      dim,
      name: plainly(name),
      type: 'value',
      scale: true,
      nameTextStyle: { color: colors.ink, fontSize: 11 },
      axisLine: { lineStyle: { color: colors.line } },
      axisLabel: { color: colors.muted, fontSize: 10, formatter: tick },
    })),
    series: [series(false), series(true)],
  };
}
