import type { Json } from '../../../../lib/contract/events.js';
import type { Option } from '../charts/echarts.js';
import { type Against, bestSoFar, plotted } from '../charts/score-series.js';
import { short, tick } from '../parts/format.js';
import type { Colors } from '../parts/theme.jsx';
import type { Entrant } from './compare.jsx';

/** One setting in all runs. */
export interface Difference {
  readonly key: string;
  readonly values: readonly (string | null)[];
}

const LONG = 200;

/** The settings that are not the same everywhere, by dotted name. */
export function settingsThatDiffer(entrants: readonly Entrant[]): readonly Difference[] {
  const all = entrants.map(({ run, compile }) => {
    const { optimizer, hyperparameters, options, lms, trainset, valset, metric, candidates, seed } = compile;
    const texts = Object.entries(candidates[seed ?? -1]?.texts ?? {}).map(([key, at]) => [key, run.texts[at] ?? '']);
    return flat({
      optimizer,
      ...hyperparameters,
      options,
      lm: Object.fromEntries(
        lms.map(({ name, provider, model, settings }) => [name, { provider, model, ...settings }]),
      ),
      trainset: trainset && { size: trainset.size, digest: trainset.digest },
      valset: valset && { size: valset.size, digest: valset.digest },
      metric,
      seed: Object.fromEntries(texts),
      params: run.params,
      source: run.source,
    });
  });
  const keys = [...new Set(all.flatMap((settings) => [...settings.keys()]))];
  return keys
    .map((key) => ({ key, values: all.map((settings) => settings.get(key) ?? null) }))
    .filter(({ values }) => new Set(values).size > 1);
}

function flat(value: Json, prefix = '', into = new Map<string, string>()): Map<string, string> {
  if (value !== null && typeof value === 'object' && !Array.isArray(value)) {
    for (const [key, member] of Object.entries(value)) flat(member, prefix === '' ? key : `${prefix}.${key}`, into);
  } else if (value !== null) {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    into.set(prefix, text.length > LONG ? `${text.slice(0, LONG)}…` : text);
  }
  return into;
}

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

/** Of a run with several compiles, each begins at its own start. */
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

/** Whether all full scores are of one metric and one set of examples, so that one can be called higher than another. */
export function haveOneScale(entrants: readonly Entrant[]): boolean {
  const scales = entrants.map(({ compile: { metric, valset, trainset } }) =>
    JSON.stringify([metric, (valset ?? trainset)?.digest ?? null]),
  );
  return new Set(scales).size <= 1;
}
