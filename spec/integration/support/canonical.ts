import type { Dumped, LoggedModel, Prompt, Traced } from './read-back.js';

/** All that an experiment has on a server. */
export interface Everything {
  readonly runs: readonly Dumped[];
  readonly models: readonly LoggedModel[];
  readonly prompts: readonly Prompt[];
  readonly traces: readonly Traced[];
}

/**
 * What was written to an experiment, without what the server makes up: ids of runs and models become their place in the
 * run tree, and the experiment's name becomes `<experiment>`. Times stay: they come from the journal.
 */
export function canonical({ runs, models, prompts, traces }: Everything, experiment: string): unknown {
  const names = namesOf(runs);
  const replace = (text: string): string =>
    [...names].reduce((result, [id, name]) => result.replaceAll(id, name), text).replaceAll(experiment, '<experiment>');
  const order = <T extends { readonly id: string }>(items: readonly T[]): T[] =>
    items.map((item) => ({ ...item, id: names.get(item.id) ?? '<in no run>' })).sort((a, b) => (a.id < b.id ? -1 : 1));
  return JSON.parse(replace(JSON.stringify({ runs: order(runs), models: order(models), prompts, traces })));
}

/** Each run by its place: names from the root down, and its number among those of the same name. */
function namesOf(runs: readonly Dumped[]): Map<string, string> {
  const byId = new Map(runs.map((run) => [run.id, run]));
  const path = (run: Dumped): string => {
    const parent = run.parent === null ? undefined : byId.get(run.parent);
    return `${parent ? `${path(parent)}/` : ''}${run.name}`;
  };
  const names = new Map<string, string>();
  const used = new Map<string, number>();
  for (const run of [...runs].sort((a, b) => a.start - b.start)) {
    const name = path(run);
    const count = (used.get(name) ?? 0) + 1;
    used.set(name, count);
    names.set(run.id, `<${name}#${count}>`);
    for (const [index, model] of run.outputs.entries()) names.set(model, `<${name}#${count} model ${index}>`);
  }
  return names;
}

/** Where two JSON values differ: path, first value, second value. Nothing when they are equal. */
export function differences(actual: unknown, expected: unknown, path = ''): string[] {
  if (isObject(actual) && isObject(expected)) {
    const keys = [...new Set([...Object.keys(actual), ...Object.keys(expected)])];
    return keys.flatMap((key) => differences(actual[key], expected[key], `${path}/${key}`));
  }
  if (actual === expected) return [];
  return [`${path}: ${brief(actual)}, expected ${brief(expected)}`];
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const brief = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, 300);
