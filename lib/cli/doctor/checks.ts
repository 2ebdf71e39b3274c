import { randomUUID } from 'node:crypto';
import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { byteSize, plural } from '../../analysis/format/formats.js';
import { installedCopies } from '../../capture/ax/access/copies.js';
import type { RunSummary } from '../../contract/run-summary.js';
import { backlogOf } from '../../deliver/backlog.js';
import { hasLiveWriter } from '../../journal/alive.js';
import { whyForeign } from '../../journal/seal/own-runs.js';
import type { AutologOptions } from '../../setup/autolog.js';
import { defaultSinkNames } from '../../setup/builtin-sinks.js';
import { loadConfig } from '../../setup/config-file.js';
import { openFolder } from '../../support/folder/folder.js';
import { createRedactor } from '../../support/redact/redact.js';
import { defaultJournalDir } from '../../support/settings.js';
import { findKey, type StateKey } from '../../support/state-key.js';
import { findRuns } from '../runs.js';

/** Result of one check. */
export interface Check {
  /** Subject of the check, e.g. `node`, `journal`. */
  readonly name: string;
  /** `warning`: tracking works, but not all of it. */
  readonly status: 'ok' | 'warning' | 'failed';
  /** The finding. */
  readonly detail: string;
  /** How to fix it; `null` if there is nothing to fix. */
  readonly advice: string | null;
}

const NODE = [20, 19] as const;
const AX_MAJOR = 24;
/** In bytes. */
const LOW_SPACE = 200e6;

/**
 * Checks everything that tracking needs: node, ax, the configuration, the journal, its runs, the server. Never throws.
 */
export async function checkAll(cwd: string, env: NodeJS.ProcessEnv): Promise<Check[]> {
  const [config, options] = await checkConfig(cwd, env);
  const dir = journalDirOf(options);
  return [
    checkNode(process.versions.node),
    checkAx(),
    config,
    checkJournal(dir, options, env),
    ...checkKey(env),
    ...checkRuns(dir, env),
    ...(await checkServer(options, env)),
  ];
}

function ok(name: string, detail: string): Check {
  return { name, status: 'ok', detail, advice: null };
}

/**
 * Checks the version of node.
 *
 * @param version a version such as `process.versions.node`
 */
export function checkNode(version: string): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isEnough = major > NODE[0] || (major === NODE[0] && minor >= NODE[1]);
  if (isEnough) return ok('node', version);
  return { name: 'node', status: 'failed', detail: version, advice: `install node ${NODE.join('.')} or newer` };
}

function checkAx(): Check {
  const copies = installedCopies();
  const detail = copies.map(({ version, root }) => `${version} in ${root}`).join('; ');
  if (copies.length === 0) {
    const advice = 'npm install @ax-llm/ax; run doctor in the folder of the app';
    return { name: 'ax', status: 'warning', detail: 'no copy of @ax-llm/ax is found from here', advice };
  }
  const other = copies.filter(({ version }) => Number.parseInt(version, 10) !== AX_MAJOR);
  if (other.length === 0) return ok('ax', detail);
  return {
    name: 'ax',
    status: 'warning',
    detail,
    advice: `ax-autolog is made for @ax-llm/ax ${AX_MAJOR}; install that version`,
  };
}

async function checkConfig(cwd: string, env: NodeJS.ProcessEnv): Promise<[Check, AutologOptions]> {
  try {
    const options = await loadConfig(cwd, env);
    const set = Object.keys(options);
    return [ok('config', set.length > 0 ? `valid; it sets ${set.join(', ')}` : 'none; the defaults hold'), options];
  } catch (error) {
    const advice = 'repair the file or the variable that it names; see the configuration in the guide';
    return [{ name: 'config', status: 'failed', detail: textOf(error), advice }, {}];
  }
}

function journalDirOf({ journal }: AutologOptions): string {
  const dir = typeof journal === 'object' ? journal.dir : undefined;
  return dir === undefined ? defaultJournalDir() : resolve(dir);
}

function checkJournal(dir: string, { journal }: AutologOptions, env: NodeJS.ProcessEnv): Check {
  const name = 'journal';
  if (journal === false || ['false', '0', 'off', 'no'].includes((env.AX_AUTOLOG_JOURNAL ?? '').toLowerCase())) {
    const advice = 'turn it on to keep runs: without it a dead process or server loses them';
    return { name, status: 'warning', detail: 'it is turned off', advice };
  }
  const place = nearest(dir);
  try {
    tryWriting(place, place === dir);
    const { bavail, bsize } = statfsSync(place);
    const free = bavail * bsize;
    const detail = `${dir}${place === dir ? '' : ' (will be made)'} can be written, ${byteSize(free)} free`;
    if (free >= LOW_SPACE) return ok(name, detail);
    return { name, status: 'warning', detail, advice: 'make room: ax-autolog prune --older-than 30d' };
  } catch (error) {
    const advice = 'let this user write there, or set AX_AUTOLOG_DIR to a folder that can be written';
    return { name, status: 'failed', detail: `${dir} cannot be written: ${textOf(error)}`, advice };
  }
}

