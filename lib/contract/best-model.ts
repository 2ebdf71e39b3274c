import { AutologError } from './errors.js';
import type { BestProgramData, CandidateData, Json } from './events.js';
import { isSecretName } from './placeholders.js';

/** Name of the file with a compile's best program, in the run's folder or in the folder of a later compile (`compile_1/`). */
export const BEST_MODEL_FILE = 'best_model.json';

/** Version of the file. It changes when a reader of an older version would misread a newer file. */
export const BEST_MODEL_VERSION = 1;

/** The formats of `program`: see `applyBest`. */
const FORMATS = ['ax-optimized-program', 'ax-ace-program', 'demos', 'state'];

/** Origin of a best program. */
export interface BestOrigin {
  /** The run; empty if it is not known. */
  readonly runId: string;
  /** The compile; `null` if it is not known. */
  readonly compileId: string | null;
  /** Label of the optimizer; `null` if it is not known. */
  readonly optimizer: string | null;
}

/** Content of the file. */
export interface BestModel extends BestProgramData, BestOrigin {
  /** {@link BEST_MODEL_VERSION} */
  readonly v: number;
}

/** Returns the text of {@link BEST_MODEL_FILE} for a compile's best program: `loadBest` reads it. */
export function bestModelText(best: BestProgramData, origin: BestOrigin): string {
  const { format, score, candidate, program, secrets, altered } = best;
  const file = { v: BEST_MODEL_VERSION, ...origin, score, format, secrets, altered, candidate, program };
  return `${JSON.stringify(file, null, 2)}\n`;
}

/**
 * Parses the text of the file.
 *
 * @param path names the file in errors
 * @throws AutologError `AXL_BEST_FORMAT` if it is not a best program, or one of a newer version
 */
export function parseBestModel(text: string, path: string): BestModel {
  const value = parse(text, path);
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw unreadable(path, `it holds ${value === null ? 'null' : typeof value}, expected an object`);
  }
  return checkBestModel(value as Record<string, Json | undefined>, path);
}

/** Checks a best program from a file or journal. @throws AutologError `AXL_BEST_FORMAT` */
export function checkBestModel(value: Readonly<Record<string, unknown>>, path: string): BestModel {
  const { v, format, score, candidate, program } = value;
  if (typeof v !== 'number') throw unreadable(path, `it has no version 'v'; expected a file written by ax-autolog`);
  if (v > BEST_MODEL_VERSION) {
    throw unreadable(path, `it is version ${v}, expected at most ${BEST_MODEL_VERSION}; update ax-autolog`);
  }
  if (typeof format !== 'string' || !FORMATS.includes(format)) {
    throw unreadable(path, `its format is ${JSON.stringify(format)}, expected one of ${FORMATS.join(', ')}`);
  }
  if (program === undefined) throw unreadable(path, `it has no 'program'`);
  if (score !== null && typeof score !== 'number') {
    throw unreadable(path, `its score is ${JSON.stringify(score)}, expected a number or null`);
  }
  return {
    v,
    runId: text(value.runId) ?? '',
    compileId: text(value.compileId),
    optimizer: text(value.optimizer),
    score,
    format,
    candidate: checkCandidate(candidate, path),
    program: program as Json,
    ...checkLists(value, path),
  };
}

function checkLists({ secrets, altered }: Readonly<Record<string, unknown>>, path: string): SecretLists {
  if (secrets !== undefined && !isListOf(secrets, isSecretName)) {
    throw unreadable(path, `its secrets are ${JSON.stringify(secrets)}, expected names such as AX_SECRET_1`);
  }
  if (altered !== undefined && !isListOf(altered, () => true)) {
    throw unreadable(path, `its 'altered' is ${JSON.stringify(altered)}, expected a list of paths`);
  }
  return { ...(secrets ? { secrets } : {}), ...(altered ? { altered } : {}) };
}

type SecretLists = Pick<BestProgramData, 'secrets' | 'altered'>;

function isListOf(value: unknown, test: (text: string) => boolean): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string' && test(item));
}

/**
 * Checks that a best program was recorded with all its parts.
 *
 * @throws AutologError `AXL_BEST_INCOMPLETE` if `capture` was off for some of them
 */
export function checkComplete({ candidate }: Pick<BestProgramData, 'candidate'>, path: string): void {
  const { withheld } = candidate;
  if (!Array.isArray(withheld) || withheld.length === 0) return;
  throw new AutologError(
    'AXL_BEST_INCOMPLETE',
    `the best program in '${path}' must be whole to be loaded, got one without its ${withheld.map(String).join(', ')}: capture was off. ` +
      'Compile again with capture on, or save the program that compile returns yourself.',
  );
}

function checkCandidate(candidate: unknown, path: string): CandidateData {
  const { id, texts, demos } = (candidate ?? {}) as Partial<CandidateData>;
  if (typeof id === 'string' && texts !== null && typeof texts === 'object' && Array.isArray(demos)) {
    return candidate as CandidateData;
  }
  throw unreadable(path, `its candidate is not { id, texts, demos, … }`);
}

function parse(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw unreadable(path, `it is not JSON (${cause instanceof Error ? cause.message : 'unknown error'})`, { cause });
  }
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function unreadable(path: string, why: string, options?: ErrorOptions): AutologError {
  return new AutologError('AXL_BEST_FORMAT', `'${path}' cannot be read as a best program: ${why}`, options);
}
