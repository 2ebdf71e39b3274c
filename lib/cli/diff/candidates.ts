import type { CompileHistory, RunHistory } from '../../analysis/history/types.js';
import { isObject } from '../../analysis/history/values.js';
import type { CandidateData, Json } from '../../contract/events.js';

/** A setting that differs between two runs. */
export interface SettingDiff {
  /** Path of the setting, e.g. `settings.numTrials`, `model student.temperature`. */
  readonly setting: string;
  /** Value in the first run; `undefined` if it has no such setting. */
  readonly before: Json | undefined;
  /** Value in the second run; `undefined` if it has no such setting. */
  readonly after: Json | undefined;
}

/** Returns the settings that differ: of source, run, optimizer, models, datasets and seed. */
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

/** A component whose text differs between two candidates. */
export interface TextDiff {
  /** Key of the component. */
  readonly component: string;
  /** Text of the first candidate; `null` if it has no such component. */
  readonly before: string | null;
  /** Text of the second candidate; `null` if it has no such component. */
  readonly after: string | null;
  /** Lines of a unified diff with `@@` headers; `null` for texts that are too different to compare. */
  readonly lines: readonly string[] | null;
}

/** Time limit for the comparison of two texts. */
const TIMEOUT_MS = 2_000;
const CONTEXT_LINES = 3;

/** Returns the components whose texts differ, each with a unified diff. */
export async function textDiffs(before: CandidateData | null, after: CandidateData | null): Promise<TextDiff[]> {
  const { structuredPatch } = await import('diff');
  const [from, to] = [new Map(Object.entries(before?.texts ?? {})), new Map(Object.entries(after?.texts ?? {}))];
  const components = [...new Set([...from.keys(), ...to.keys()])];
  return components
    .filter((component) => from.get(component) !== to.get(component))
    .map((component) => {
      const [a, b] = [from.get(component) ?? null, to.get(component) ?? null];
      const options = { context: CONTEXT_LINES, timeout: TIMEOUT_MS };
      const patch = structuredPatch('', '', withLineFeed(a), withLineFeed(b), undefined, undefined, options);
      const lines = patch?.hunks.flatMap((hunk) => [
        `@@ -${hunk.oldStart},${hunk.oldLines} +${hunk.newStart},${hunk.newLines} @@`,
        ...hunk.lines,
      ]);
      return { component, before: a, after: b, lines: lines ?? null };
    });
}

/** Ends a text with a line feed: a missing one would count as a difference. */
function withLineFeed(text: string | null): string {
  return text === null || text === '' || text.endsWith('\n') ? (text ?? '') : `${text}\n`;
}