/** Returns the folder itself, or the closest parent that exists. */
function nearest(dir: string): string {
  let place = dir;
  while (!existsSync(place) && dirname(place) !== place) place = dirname(place);
  return place;
}

/** Throws the file system's error if the folder cannot be written. It creates no folder and leaves no file behind. */
function tryWriting(folder: string, isJournal: boolean): void {
  if (!statSync(folder).isDirectory()) throw new Error('it is a file');
  accessSync(folder, constants.W_OK | constants.X_OK);
  if (!isJournal) return;
  const name = `.${randomUUID()}.tmp`;
  const journals = openFolder(folder);
  try {
    journals.create(name, '');
  } finally {
    journals.remove(name);
  }
}

/** Says nothing about a key that can be used, or about one that is not made yet. */
function checkKey(env: NodeJS.ProcessEnv): Check[] {
  try {
    findKey(env);
    return [];
  } catch (error) {
    const detail = `runs cannot be sealed, so after a crash only sync delivers the rest. ${textOf(error)}`;
    const advice = 'correct that, or set AX_AUTOLOG_KEY to at least 16 random characters';
    return [{ name: 'key', status: 'warning', detail, advice }];
  }
}

/** Returns the number of undelivered runs that only a command delivers, because this user did not write them here. */
function countForeign(runs: readonly RunSummary[], env: NodeJS.ProcessEnv): number {
  let key: StateKey | null = null;
  try {
    key = findKey(env).key;
  } catch {
    // Without a key, every run is foreign.
  }
  return runs.filter(({ runDir }) => backlogOf(runDir).targets.length > 0 && whyForeign(runDir, key) !== null).length;
}

function checkRuns(dir: string, env: NodeJS.ProcessEnv): Check[] {
  const name = 'runs';
  let found: ReturnType<typeof findRuns>;
  try {
    found = findRuns(dir);
  } catch {
    return [ok(name, 'none yet')];
  }
  const { runs, unreadable } = found;
  const died = runs.filter(({ status, runDir }) => status === 'running' && !hasLiveWriter(runDir)).length;
  const waiting = runs.filter(({ runDir }) => backlogOf(runDir).targets.some((target) => target !== 'files')).length;
  const parts = [plural(runs.length, 'run')];
  if (died > 0) parts.push(`${died} died before they ended`);
  if (waiting > 0) parts.push(`${waiting} not yet where they were meant to go`);
  const foreign = countForeign(runs, env);
  if (foreign > 0) parts.push(`${foreign} not written here by this user, so no start delivers them`);
  if (unreadable.length > 0) parts.push(`${unreadable.length} cannot be read`);
  const advice = adviceFor({ unreadable: unreadable.length, waiting, foreign });
  return [{ name, status: advice === null ? 'ok' : 'warning', detail: parts.join(', '), advice }];
}

function adviceFor(counts: { readonly unreadable: number; readonly waiting: number; readonly foreign: number }) {
  if (counts.unreadable > 0) return 'ax-autolog ls says why';
  if (counts.foreign > 0) return 'ax-autolog sync RUN delivers a run that you trust (--to files writes its files)';
  return counts.waiting > 0 ? 'ax-autolog sync brings them there' : null;
}

async function checkServer(options: AutologOptions, env: NodeJS.ProcessEnv): Promise<Check[]> {
  const sinks = options.sinks ?? defaultSinkNames();
  const names = sinks.map((sink) => (typeof sink === 'string' ? sink : sink.name));
  const checks = [ok('sinks', names.join(', ') || 'none')];
  if (!names.includes('mlflow') && !env.MLFLOW_TRACKING_URI) return checks;
  const { reach } = await import('../../../plugins/mlflow/reach.js');
  try {
    return [...checks, ok('mlflow', await reach(env))];
  } catch (error) {
    const advice =
      'start the server or correct MLFLOW_TRACKING_URI; runs stay in the journal until then, and sync brings them';
    return [...checks, { name: 'mlflow', status: 'failed', detail: textOf(error), advice }];
  }
}

function textOf(error: unknown): string {
  return createRedactor().text(error instanceof Error ? error.message : String(error));
}
