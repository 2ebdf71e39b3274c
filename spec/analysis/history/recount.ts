import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The members of data that are counted. */
interface Data {
  readonly index?: number;
  readonly scope?: string;
  readonly score?: number | null;
  readonly error?: object;
  readonly role?: string;
  readonly tokens?: { readonly total?: number } | null;
  readonly seed?: { readonly id: string } | null;
  readonly candidate?: { readonly id: string } | null;
}

/** One line of a journal, as plain JSON: nothing here knows how the library reads it. */
interface Line {
  readonly time: number;
  readonly writer: string;
  readonly seq: number;
  readonly type: string;
  readonly compileId?: string;
  readonly trialId?: string;
  readonly evalId?: string;
  readonly data: Data;
}

/** What one trial comes to, counted from its lines. */
export interface Recounted {
  readonly index: number;
  readonly scope: string;
  readonly mean: number | null;
  readonly scores: readonly (number | null)[];
  readonly errors: number;
  readonly calls: number;
  readonly tokens: number;
  /** Calls and tokens of the run up to its end. */
  readonly spentCalls: number;
  readonly spentTokens: number;
}

/** The numbers of a run, counted from its `events*.jsonl` by means of their own. */
export interface Recount {
  readonly trials: readonly Recounted[];
  readonly calls: number;
  readonly tokens: number;
  readonly tokensByRole: Readonly<Record<string, number>>;
  readonly candidateIds: readonly string[];
  readonly bestScores: readonly number[];
}

/** Lines of all segments in order of time. Journals with blobs are not for this. */
function linesOf(runDir: string): Line[] {
  const lines = readdirSync(runDir)
    .filter((name) => name.endsWith('.jsonl') && name.startsWith('events'))
    .flatMap((name) => readFileSync(join(runDir, name), 'utf8').split('\n'))
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);
  return lines.sort((a, b) => a.time - b.time || a.writer.localeCompare(b.writer) || a.seq - b.seq);
}

function indexOf({ data }: Line): number {
  return data.index ?? -1;
}

/** Counts again. */
export function recount(runDir: string): Recount {
  const lines = linesOf(runDir);
  const calls = lines.filter(({ type }) => type === 'onLMCall');
  const total = (some: readonly Line[]) => some.reduce((sum, { data }) => sum + (data.tokens?.total ?? 0), 0);
  const ends = lines.filter(({ type }) => type === 'onTrialEnd');
  const trials = ends.map((end) => {
    const own = (line: Line) => line.trialId === end.trialId;
    const examples = lines.filter((line) => line.type === 'onExampleEnd' && own(line));
    const scores = examples.sort((a, b) => indexOf(a) - indexOf(b)).map(({ data }) => data.score ?? null);
    const scored = scores.filter((score) => score !== null);
    const before = calls.filter((call) => lines.indexOf(call) < lines.indexOf(end));
    return {
      index: indexOf(end),
      scope: end.data.scope ?? '',
      mean: scored.length === 0 ? null : scored.reduce((sum, score) => sum + score, 0) / scored.length,
      scores,
      errors: examples.filter(({ data }) => data.error !== undefined).length,
      calls: calls.filter(own).length,
      tokens: total(calls.filter(own)),
      spentCalls: before.length,
      spentTokens: total(before),
    };
  });
  const byRole: Record<string, number> = {};
  for (const { data } of calls)
    byRole[String(data.role)] = (byRole[String(data.role)] ?? 0) + (data.tokens?.total ?? 0);
  const candidates = lines.flatMap(({ data }) => [data.seed, data.candidate]).flatMap((one) => (one ? [one.id] : []));
  return {
    trials: trials.sort((a, b) => a.index - b.index),
    calls: calls.length,
    tokens: total(calls),
    tokensByRole: byRole,
    candidateIds: [...new Set(candidates)],
    bestScores: lines.filter(({ type }) => type === 'onBestChanged').map(({ data }) => data.score ?? Number.NaN),
  };
}
