import type { CompilePage, TrialPage } from '../../data/types/index.js';
import { dollars, short, tick } from '../parts/format.js';
import type { Colors } from '../parts/theme.jsx';
import type { Option } from './echarts.js';

/** The horizontal axis of scores. */
export type Against = 'trial' | 'calls' | 'tokens' | 'cost';

/** A layer of the drawing, which can be hidden. */
export type Layer = 'full' | 'minibatch' | 'holdout' | 'best' | 'interval' | 'decision';

/** A trial with a place in the drawing. */
export interface Plotted {
  readonly trial: TrialPage;
  readonly x: number;
  readonly y: number;
}

/** The trials that have a score, with their places in the drawing. */
export function plotted(trials: readonly TrialPage[], against: Against): Plotted[] {
  return trials.flatMap((trial) => {
    const x = against === 'trial' ? trial.index : trial.spent[against];
    return trial.score === null || x === null ? [] : [{ trial, x, y: trial.score }];
  });
}

/** Best full score so far, at each full trial that ended. */
export function bestSoFar(points: readonly Plotted[]): Plotted[] {
  let best = Number.NEGATIVE_INFINITY;
  return points.flatMap((point) => {
    if (point.trial.scope !== 'full' || point.trial.status !== 'finished') return [];
    best = Math.max(best, point.y);
    return [{ ...point, y: best }];
  });
}

interface ScoreDrawing {
  readonly compile: CompilePage;
  readonly points: readonly Plotted[];
  readonly against: Against;
  readonly hidden: ReadonlySet<Layer>;
  readonly chosen: number | null;
  readonly colors: Colors;
}

/** The drawing of the scores: each kind of evaluation is a series of its own. */
export function scoreOption(drawing: ScoreDrawing): Option {
  const { points, hidden, colors, against } = drawing;
  const of = (scope: TrialPage['scope']): Plotted[] => points.filter(({ trial }) => trial.scope === scope);
  const best = bestSoFar(points);
  const end = points.at(-1)?.x;
  const full = of('full');
  const shown = (layer: Layer, made: object[]): object[] => (hidden.has(layer) ? [] : made);
  return {
    animation: false,
    textStyle: { fontFamily: colors.font },
    grid: { left: 46, right: 18, top: 14, bottom: 36 },
    xAxis: { ...axis(colors, { axisLabel: { formatter: FORMATS[against] } }, true), ...bounds(points, against) },
    yAxis: axis(colors, { axisLabel: { formatter: tick } }, false),
    dataZoom: [{ type: 'inside', zoomOnMouseWheel: 'ctrl', moveOnMouseWheel: false, filterMode: 'none' }],
    series: [
      ...shown('interval', [whiskers(full, colors)]),
      ...shown('minibatch', [
        dots('minibatch', of('minibatch'), { color: colors.mini, symbolSize: dense(points) ? 4 : 6 }),
      ]),
      ...shown('best', [steps(best, end, colors)]),
      ...shown('holdout', [
        dots('holdout', of('holdout'), { color: colors.holdout, symbol: 'diamond', symbolSize: 10 }),
      ]),
      ...shown('full', [dots('full', full, { color: colors.full, symbolSize: dense(full) ? 5 : 10 })]),
      ...shown('decision', decisions(points, colors)),
      ...chosenMark(drawing),
    ],
  };
}

/** More points than that cover each other. */
const CROWD = 300;

function dense(points: readonly Plotted[]): boolean {
  return points.length > CROWD;
}

const FORMATS: Record<Against, (value: number) => string> = { trial: tick, calls: short, tokens: short, cost: dollars };

/** From the first to the last trial with a little room; spending begins at nothing. */
function bounds(points: readonly Plotted[], against: Against): object {
  const [first, last] = [points[0]?.x ?? 0, points.at(-1)?.x ?? 1];
  const room = Math.max((last - first) * 0.02, against === 'trial' ? 0.5 : 0);
  return { min: against === 'trial' ? first - room : 0, max: last + room, minInterval: against === 'cost' ? 0 : 1 };
}

