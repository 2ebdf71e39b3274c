import { createHash, randomBytes } from 'node:crypto';
import { type BigIntStats, fstatSync, lstatSync, readSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { openFolder } from './folder/folder.js';
import { withPlainFile } from './folder/open-file.js';
import { PRIVATE } from './folder/place.js';
import { shared } from './shared-state.js';
import { thrownText } from './snapshot/leaves.js';
import { warn } from './warnings.js';

/** A secret of this user, with which runs are sealed. */
export interface StateKey {
  /** The secret: the bytes of the key file, or the UTF-8 of the variable. */
  readonly bytes: Uint8Array;
  /** Whether it is from `AX_AUTOLOG_KEY`, so that other machines and homes have the same key. */
  readonly isShared: boolean;
}

/** Minimum length of `AX_AUTOLOG_KEY`, in characters. */
export const MIN_KEY_LENGTH = 16;
const KEY_BYTES = 32;
/** Without hard links, another process may be found writing the key. It is read again this often, in milliseconds. */
const READ_AGAIN_MS = 5;
const READS = 10;

const known = shared('state keys', () => new Map<string, StateKey>());

/**
 * Returns the key of this user: `AX_AUTOLOG_KEY`, else the key file, which is created if it does not exist. Returns
 * `null` if there is no usable key, and reports that once (`AXL_CONFIG_INVALID` for the variable, `AXL_KEY_UNUSABLE`
 * for the file). Never throws.
 */
export function stateKey(): StateKey | null {
  const problem = keyProblem(process.env.AX_AUTOLOG_KEY);
  if (problem !== null) return unusable('AXL_CONFIG_INVALID', problem);
  try {
    return sharedKey(process.env.AX_AUTOLOG_KEY) ?? ownKey();
  } catch (error) {
    return unusable(
      'AXL_KEY_UNUSABLE',
      `the key that seals runs cannot be read or made. ${sentence(thrownText(error))}`,
    );
  }
}

function unusable(code: string, problem: string): null {
  const effect =
    'Runs are recorded but not sealed: if this process dies, the next start does not deliver the rest of them';
  warn(code, `${problem} ${effect}, only 'npx ax-autolog sync' does.`);
  return null;
}

function sentence(text: string): string {
  return text.endsWith('.') ? text : `${text}.`;
}

/** Returns what is wrong with a value of `AX_AUTOLOG_KEY`, or `null`. The text does not contain the value. */
export function keyProblem(value: string | undefined): string | null {
  if (value === undefined || value === '' || value.length >= MIN_KEY_LENGTH) return null;
  return `AX_AUTOLOG_KEY must have at least ${MIN_KEY_LENGTH} characters, got ${value.length}. Set it to a long random text, or unset it.`;
}

/** A key, and where it is from. */
export interface FoundKey {
  /** `null` if there is none yet. */
  readonly key: StateKey | null;
  /** `AX_AUTOLOG_KEY`, or the path of the key file. */
  readonly source: string;
}

/**
 * Returns the key as {@link stateKey} does, but creates nothing.
 *
 * @throws Error if there is a key that must not be used, or no place for one
 */
export function findKey(env: NodeJS.ProcessEnv): FoundKey {
  const problem = keyProblem(env.AX_AUTOLOG_KEY);
  if (problem !== null) throw new Error(problem);
  const key = sharedKey(env.AX_AUTOLOG_KEY);
  if (key !== null) return { key, source: 'AX_AUTOLOG_KEY' };
  const source = keyFile(env);
  try {
    return { key: { bytes: readKey(source), isShared: false }, source };
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return { key: null, source };
    throw error;
  }
}

function sharedKey(value: string | undefined): StateKey | null {
  if (value === undefined || value === '') return null;
  return remembered(`variable ${createHash('sha256').update(value).digest('hex')}`, () => ({
    bytes: Buffer.from(value, 'utf8'),
    isShared: true,
  }));
}

function ownKey(): StateKey {
  const file = keyFile(process.env);
  return remembered(file, () => ({ bytes: readOrMakeKey(file), isShared: false }));
}

function remembered(name: string, make: () => StateKey): StateKey {
  const key = known.get(name) ?? make();
  known.set(name, key);
  return key;
}

/** Returns the path of the key file. */
function keyFile(env: NodeJS.ProcessEnv): string {
  const folder = stateFolder(env);
  if (!isAbsolute(folder)) throw new Error(`The home folder must have an absolute path, got '${homedir()}'.`);
  return join(folder, 'ax-autolog', 'key');
}

/** https://specifications.freedesktop.org/basedir/latest: relative paths in the variable are ignored. */
function stateFolder(env: NodeJS.ProcessEnv): string {
  if (env.XDG_STATE_HOME && isAbsolute(env.XDG_STATE_HOME)) return env.XDG_STATE_HOME;
  if (process.platform === 'win32') return env.LOCALAPPDATA || join(homedir(), 'AppData', 'Local');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support');
  return join(homedir(), '.local', 'state');
}

function readOrMakeKey(file: string): Uint8Array {
  for (let reads = 1; ; reads += 1) {
    try {
      return readKey(file);
    } catch (error) {
      if (codeOf(error) === 'ENOENT') makeKey(file);
      else if (!(error instanceof EmptyKey) || reads >= READS) throw error;
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, READ_AGAIN_MS);
    }
  }
}

/** Creates the file with its whole content, unless another process creates it first. */
function makeKey(file: string): void {
  const folder = dirname(file);
  openFolder(dirname(folder), { mode: PRIVATE })
    .folder(basename(folder))
    .create(basename(file), randomBytes(KEY_BYTES));
}

class EmptyKey extends Error {}

/** Reads the key. Throws if anyone else could have written it or can read it: a known key seals nothing. */
function readKey(file: string): Uint8Array {
  checkFolder(dirname(file));
  return withPlainFile(file, (fd) => {
    const stats = fstatSync(fd, { bigint: true });
    const problem = strangers(stats, 0o077n);
    if (problem !== null) {
      throw new Error(`${file} must be a file that only this user can read, got ${problem}. Remove it.`);
    }
    const key = Buffer.alloc(KEY_BYTES + 1);
    const length = readSync(fd, key, 0, key.length, 0);
    if (length === KEY_BYTES) return key.subarray(0, KEY_BYTES);
    const message = `${file} must have ${KEY_BYTES} bytes, got ${stats.size}. Remove it.`;
    throw length < KEY_BYTES ? new EmptyKey(message) : new Error(message);
  });
}

function checkFolder(folder: string): void {
  const stats = lstatSync(folder, { bigint: true });
  const problem = stats.isDirectory() ? strangers(stats, 0o022n) : 'something else';
  if (problem === null) return;
  throw new Error(`${folder} must be a folder that only this user can write, got ${problem}. Correct or remove it.`);
}

/** Returns who else may use a file, or `null`. Windows has neither user ids nor modes: its profile folders are private. */
function strangers({ uid, mode }: BigIntStats, forbidden: bigint): string | null {
  const own = process.geteuid?.();
  if (own === undefined) return null;
  if (uid !== BigInt(own)) return `one of the user ${uid}`;
  return (mode & forbidden) === 0n ? null : `mode 0${(mode & 0o777n).toString(8)}`;
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
