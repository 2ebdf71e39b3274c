import type { CandidateData } from '../../contract/events.js';
import { canonicalJson } from '../../support/content-hash.js';

/** How much of a text is shown on either side of the first difference. */
const EXCERPT = 40;
/** How many differing parts are named. */
const MOST_NAMED = 5;

/** What differs between two states, in words: `root::instruction is "Be brief" instead of "Be exact"`. */
export function differingParts(is: CandidateData, expected: CandidateData): string {
  const keys = new Set([...Object.keys(expected.texts), ...Object.keys(is.texts)]);
  const parts = [...keys]
    .filter((key) => is.texts[key] !== expected.texts[key])
    .map((key) => `${key} is ${quoted(is.texts[key], expected.texts[key])}`);
  for (const part of ['demos', 'modelConfig', 'state'] as const) {
    const [own, other] = [canonicalJson(is[part] ?? null), canonicalJson(expected[part] ?? null)];
    if (own === other) continue;
    const sizes = part === 'demos' ? ` (${demoCount(is)} instead of ${demoCount(expected)})` : '';
    parts.push(`${part === 'modelConfig' ? 'model settings' : part} differ${part === 'state' ? 's' : ''}${sizes}`);
  }
  if (parts.length === 0) return 'nothing that is recorded';
  const more = parts.length > MOST_NAMED ? `, and ${parts.length - MOST_NAMED} more` : '';
  return parts.slice(0, MOST_NAMED).join(', ') + more;
}

function demoCount({ demos }: CandidateData): number {
  let count = 0;
  for (const demo of demos) {
    const traces = (demo as { readonly traces?: unknown } | null)?.traces;
    count += Array.isArray(traces) ? traces.length : 1;
  }
  return count;
}

/** Where two texts first differ, in words: `"…be brief." instead of "…be exact."`. */
export function quoted(is: string | undefined, expected: string | undefined): string {
  if (is === undefined) return 'missing';
  if (expected === undefined) return 'not expected';
  let at = 0;
  while (at < is.length && at < expected.length && is[at] === expected[at]) at += 1;
  return `${excerpt(is, at)} instead of ${excerpt(expected, at)}`;
}

function excerpt(text: string, at: number): string {
  const from = Math.max(0, at - EXCERPT);
  const to = Math.min(text.length, at + EXCERPT);
  return JSON.stringify(`${from > 0 ? '…' : ''}${text.slice(from, to)}${to < text.length ? '…' : ''}`);
}
