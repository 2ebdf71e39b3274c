import { ASSIGNMENT_RULES } from './assignments.js';
import { redactBase64, redactPercentEncoded } from './encoded.js';
import { PATTERN_RULES } from './patterns.js';
import type { TextContext, TextRule } from './text-rule.js';
import { redactTokens, redactUnanchored } from './tokens.js';
import { redactUrls } from './urls.js';

/** Characters of the shortest text that a built-in rule changes. */
const MIN_SECRET_LENGTH = 12;

/** The rules in order: what is known by its form comes first, so that the rules by name do not judge it. */
const RULES: readonly TextRule[] = [
  redactTokens,
  redactUnanchored,
  redactUrls,
  ...PATTERN_RULES,
  ...ASSIGNMENT_RULES,
  redactPercentEncoded,
  redactBase64,
];

/** Returns whether a text is long enough to hold a secret that the built-in rules know. */
export function mayHoldSecret(text: string): boolean {
  return text.length >= MIN_SECRET_LENGTH;
}

/** Applies the built-in rules. Returns the very same text if it has no secret. */
export function redactText(text: string, context: TextContext): string {
  let out = text;
  for (let i = 0; i < RULES.length; i += 1) out = (RULES[i] as TextRule)(out, context);
  return out;
}
