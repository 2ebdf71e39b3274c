import type { BestProgramData, CandidateData, Json } from '../../contract/events.js';
import { STATE_PARTS, stateParts } from '../../contract/program/parts.js';
import {
  fillPlaceholders,
  hasPlaceholder,
  type SecretValues,
  secretsIn,
  textsWhere,
} from '../../contract/program/placeholders.js';
import { REDACTED, type Redactor } from '../../support/redact/redact.js';
import { SecretNames } from '../../support/redact/secret-names.js';
import { captureProgram } from '../../support/snapshot/snapshot.js';
import { captureState } from '../candidates.js';
import type { CandidateInput } from '../types.js';

/** Paths of a program that are listed at most. */
const MOST_LISTED = 20;

/** The program that a compile returned, before it is recorded. */
export interface UnsavedProgram {
  readonly format: string;
  readonly program: Json;
  readonly candidate: CandidateInput;
}

/** The program as it is recorded. */
export interface SavedProgram {
  /** What is recorded of it, beside the candidate and its score. */
  readonly data: Pick<BestProgramData, 'program' | 'secrets' | 'altered'>;
  /** The secrets by name. They must not be recorded. */
  readonly values: SecretValues;
}

/**
 * Returns a program as it is recorded: its secrets have names, the same as in its candidate.
 *
 * @param candidate the recorded candidate of the program
 */
export function saveProgram(best: UnsavedProgram, candidate: CandidateData, redactor: Redactor): SavedProgram {
  const names = new SecretNames(redactor);
  captureState(best.candidate, redactor, names);
  const places = { modelConfig: 'settings' } as const;
  const program = captureProgram(best.program, redactor, { names, named: STATE_PARTS, places });
  const values = names.values();
  const loadable: Json = [stateParts(program), candidate as unknown as Json];
  const secrets = new Set(textsWhere(loadable, '', hasPlaceholder).flatMap(({ text }) => secretsIn(text)));
  const isMarked = textsWhere(loadable, '', (text) => hasPlaceholder(text) || text.includes(REDACTED)).length > 0;
  const filled = isMarked ? fillPlaceholders(program, values) : program;
  const altered = differences(stateParts(filled), stateParts(best.program), 'program');
  return {
    data: {
      program,
      ...(isMarked ? { secrets: Object.freeze(Object.keys(values).filter((name) => secrets.has(name))) } : {}),
      ...(altered.length > 0 ? { altered: Object.freeze(altered.map((path) => redactor.text(path))) } : {}),
    },
    values,
  };
}

/** Returns the paths at which two programs differ. Half a character, which JSON cannot keep, is no difference. */
function differences(is: Json | undefined, was: Json | undefined, path: string, found: string[] = []): string[] {
  if (found.length >= MOST_LISTED || isSame(is, was)) return found;
  if (!isObject(is) || !isObject(was) || Array.isArray(is) !== Array.isArray(was)) return [...found, path];
  let all = found;
  for (const key of new Set([...Object.keys(is), ...Object.keys(was)])) {
    all = differences(is[key], was[key], `${path}.${key}`, all);
  }
  return all;
}

function isSame(is: Json | undefined, was: Json | undefined): boolean {
  return is === was || (typeof is === 'string' && typeof was === 'string' && is === was.toWellFormed());
}

function isObject(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null;
}
