import { dollars, plural } from '../../analysis/format/formats.js';
import { clean, count, oneLine } from '../../analysis/format/text.js';
import type { CandidateData, Json, JsonObject, TokensByRole } from '../../contract/events.js';
import { spentIn } from '../run-row.js';

/** Longest text of a prompt that is shown; what is longer says how much is left out. */
const LONGEST = 100_000;

/** A value on one line: text as it is, anything else as JSON. */
export function inline(value: Json | undefined): string {
  if (value === undefined) return '';
  return oneLine(typeof value === 'string' ? value : JSON.stringify(value));
}

/** Members of a plain object as `a 1, b x`; objects in it as JSON. */
export function members(object: JsonObject): string {
  return Object.entries(object)
    .map(([key, value]) => `${oneLine(key)} ${inline(value)}`)
    .join(', ');
}

/** A text of several lines, each behind `indent`. */
export function block(text: string, indent: string): string[] {
  return clean(text, LONGEST)
    .split('\n')
    .map((line) => (line === '' ? '' : `${indent}${line}`));
}

/** `12 LM calls, 3.4k tokens, $0.02 (task 10 calls 3k tokens, reflection 2 calls 0.4k tokens)`. */
export function spending(byRole: TokensByRole): string {
  const all = spentIn(byRole);
  if (all.calls === 0) return 'no LM call';
  const roles = Object.entries(byRole).map(
    ([role, { calls, total }]) => `${oneLine(role)} ${plural(calls, 'call')} ${count(total)} tokens`,
  );
  const cost = all.cost === null ? '' : `, ${dollars(all.cost)}`;
  return `${plural(all.calls, 'LM call')}, ${count(all.tokens)} tokens${cost}${roles.length > 1 ? ` (${roles.join(', ')})` : ''}`;
}

/** A line that begins with what it is about. */
export function field(name: string, value: string): string {
  return `  ${name.padEnd(12)}${value}`;
}

/** A candidate's texts in full, its demonstrations, its model settings. */
export function candidateLines({ texts, demos, modelConfig, state }: CandidateData): string[] {
  const lines = Object.entries(texts).flatMap(([component, text]) => [
    `  ${oneLine(component)}:`,
    ...block(String(text), '    '),
  ]);
  if (demos.length > 0)
    lines.push(`  ${plural(demos.length, 'demonstration set')}:`, ...demos.map((demo) => `    ${inline(demo)}`));
  if (modelConfig) lines.push(`  model settings: ${members(modelConfig)}`);
  if (state !== undefined) lines.push(`  state: ${inline(state)}`);
  return lines.length > 0 ? lines : ['  (nothing in it: no text, no demonstration)'];
}
