import type { CandidateData } from '../../contract/events.js';

/** One component whose text differs between two candidates. */
export interface TextDiff {
  readonly component: string;
  /** `null` where the candidate has no such component. */
  readonly before: string | null;
  readonly after: string | null;
  /** Lines of a unified diff: ` ` both, `-` before, `+` after, `@@` where. `null` for texts too different to compare. */
  readonly lines: readonly string[] | null;
}

/** A comparison of two texts gives up after this long, in milliseconds. */
const TIMEOUT_MS = 2_000;
const CONTEXT_LINES = 3;

/** The components whose texts differ, each as a unified diff. */
export async function textDiffs(before: CandidateData | null, after: CandidateData | null): Promise<TextDiff[]> {
  const { structuredPatch } = await import('diff');
  const [from, to] = [new Map(Object.entries(before?.texts ?? {})), new Map(Object.entries(after?.texts ?? {}))];
  const components = [...new Set([...from.keys(), ...to.keys()])];
  return components
    .filter((component) => from.get(component) !== to.get(component))
    .map((component) => {
      const [a, b] = [from.get(component) ?? null, to.get(component) ?? null];
      const options = { context: CONTEXT_LINES, timeout: TIMEOUT_MS };
      const patch = structuredPatch('', '', ending(a), ending(b), undefined, undefined, options);
      const lines = patch?.hunks.flatMap((hunk) => [
        `@@ -${hunk.oldStart},${hunk.oldLines} +${hunk.newStart},${hunk.newLines} @@`,
        ...hunk.lines,
      ]);
      return { component, before: a, after: b, lines: lines ?? null };
    });
}

/** A last line without a line feed would be told as a difference of its own. */
function ending(text: string | null): string {
  return text === null || text === '' || text.endsWith('\n') ? (text ?? '') : `${text}\n`;
}
