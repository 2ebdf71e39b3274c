import { dollars, plural } from '../../analysis/format/formats.js';
import { clean, count, oneLine } from '../../analysis/format/text.js';
import type { CandidateData, Json, JsonObject, TokensByRole } from '../../contract/events.js';
import { spentIn } from '../run-row.js';

/** Characters of a prompt that are shown. */
const MAX_TEXT = 100_000;

/** Renders a value on one line: a string unquoted, any other value as JSON. */
export function inline(value: Json | undefined): string {
  if (value === undefined) return '';
  return oneLine(typeof value === 'string' ? value : JSON.stringify(value));
}

/** Renders the members of an object as `a 1, b x`, with nested objects as JSON. */
export function members(object: JsonObject): string {
  return Object.entries(object)
    .map(([key, value]) => `${oneLine(key)} ${inline(value)}`)
    .join(', ');
}

/** Splits a text into lines and indents each. */
export function block(text: string, indent: string): string[] {
  return clean(text, MAX_TEXT)
    .split('\n')
    .map((line) => (line === '' ? '' : `${indent}${line}`));
}

/** Renders tokens: `12 LM calls, 3.4k tokens, $0.02 (task 10 calls 3k tokens, reflection 2 calls 0.4k tokens)`. */
export function spending(byRole: TokensByRole): string {
  const all = spentIn(byRole);
  if (all.calls === 0) return 'no LM calls';
  const roles = Object.entries(byRole).map(
    ([role, { calls, total }]) => `${oneLine(role)} ${plural(calls, 'call')} ${count(total)} tokens`,
  );
  const cost = all.cost === null ? '' : `, ${dollars(all.cost)}`;
  return `${plural(all.calls, 'LM call')}, ${count(all.tokens)} tokens${cost}${roles.length > 1 ? ` (${roles.join(', ')})` : ''}`;
}

/** Renders a line with a label. */
export function field(name: string, value: string): string {
  return `  ${name.padEnd(12)}${value}`;
}

/** Returns lines with a candidate's texts in full, its demonstrations and its model settings. */
export function candidateLines({ texts, demos, modelConfig, state, withheld = [] }: CandidateData): string[] {
  const lines = Object.entries(texts).flatMap(([component, text]) => [
    `  ${oneLine(component)}:`,
    ...block(String(text), '    '),
  ]);
  if (demos.length > 0)
    lines.push(`  ${plural(demos.length, 'demonstration set')}:`, ...demos.map((demo) => `    ${inline(demo)}`));
  if (modelConfig) lines.push(`  model settings: ${members(modelConfig)}`);
  if (state !== undefined) lines.push(`  state: ${inline(state)}`);
  if (withheld.length > 0) lines.push(`  not captured: ${oneLine(withheld.join(', '))}`);
  return lines.length > 0 ? lines : ['  (empty: no texts, no demonstrations)'];
}
