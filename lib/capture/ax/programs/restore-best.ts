import type { BestModel } from '../../../contract/best-model.js';
import { AutologError } from '../../../contract/errors.js';
import type { CandidateData, Json } from '../../../contract/events.js';
import { stateParts } from '../../../contract/program/parts.js';
import {
  fillPlaceholders,
  hasPlaceholder,
  type PlacedText,
  type SecretValues,
  secretsIn,
  textsWhere,
} from '../../../contract/program/placeholders.js';
import { membersOf } from '../../../contract/schema/checks.js';
import { received } from '../../../support/received.js';

/** Options of `loadBest`. */
export interface LoadBestOptions {
  /**
   * The program's secrets, by the names that replace them in the file: `{ AX_SECRET_1: process.env.SHOP_KEY }`. Every name
   * must be given, and no other. Default: none, so that a program with secrets is refused with `AXL_BEST_SECRETS`, which
   * lists them.
   */
  readonly secrets?: Readonly<Record<string, string | number | undefined>>;
  /**
   * Loads a program that cannot be restored as it is recorded, with `[REDACTED]` or placeholders in its texts and
   * demonstrations. Its requests then differ from those of the program that won. Default: false.
   */
  readonly allowRedacted?: boolean;
}

/** The text that version 0.1 wrote in place of each secret, and that `redact.fn` may write. */
const REDACTED = '[REDACTED]';
const MOST_LISTED = 20;
/** Characters shown on either side of a placeholder. */
const EXCERPT = 30;

/**
 * Returns a recorded program with its secrets in place.
 *
 * @param path names the program in errors
 * @throws AutologError `AXL_BEST_SECRETS` if secrets are missing or unknown, or the program cannot be restored;
 * `AXL_BAD_OPTIONS` if an option has the wrong type
 */
export function restoreBest(best: BestModel, options: LoadBestOptions, path: string): BestModel {
  checkOptions(options);
  const { secrets: given = {}, allowRedacted = false } = options;
  const { secrets: names = [], altered = [], ...rest } = best;
  const unknown = Object.keys(given).filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    const has = names.length === 0 ? 'has no secrets' : `has the secrets ${names.join(', ')}`;
    throw refused(`the program of '${path}' ${has}, got ${unknown.join(', ')}. Remove what it does not have`);
  }
  if (!allowRedacted) {
    const missing = names.filter((name) => !isGiven(given[name]));
    if (missing.length > 0) throw missingSecrets(best, { missing, given, path });
    const lost = best.secrets ? altered : [...altered, ...redactedPaths(best)];
    if (lost.length > 0) throw notRestorable(lost, path);
  }
  if (!best.secrets) return best;
  const values = Object.fromEntries(Object.entries(given).filter(([, value]) => isGiven(value))) as SecretValues;
  const fill = (json: Json): Json => fillPlaceholders(json, values);
  const candidate = fill(rest.candidate as unknown as Json) as unknown as CandidateData;
  return { ...rest, candidate, program: fill(rest.program), ...(altered.length > 0 ? { altered } : {}) };
}

function isGiven(value: unknown): boolean {
  return (typeof value === 'string' && value !== '') || typeof value === 'number';
}

function checkOptions(options: unknown): void {
  const members = membersOf(options);
  if (members === null) throw badOptions('options', '{ secrets, allowRedacted }', options);
  const { secrets, allowRedacted, ...others } = members;
  const [other] = Object.keys(others);
  if (other !== undefined) throw badOptions('options', '{ secrets, allowRedacted }', { [other]: others[other] });
  if (secrets !== undefined && membersOf(secrets) === null)
    throw badOptions('secrets', 'an object of texts by name', secrets);
  if (allowRedacted !== undefined && typeof allowRedacted !== 'boolean') {
    throw badOptions('allowRedacted', 'a boolean', allowRedacted);
  }
}

function badOptions(name: string, expected: string, value: unknown): AutologError {
  return new AutologError('AXL_BAD_OPTIONS', `loadBest(): ${name} must be ${expected}, got ${received(value)}.`);
}

interface Missing {
  readonly missing: readonly string[];
  readonly given: Readonly<Record<string, unknown>>;
  readonly path: string;
}

function missingSecrets(best: BestModel, { missing, given, path }: Missing): AutologError {
  const places = loadableTexts(best, hasPlaceholder);
  const listed = missing.slice(0, MOST_LISTED).map((name) => `${name} ${placeOf(name, places)}${whyNot(name, given)}`);
  const more = missing.length > MOST_LISTED ? `; and ${missing.length - MOST_LISTED} more` : '';
  const example = missing.slice(0, MOST_LISTED).map((name) => `${name}: process.env.…`);
  return refused(
    `the program of '${path}' contains secrets that were not recorded: ${listed.join('; ')}${more}. ` +
      `Pass each of them: loadBest(run, { secrets: { ${example.join(', ')} } })`,
  );
}

/** Says if a name was passed without a value, as happens when an environment variable is not set. */
function whyNot(name: string, given: Readonly<Record<string, unknown>>): string {
  return Object.hasOwn(given, name) ? `, which must be a non-empty string, got ${received(given[name])}` : '';
}

function placeOf(name: string, places: readonly PlacedText[]): string {
  const own = places.filter(({ text }) => secretsIn(text).includes(name));
  const [first] = own;
  if (!first) return 'at an unknown place';
  const more = own.length > 1 ? ` and ${own.length - 1} more` : '';
  return `at ${first.path}${more} (${excerpt(first.text, `{{${name}}}`)})`;
}

function excerpt(text: string, part: string): string {
  const at = text.indexOf(part);
  const [from, to] = [Math.max(0, at - EXCERPT), Math.min(text.length, at + part.length + EXCERPT)];
  return JSON.stringify(`${from > 0 ? '…' : ''}${text.slice(from, to)}${to < text.length ? '…' : ''}`);
}

/** Version 0.1 recorded no names, so its secrets cannot be told from texts of the program itself. */
function redactedPaths(best: BestModel): string[] {
  return loadableTexts(best, (text) => text.includes(REDACTED)).map(({ path }) => path);
}

/** The program first: its places are shown rather than the same ones in the candidate. */
function loadableTexts({ program, candidate }: BestModel, test: (text: string) => boolean): PlacedText[] {
  const { texts, demos, modelConfig = {}, state = null } = candidate;
  return [
    ...textsWhere(stateParts(program), 'program', test),
    ...textsWhere({ texts, demos, modelConfig, state }, 'candidate', test),
  ];
}

function notRestorable(paths: readonly string[], path: string): AutologError {
  const more = paths.length > MOST_LISTED ? ` and ${paths.length - MOST_LISTED} more` : '';
  return refused(
    `the program of '${path}' was changed when it was recorded and cannot be restored, at ` +
      `${paths.slice(0, MOST_LISTED).join(', ')}${more}: redact.fn, a size limit or a version of ax-autolog before 0.2 ` +
      'replaced values there. Compile again without that, or pass loadBest(run, { allowRedacted: true }) to load it as it is recorded',
  );
}

function refused(why: string): AutologError {
  return new AutologError('AXL_BEST_SECRETS', `${why}.`);
}
