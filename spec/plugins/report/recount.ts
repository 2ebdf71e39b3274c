import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/*
 * What a run's numbers are, counted anew from the lines of its events.jsonl and nothing else: no reader, no statistics of
 * ax-autolog take part.
 */

/** What LM calls come to. */
export interface Counted {
  calls: number;
  tokens: number;
  prompt: number;
  completion: number;
  cost: number | null;
}

/** One trial or evaluation. */
export interface CountedTrial {
  readonly id: string;
  readonly compileId: string;
  readonly index: number;
  readonly candidate: string;
  readonly scope: string;
  readonly status: string;
  readonly n: number;
  readonly errors: number;
  readonly time: number;
  readonly score: number | null;
  readonly ids: readonly string[];
  readonly scores: readonly (number | null)[];
  readonly spent: Counted;
  /** Mean of each objective, as the trial told it. */
  readonly objectives: readonly number[];
}

/** What of a line's data is counted. */
export interface LineData {
  readonly index: number;
  readonly status: string;
  readonly scope?: string;
  readonly durationMs: number;
  readonly candidate?: { readonly id: string };
  readonly seed?: { readonly id: string };
  readonly role?: string;
  readonly tokens?: { readonly total?: number; readonly prompt?: number; readonly completion?: number } | null;
  readonly cost?: number | null;
  readonly exampleId: string;
  readonly score: number | null;
  readonly scores?: { readonly [objective: string]: number };
  readonly error?: object;
}

/** One line of a journal. */
export interface Line {
  readonly type: string;
  readonly time: number;
  readonly compileId?: string;
  readonly trialId?: string;
  readonly evalId?: string;
  readonly data: LineData;
}

/** The lines of a journal. Those whose values are in blobs are not of interest here. */
export function linesOf(runDir: string): Line[] {
  return readFileSync(join(runDir, 'events.jsonl'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);
}

/** Sum of the LM calls that are wanted. */
export function spentIn(lines: readonly Line[], wanted: (line: Line) => boolean): Counted {
  const counted: Counted = { calls: 0, tokens: 0, prompt: 0, completion: 0, cost: null };
  for (const line of lines) {
    if (line.type !== 'onLMCall' || !wanted(line)) continue;
    counted.calls += 1;
    counted.tokens += line.data.tokens?.total ?? 0;
    counted.prompt += line.data.tokens?.prompt ?? 0;
    counted.completion += line.data.tokens?.completion ?? 0;
    if (typeof line.data.cost === 'number') counted.cost = (counted.cost ?? 0) + line.data.cost;
  }
  return counted;
}

/** Every trial, or every evaluation outside of compiles, with the mean of its examples' scores. */
export function countedTrials(lines: readonly Line[], kind: 'trial' | 'eval'): CountedTrial[] {
  const idOf = (line: Line): string | undefined => (kind === 'trial' ? line.trialId : line.evalId);
  return lines
    .filter(({ type }) => type === (kind === 'trial' ? 'onTrialEnd' : 'onEvalEnd'))
    .map((end) => {
      const id = idOf(end) ?? '';
      const start = lines.find((line) => idOf(line) === id && /Start$/.test(line.type));
      const examples = lines.filter((line) => line.type === 'onExampleEnd' && idOf(line) === id);
      const ordered = examples.map(({ data }) => data).sort((a, b) => a.index - b.index);
      return {
        id,
        compileId: end.compileId ?? '',
        index: end.data.index ?? start?.data.index ?? -1,
        candidate: (end.data.candidate ?? start?.data.candidate)?.id ?? '',
        scope: end.data.scope ?? '',
        status: end.data.status,
        n: ordered.length,
        errors: ordered.filter(({ error }) => error).length,
        time: end.data.durationMs,
        score: average(ordered.map(({ score }) => score)),
        ids: ordered.map(({ exampleId }) => exampleId),
        scores: ordered.map(({ score }) => score),
        spent: spentIn(lines, (line) => idOf(line) === id),
        objectives: Object.values(end.data.scores ?? {}),
      };
    });
}

function average(scores: readonly (number | null)[]): number | null {
  const known = scores.filter((score): score is number => score !== null);
  return known.length === 0 ? null : known.reduce((sum, score) => sum + score, 0) / known.length;
}

/** Seed and best of a compile on full evaluations, and how many examples the best won and lost. */
export function outcomeOf(lines: readonly Line[], compileId: string) {
  const trials = countedTrials(lines, 'trial').filter((trial) => trial.compileId === compileId);
  const seedId = lines.find((line) => line.type === 'onCompileStart' && line.compileId === compileId)?.data.seed?.id;
  const full = trials.filter(({ scope, status, score }) => scope === 'full' && status === 'finished' && score !== null);
  const seed = full.find(({ candidate }) => candidate === seedId);
  const best = full.reduce<CountedTrial | undefined>(
    (top, one) => ((one.score ?? 0) > (top?.score ?? -1) ? one : top),
    undefined,
  );
  const pairs = seed && best ? pairsOf(seed, best) : [];
  const everyFull = trials.filter(({ scope }) => scope === 'full');
  const never = new Set(everyFull.flatMap(({ ids }) => ids));
  for (const { ids, scores } of everyFull) {
    for (const [at, id] of ids.entries()) if ((scores[at] ?? 0) >= 0.5) never.delete(id);
  }
  return {
    trials,
    seed: seed?.score ?? null,
    best: best?.score ?? null,
    difference: average(pairs.map(([before, after]) => after - before)),
    won: pairs.filter(([before, after]) => after > before).length,
    lost: pairs.filter(([before, after]) => after < before).length,
    never: never.size,
    p: seed && best ? adjustedP(seed, best, full) : null,
  };
}

function pairsOf(seed: CountedTrial, best: CountedTrial): (readonly [number, number])[] {
  return seed.ids.flatMap((id, at) => {
    const [before, after] = [seed.scores[at], best.scores[best.ids.indexOf(id)]];
    return typeof before === 'number' && typeof after === 'number' ? [[before, after] as const] : [];
  });
}

/** McNemar's exact test of scores of 0 and 1, by Holm for all candidates that were compared with the seed. */
function adjustedP(seed: CountedTrial, best: CountedTrial, full: readonly CountedTrial[]): number {
  const tops = new Map<string, CountedTrial>();
  for (const trial of full) {
    if (trial.candidate === seed.candidate) continue;
    const known = tops.get(trial.candidate);
    if (!known || (trial.score ?? 0) > (known.score ?? 0)) tops.set(trial.candidate, trial);
  }
  const own = mcNemar(pairsOf(seed, best));
  const others = [...tops.values()].filter(({ id }) => id !== best.id).map((trial) => mcNemar(pairsOf(seed, trial)));
  const all = [own, ...others].sort((a, b) => a - b);
  let adjusted = 0;
  for (const [rank, p] of all.entries()) {
    adjusted = Math.max(adjusted, Math.min(1, (all.length - rank) * p));
    if (p === own) return adjusted;
  }
  return adjusted;
}

function mcNemar(pairs: readonly (readonly [number, number])[]): number {
  const won = pairs.filter(([before, after]) => after > before).length;
  const lost = pairs.filter(([before, after]) => after < before).length;
  let [term, sum] = [1, 0];
  for (let k = 0; k <= Math.min(won, lost); k += 1) {
    sum += term;
    term = (term * (won + lost - k)) / (k + 1);
  }
  return Math.min(1, (2 * sum) / 2 ** (won + lost));
}