function axis(colors: Colors, more: { readonly axisLabel: object }, isX: boolean): object {
  return {
    type: 'value',
    scale: true,
    axisLine: { show: isX, lineStyle: { color: colors.line } },
    axisTick: { show: false },
    splitLine: { show: !isX, lineStyle: { color: colors.line } },
    axisLabel: {
      color: colors.muted,
      fontSize: 11,
      hideOverlap: true,
      showMinLabel: !isX,
      showMaxLabel: !isX,
      ...more.axisLabel,
    },
  };
}

function dots(
  name: string,
  points: readonly Plotted[],
  style: { readonly color: string; readonly symbol?: string; readonly symbolSize: number },
): object {
  const { color, symbol = 'circle', symbolSize } = style;
  return {
    name,
    type: 'scatter',
    symbol,
    symbolSize,
    itemStyle: { color, opacity: points.length > CROWD ? 0.55 : 0.9 },
    emphasis: { scale: 1.3 },
    data: points.map(({ x, y, trial }) => [x, y, trial.index]),
  };
}

/** The best so far as steps; on to the last trial, and behind the points. */
function steps(best: readonly Plotted[], end: number | undefined, colors: Colors): object {
  const last = best.at(-1);
  const data = best.map(({ x, y }) => [x, y]);
  return {
    name: 'best so far',
    type: 'line',
    step: 'end',
    symbol: 'none',
    silent: true,
    lineStyle: { color: colors.full, width: 1.5 },
    areaStyle: { color: colors.fullSoft, origin: 'start' },
    data: last && end !== undefined && end > last.x ? [...data, [end, last.y]] : data,
  };
}

/** Bootstrap intervals of full evaluations. */
function whiskers(points: readonly Plotted[], colors: Colors): object {
  return {
    name: 'interval',
    type: 'custom',
    silent: true,
    encode: { x: 0, y: [1, 2] },
    data: points.flatMap(({ x, trial }) => (trial.interval ? [[x, ...trial.interval]] : [])),
    renderItem: (_: unknown, api: { value(dimension: number): number; coord(point: number[]): number[] }) => {
      const [x = 0, low = 0] = api.coord([api.value(0), api.value(1)]);
      const [, high = 0] = api.coord([api.value(0), api.value(2)]);
      const style = { stroke: colors.full, lineWidth: 1.5, opacity: 0.45 };
      const line = (x1: number, y1: number, x2: number, y2: number): object => ({
        type: 'line',
        shape: { x1, y1, x2, y2 },
        style,
      });
      return {
        type: 'group',
        children: [line(x, low, x, high), line(x - 3, low, x + 3, low), line(x - 3, high, x + 3, high)],
      };
    },
  };
}

/** Trials that led to a decision. */
function decisions(points: readonly Plotted[], colors: Colors): object[] {
  const decided = (accepted: boolean): Plotted[] => points.filter(({ trial }) => trial.decision?.accepted === accepted);
  const mark = (accepted: boolean, symbol: string, size: number): object => ({
    name: accepted ? 'accepted' : 'rejected',
    type: 'scatter',
    symbol,
    symbolSize: size,
    symbolOffset: [0, -13],
    itemStyle: { color: accepted ? colors.good : colors.bad },
    data: decided(accepted).map(({ x, y, trial }) => [x, y, trial.index]),
  });
  return [mark(true, 'triangle', 8), mark(false, CROSS, 7)];
}

const CROSS = 'path://M0,2 L2,0 L5,3 L8,0 L10,2 L7,5 L10,8 L8,10 L5,7 L2,10 L0,8 L3,5 Z';

function chosenMark({ points, chosen, colors }: ScoreDrawing): object[] {
  const point = points.find(({ trial }) => trial.index === chosen);
  if (point === undefined) return [];
  return [
    {
      name: 'chosen',
      type: 'scatter',
      silent: true,
      symbolSize: 18,
      itemStyle: { color: 'transparent', borderColor: colors.ink, borderWidth: 1.5 },
      data: [[point.x, point.y]],
    },
  ];
}
