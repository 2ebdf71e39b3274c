import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { applyBest } from './capture/ax/index.js';
import {
  BEST_MODEL_FILE,
  BEST_MODEL_VERSION,
  type BestModel,
  checkBestModel,
  parseBestModel,
} from './contract/best-model.js';
import { AutologError } from './contract/errors.js';
import type { Json } from './contract/events.js';
import { listSegments } from './journal/layout.js';
import { readRun } from './journal/reader.js';

/** A best program that was loaded: what it is and how to put it to work. */
export interface LoadedBest extends BestModel {
  /** The file it came from: `best_model.json`, or the run's folder where only the journal has it. */
  readonly path: string;
  /** Component key → text, where the optimizer gave one (GEPA). */
  readonly componentMap?: Readonly<Record<string, string>>;
  /** Demonstrations as ax's `setDemos` takes them, where the optimizer gave some (Bootstrap, MIPROv2). */
  readonly demos?: readonly Json[];
  /**
   * Puts the state into a fresh ax program of the same shape, so that it renders the same requests as the one that the
   * compile returned. Returns the program it was given.
   *
   * @throws AutologError `AXL_BEST_FORMAT` when the program lacks what the state is for
   */
  applyTo<P extends object>(program: P): P;
}

/**
 * Loads the best program of a compile, as the files sink wrote it; without that sink, from the run's journal.
 *
 * @param folderOrFile the folder of a run (its first compile), `<run>/compile_1` (a later one), or a `best_model.json`
 * @throws AutologError `AXL_BEST_MISSING` when there is none, with what is there; `AXL_BEST_FORMAT` when it cannot be read
 *
 * @example
 * const best = await loadBest('.ax-autolog/20261123-214305-gsm8k-9f01ab');
 * const program = best.applyTo(ax('question -> answer:number'));
 */
export async function loadBest(folderOrFile: string): Promise<LoadedBest> {
  if (typeof folderOrFile !== 'string' || folderOrFile === '') {
    const came = folderOrFile === '' ? 'an empty string' : typeof folderOrFile;
    throw new AutologError(
      'AXL_BAD_OPTIONS',
      `loadBest() got ${came}; expected the path of a run's folder or of a file`,
    );
  }
  const path = resolve(folderOrFile);
  const file = (await isFile(path)) ? path : join(path, BEST_MODEL_FILE);
  if (await isFile(file)) return loaded(parseBestModel(await readFile(file, 'utf8'), file), file);
  const found = bestInJournal(...journalPlace(path));
  if (found) return loaded(found, path);
  throw await missing(path);
}

/** The run's folder and the position of the compile in it. */
function journalPlace(path: string): [runDir: string, compile: number] {
  const later = /^compile_(\d+)$/.exec(basename(path));
  return later ? [dirname(path), Number(later[1])] : [path, 0];
}

function loaded(best: BestModel, path: string): LoadedBest {
  const { componentMap, demos } = (best.program ?? {}) as { componentMap?: Record<string, string>; demos?: Json[] };
  return {
    ...best,
    path,
    ...(componentMap ? { componentMap } : {}),
    ...(demos ? { demos } : {}),
    applyTo<P extends object>(program: P): P {
      // A copy: ax keeps what it is given, and a program that is changed later must not change what was loaded.
      applyBest({ format: best.format, program: structuredClone(best.program) }, program);
      return program;
    },
  };
}

async function isFile(path: string): Promise<boolean> {
  return await stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

async function missing(path: string): Promise<AutologError> {
  const names = await readdir(path, { recursive: true }).catch(() => null);
  if (names === null) {
    return new AutologError('AXL_BEST_MISSING', `there is no folder or file '${path}'; expected a run's folder`);
  }
  const others = names.filter((name) => basename(name) === BEST_MODEL_FILE).map((name) => join(path, dirname(name)));
  const top = [...new Set(names.map((name) => name.split(/[/\\]/)[0]))].sort().slice(0, 20);
  const advice =
    others.length > 0
      ? `best programs are in: ${others.slice(0, 10).join(', ')}`
      : `it has ${top.join(', ') || 'nothing'}; a compile writes it when it ends and has returned a program`;
  return new AutologError('AXL_BEST_MISSING', `'${path}' has no ${BEST_MODEL_FILE}; ${advice}`);
}

/**
 * The best program of a run's compile, read from its journal.
 *
 * @param index 0-based position of the compile in the run
 * @returns null when the folder has no journal, or no such compile that returned a program
 */
export function bestInJournal(runDir: string, index: number): BestModel | null {
  if (listSegments(runDir).length === 0) return null;
  const optimizers = new Map<string | undefined, string>();
  let found: BestModel | null = null;
  for (const event of readRun(runDir)) {
    if (event.type === 'onCompileStart' && event.data.index === index) {
      optimizers.set(event.compileId, event.data.optimizer);
    } else if (event.type === 'onCompileEnd' && event.data.best && optimizers.has(event.compileId)) {
      const { runId, compileId = null } = event;
      const origin = { v: BEST_MODEL_VERSION, runId, compileId, optimizer: optimizers.get(event.compileId) };
      found = checkBestModel({ ...origin, ...event.data.best }, runDir);
    }
  }
  return found;
}
