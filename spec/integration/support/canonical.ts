import type { Dumped } from './read-back.js';

/**
 * What was written to an experiment, without what the server makes up: ids of runs and models become their place in the
 * run tree, and the experiment's name becomes `<experiment>`. Times stay: they come from the journal.
 */
export function canonical(runs: readonly Dumped[], experiment: string): unknown {
  const names = namesOf(runs);
  const replace = (text: string): string =>
    [...names].reduce((result, [id, name]) => result.replaceAll(id, name), text).replaceAll(experiment, '<experiment>');
  const plain = runs.map(({ id, outputs, ...run }) => ({ ...run, id: names.get(id), outputs: outputs.length }));
  const sorted = plain.sort((a, b) => (String(a.id) < String(b.id) ? -1 : 1));
  return JSON.parse(replace(JSON.stringify(sorted)));
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
