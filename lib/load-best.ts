import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { applyBest, type LoadBestOptions, restoreBest } from './capture/ax/index.js';
import {
  BEST_MODEL_FILE,
  BEST_MODEL_VERSION,
  type BestModel,
  checkBestModel,
  checkComplete,
  parseBestModel,
} from './contract/best-model.js';
import { AutologError } from './contract/errors.js';
import type { Json } from './contract/events.js';
import { MAX_BLOB_BYTES } from './journal/blobs.js';
import { listSegments } from './journal/layout.js';
import { readPlain } from './journal/read-file.js';
import { readRun } from './journal/reader.js';
import { realPath } from './support/folder/place.js';
import { received } from './support/received.js';
import { thrownText } from './support/snapshot/leaves.js';

export type { LoadBestOptions } from './capture/ax/index.js';

/** A best program that {@link loadBest} loaded. */
export interface LoadedBest extends BestModel {
  /** Absolute path of `best_model.json`, or of the run's folder if the program was read from the journal. */
  readonly path: string;
  /** Texts by component key, if the optimizer returned some (GEPA). */
  readonly componentMap?: Readonly<Record<string, string>>;
  /** Demonstrations in the format of ax's `setDemos`, if the optimizer returned some (Bootstrap, MIPROv2). */
  readonly demos?: readonly Json[];
  /**
   * Applies the state to a fresh ax program of the same shape. The program then renders the same requests as the one that
   * the compile returned. Returns `program`.
   *
   * @throws AutologError `AXL_BEST_FORMAT` if the format is unknown or the program lacks a part that the state is for
   */
  applyTo<P extends object>(program: P): P;
}

/**
 * Loads the best program of a compile from the file that the files sink wrote, or from the run's journal if there is no
 * such file.
 *
 * @param folderOrFile the folder of a run (for its first compile), `<run>/compile_1` (for a later one), or a
 * `best_model.json`
 * @param options the program's secrets, if it has some
 * @throws AutologError `AXL_BAD_OPTIONS` if `folderOrFile` is not a non-empty string or an option has the wrong type;
 * `AXL_BEST_MISSING` if there is no best program, with suggestions; `AXL_BEST_FORMAT` if it cannot be read;
 * `AXL_BEST_SECRETS` if its secrets are not given, or it was changed when it was recorded; `AXL_BEST_INCOMPLETE` if `capture` was
 * off, so that it was recorded without its demos or texts
 *
 * @example
 * const best = await loadBest('.ax-autolog/20261123-214305-gsm8k-9f01ab');
 * const program = best.applyTo(ax('question -> answer:number'));
 */
export async function loadBest(folderOrFile: string, options: LoadBestOptions = {}): Promise<LoadedBest> {
  if (typeof folderOrFile !== 'string' || folderOrFile === '') {
    throw new AutologError(
      'AXL_BAD_OPTIONS',
      `loadBest(): folderOrFile must be the path of a run's folder or of a ${BEST_MODEL_FILE}, got ${received(folderOrFile)}.`,
    );
  }
  const path = resolve(folderOrFile);
  const file = (await isFile(path)) ? path : join(path, BEST_MODEL_FILE);
  if (await isFile(file)) {
    // The user may name a link. In a folder, which may come from anybody, none is followed.
    const real = file === path ? realPath(path) : join(realPath(path), BEST_MODEL_FILE);
    return loadedBest(parseBestModel(textOf(real), file), options, file);
  }
  const best = bestInJournal(...compileAt(path));
  if (best) return loadedBest(best, options, path);
  throw await missing(path);
}

function textOf(file: string): string {
  try {
    return readPlain(file, MAX_BLOB_BYTES).toString('utf8');
  } catch (cause) {
    throw new AutologError('AXL_BEST_FORMAT', `'${file}' cannot be read: ${thrownText(cause)}`, { cause });
  }
}

function compileAt(path: string): [runDir: string, index: number] {
  const later = /^compile_(\d+)$/.exec(basename(path));
  return later ? [dirname(path), Number(later[1])] : [path, 0];
}

function loadedBest(recorded: BestModel, options: LoadBestOptions, path: string): LoadedBest {
  checkComplete(recorded, path);
  const best = restoreBest(recorded, options, path);
  const { componentMap, demos } = (best.program ?? {}) as { componentMap?: Record<string, string>; demos?: Json[] };
  return {
    ...best,
    path,
    ...(componentMap ? { componentMap } : {}),
    ...(demos ? { demos } : {}),
    applyTo<P extends object>(program: P): P {
      // ax keeps the object it is given. Without the copy, changing the program later would change the loaded state.
      const { format, candidate } = best;
      applyBest({ format, program: structuredClone(best.program), texts: candidate.texts }, program);
      return program;
    },
  };
}

async function isFile(path: string): Promise<boolean> {
  return await stat(path).then(
    (stats) => stats.isFile(),
    () => false,
  );
}

async function missing(path: string): Promise<AutologError> {
  const names = await readdir(path, { recursive: true }).catch(() => null);
  if (names === null) {
    return new AutologError(
      'AXL_BEST_MISSING',
      `'${path}' does not exist. Pass the folder of a run or the path of a ${BEST_MODEL_FILE}.`,
    );
  }
  const others = names.filter((name) => basename(name) === BEST_MODEL_FILE).map((name) => join(path, dirname(name)));
  const top = [...new Set(names.map((name) => name.split(/[/\\]/)[0]))].sort().slice(0, 20);
  const advice =
    others.length > 0
      ? `Pass one of these folders, which have one: ${others.slice(0, 10).join(', ')}.`
      : `It has ${top.join(', ') || 'no files'}. A compile that returns a program writes it at its end.`;
  return new AutologError('AXL_BEST_MISSING', `'${path}' has no ${BEST_MODEL_FILE}. ${advice}`);
}

/**
 * Reads the best program of a compile from the run's journal.
 *
 * @param index 0-based index of the compile in the run
 * @returns `null` if the folder has no journal, or the compile does not exist or returned no program
 * @throws AutologError `AXL_BEST_FORMAT` if the program cannot be read, `AXL_JOURNAL_VERSION` if a newer version of
 * ax-autolog wrote the journal
 */
function bestInJournal(runDir: string, index: number): BestModel | null {
  if (listSegments(runDir).length === 0) return null;
  const optimizers = new Map<string | undefined, string>();
  let best: BestModel | null = null;
  for (const event of readRun(runDir)) {
    if (event.type === 'onCompileStart' && event.data.index === index) {
      optimizers.set(event.compileId, event.data.optimizer);
    } else if (event.type === 'onCompileEnd' && event.data.best && optimizers.has(event.compileId)) {
      const { runId, compileId = null } = event;
      const origin = { v: BEST_MODEL_VERSION, runId, compileId, optimizer: optimizers.get(event.compileId) };
      best = checkBestModel({ ...origin, ...event.data.best }, runDir);
    }
  }
  return best;
}
