import type { CompileHistory, RunHistory } from '../../analysis/history/types.js';
import { isObject } from '../../analysis/history/values.js';
import type { Json } from '../../contract/events.js';

/** A setting that differs between two runs. */
export interface SettingDiff {
  /** Where it is, e.g. `settings.numTrials`, `model student.temperature`. */
  readonly setting: string;
  /** `undefined` where the run has no such setting. */
  readonly before: Json | undefined;
  readonly after: Json | undefined;
}

/** Settings that differ: of what ran, of the optimizer, of its models, its data and the seed. */
export function settingDiffs(
  before: { readonly run: RunHistory; readonly compile: CompileHistory | null },
  after: { readonly run: RunHistory; readonly compile: CompileHistory | null },
): SettingDiff[] {
  const [from, to] = [settingsOf(before.run, before.compile), settingsOf(after.run, after.compile)];
  return [...new Set([...from.keys(), ...to.keys()])]
    .map((setting) => ({ setting, before: from.get(setting), after: to.get(setting) }))
    .filter((diff) => JSON.stringify(diff.before) !== JSON.stringify(diff.after));
}

function settingsOf(run: RunHistory, compile: CompileHistory | null): ReadonlyMap<string, Json> {
  const all = new Map<string, Json>();
  const add = (name: string, value: Json): void => {
    if (!isObject(value)) all.set(name, value);
    else for (const [key, member] of Object.entries(value)) add(`${name}.${key}`, member as Json);
  };
  const { pid, ...source } = run.source;
  add('source', source);
  add('params', run.params);
  add('tags', run.tags);
  if (!compile) return all;
  add('optimizer', compile.optimizer);
  add('settings', compile.hyperparameters);
  add('options', compile.options);
  add('metric', compile.metric);
  for (const { name, ...model } of compile.lms) add(`model ${name}`, { ...model });
  for (const set of ['trainset', 'valset'] as const) {
    const data = compile[set];
    add(set, data && { size: data.size, digest: data.digest });
  }
  add('seed', compile.seed?.id ?? null);
  return all;
}
