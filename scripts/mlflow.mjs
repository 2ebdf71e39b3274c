// Creates the Python environment in which the tests run a real MLflow server and read back with MLflow's Python client.
// `node scripts/mlflow.mjs` prints the path of its Python. It is created once; later calls take milliseconds.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ROOT } from './setup.mjs';

export const MLFLOW_VERSION = '3.17.2';
/**
 * Basic authentication needs the extra. litellm and dspy must not be installed: with them the server hangs at its
 * start.
 */
const REQUIREMENTS = [`mlflow[auth]==${MLFLOW_VERSION}`];
const MINIMUM_PYTHON = [3, 10];
const LOCK_LIMIT_MS = 10 * 60_000;

/**
 * Returns the environment's folder: in `TEST_CACHE_DIR`, else in `XDG_CACHE_HOME`, else in `.cache` of the repository.
 */
export function environmentFolder(env = process.env) {
  const xdg = env.XDG_CACHE_HOME ? join(env.XDG_CACHE_HOME, 'ax-autolog') : null;
  return join(env.TEST_CACHE_DIR || xdg || join(ROOT, '.cache'), `mlflow-${MLFLOW_VERSION}`);
}

/** Returns the path of an environment's Python. */
export function pythonOf(folder) {
  return process.platform === 'win32' ? join(folder, 'Scripts', 'python.exe') : join(folder, 'bin', 'python');
}

/** Returns command and version of a Python that can create the environment; otherwise `problem`, an error message. */
export function findPython(candidates = ['python3', 'python']) {
  const found = [];
  for (const command of candidates) {
    const code = 'import sys; print("%d.%d.%d" % sys.version_info[:3])';
    const result = spawnSync(command, ['-c', code], { encoding: 'utf8' });
    if (result.status !== 0) continue;
    const version = result.stdout.trim();
    const [major, minor] = version.split('.').map(Number);
    if (major === MINIMUM_PYTHON[0] && minor >= MINIMUM_PYTHON[1]) return { command, version };
    found.push(`${command} is ${version}`);
  }
  const got = found.length > 0 ? found.join(', ') : `${candidates.join(' and ')} are not on PATH`;
  return {
    problem: `The tests run a real MLflow server and need Python ${MINIMUM_PYTHON.join('.')} or newer: ${got}. Install one (on Debian: apt-get install python3 python3-venv) and run the command again.`,
  };
}

function run(command, args, what) {
  const result = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 2 ** 26 });
  if (result.status === 0) return null;
  return `${what} failed:\n${result.error?.message ?? ''}${result.stdout ?? ''}${result.stderr ?? ''}`;
}

/** Creates the environment in place, because it cannot be moved. Its stamp is written last. */
function make(folder, command) {
  rmSync(folder, { recursive: true, force: true });
  const created = run(command, ['-m', 'venv', folder], `${command} -m venv`);
  if (created !== null)
    return `${created}\nOn Debian and Ubuntu, venv is a separate package: apt-get install python3-venv`;
  return run(pythonOf(folder), ['-m', 'pip', 'install', '--quiet', ...REQUIREMENTS], `pip install ${REQUIREMENTS}`);
}

/** Locks the environment, so that two test runs do not create it at once. Returns a function that releases the lock. */
async function lock(file) {
  mkdirSync(dirname(file), { recursive: true });
  for (const until = Date.now() + LOCK_LIMIT_MS; ; await sleep(500)) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      if (!isAlive(file)) rmSync(file, { force: true });
      else if (Date.now() > until) throw new Error(`${file} is held by another process; remove it if that is wrong`);
    }
  }
}

function isAlive(file) {
  try {
    process.kill(Number(readFileSync(file, 'utf8')) || process.pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Creates the environment unless it exists. Returns an error message, else `null`. */
export async function prepareMlflow(env = process.env) {
  const folder = environmentFolder(env);
  const stamp = join(folder, 'ax-autolog.stamp');
  const wanted = createHash('sha256').update(REQUIREMENTS.join('\n')).digest('hex');
  const isReady = () => existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted && existsSync(pythonOf(folder));
  if (isReady()) return null;
  const python = findPython();
  if (python.problem) return python.problem;
  const unlock = await lock(`${folder}.lock`);
  try {
    if (isReady()) return null;
    const problem = make(folder, python.command);
    if (problem === null) writeFileSync(stamp, wanted);
    return problem;
  } finally {
    unlock();
  }
}

async function main() {
  const problem = await prepareMlflow();
  if (problem === null) return console.log(pythonOf(environmentFolder()));
  console.error(problem);
  process.exitCode = 1;
}

if (realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) await main();
