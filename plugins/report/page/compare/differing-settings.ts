import type { Json } from 'ax-autolog/analysis';
import type { Entrant } from './entrants.js';

/** One setting in all compiles. */
export interface Difference {
  readonly key: string;
  readonly values: readonly (string | null)[];
}

const LONG = 200;

/** The settings that differ between compiles, by dotted name. */
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
