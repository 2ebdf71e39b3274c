import type { CandidateData } from '../../contract/events.js';
import { canonicalJson } from '../../support/content-hash.js';

/** Characters that are shown on either side of the first difference. */
const EXCERPT = 40;
/** Maximum number of differing parts that are named. */
const MOST_NAMED = 5;

/** Describes how a state differs from another: `root::instruction is "Be brief" instead of "Be exact"`. */
export function differingParts(actual: CandidateData, expected: CandidateData): string {
  const keys = new Set([...Object.keys(expected.texts), ...Object.keys(actual.texts)]);
  const parts = [...keys]
    .filter((key) => actual.texts[key] !== expected.texts[key])
    .map((key) => `${key} is ${quoted(actual.texts[key], expected.texts[key])}`);
  for (const part of ['demos', 'modelConfig', 'state'] as const) {
    const [own, other] = [canonicalJson(actual[part] ?? null), canonicalJson(expected[part] ?? null)];
    if (own === other) continue;
    const sizes = part === 'demos' ? ` (${demoCount(actual)} instead of ${demoCount(expected)})` : '';
    parts.push(`${part === 'modelConfig' ? 'model settings' : part} differ${part === 'state' ? 's' : ''}${sizes}`);
  }
  if (parts.length === 0) return 'no recorded part differs';
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

/** Quotes two texts at their first difference: `"…be brief." instead of "…be exact."`. */
export function quoted(actual: string | undefined, expected: string | undefined): string {
  if (actual === undefined) return 'missing';
  if (expected === undefined) return 'not expected';
  let at = 0;
  while (at < actual.length && at < expected.length && actual[at] === expected[at]) at += 1;
  return `${excerpt(actual, at)} instead of ${excerpt(expected, at)}`;
}

function excerpt(text: string, at: number): string {
  const from = Math.max(0, at - EXCERPT);
  const to = Math.min(text.length, at + EXCERPT);
  return JSON.stringify(`${from > 0 ? '…' : ''}${text.slice(from, to)}${to < text.length ? '…' : ''}`);
}
