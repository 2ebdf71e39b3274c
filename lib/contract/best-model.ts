import { AutologError } from './errors.js';
import type { BestProgramData } from './events.js';
import { freezeParsed, parseJson } from './schema/bounds.js';
import { membersOf, placeOf } from './schema/checks.js';
import { bestProgram } from './schema/values.js';

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
  const value = parseJson(text);
  if (value === undefined) throw unreadable(path, 'it is not JSON, or has more than 16 million values');
  const unfit = freezeParsed(value);
  if (unfit !== null) throw unreadable(path, unfit);
  const members = membersOf(value);
  if (members === null) throw unreadable(path, `it holds ${kindOf(value)}, expected an object`);
  return checkBestModel(members, path);
}

/** Checks a best program from a file or journal. @throws AutologError `AXL_BEST_FORMAT` */
export function checkBestModel(value: Readonly<Record<string, unknown>>, path: string): BestModel {
  const { v } = value;
  if (typeof v !== 'number') throw unreadable(path, `it has no version 'v'; expected a file written by ax-autolog`);
  if (v > BEST_MODEL_VERSION) {
    throw unreadable(path, `it is version ${v}, expected at most ${BEST_MODEL_VERSION}; update ax-autolog`);
  }
  if (value.program === undefined) throw unreadable(path, `it has no 'program'`);
  const fault = bestProgram.test(value);
  if (fault !== null) {
    throw unreadable(path, `its ${placeOf(fault)} must be ${fault.expected}, got ${kindOf(fault.got)}`);
  }
  const { format, score, candidate, program, secrets, altered } = value as unknown as BestProgramData;
  if (!FORMATS.includes(format)) {
    const shown = JSON.stringify(format.slice(0, 80));
    throw unreadable(path, `its format is ${shown}, expected one of ${FORMATS.join(', ')}`);
  }
  return {
    v,
    runId: text(value.runId) ?? '',
    compileId: text(value.compileId),
    optimizer: text(value.optimizer),
    score,
    format,
    candidate,
    program,
    ...(secrets ? { secrets } : {}),
    ...(altered ? { altered } : {}),
  };
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

function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  return Array.isArray(value) ? 'an array' : `a value of type ${typeof value}`;
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function unreadable(path: string, why: string): AutologError {
  return new AutologError('AXL_BEST_FORMAT', `'${path}' cannot be read as a best program: ${why}`);
}
