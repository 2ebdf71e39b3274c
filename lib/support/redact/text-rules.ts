import { ASSIGNMENT_RULES, FLAG_RULE, redactLists, redactProse } from './assignments.js';
import { redactPercentEncoded } from './encoded.js';
import { DASH_RULES, PAIR_RULES, WORD_RULES } from './patterns.js';
import { hasOne, type TextContext, type TextRule } from './text-rule.js';
import { redactTokens, redactUnanchored } from './tokens.js';

/** Characters of the shortest text that a built-in rule changes. */
const MIN_SECRET_LENGTH = 12;

/** Rules that only need to be tried on texts with one of these marks. `null`: on every text. */
interface Group {
  readonly marks: readonly string[] | null;
  readonly rules: readonly TextRule[];
}

/** The rules in order: what is known by its form comes first, so that the rules by name do not judge it. */
const GROUPS: readonly Group[] = [
  { marks: null, rules: [redactTokens] },
  { marks: ['~', 'v1.'], rules: [redactUnanchored] },
  { marks: ['-'], rules: [...DASH_RULES, FLAG_RULE] },
  { marks: ['=', ':'], rules: PAIR_RULES },
  { marks: null, rules: WORD_RULES },
  { marks: ['=', ':'], rules: ASSIGNMENT_RULES },
  { marks: null, rules: [redactLists, redactProse] },
  { marks: ['%'], rules: [redactPercentEncoded] },
];

/** Returns whether a text is long enough to hold a secret that the built-in rules know. */
export function mayHoldSecret(text: string): boolean {
  return text.length >= MIN_SECRET_LENGTH;
}

/** Applies the built-in rules. Returns the very same text if it has no secret. */
export function redactText(text: string, context: TextContext): string {
  let out = text;
  for (let i = 0; i < GROUPS.length; i += 1) {
    const { marks, rules } = GROUPS[i] as Group;
    if (marks !== null && !hasOne(out, marks)) continue;
    for (let k = 0; k < rules.length; k += 1) out = (rules[k] as TextRule)(out, context);
  }
  return out;
}
