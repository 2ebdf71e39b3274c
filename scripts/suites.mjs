// Finds the mocha suites (one per folder of spec) and runs each in its own process.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { ROOT } from './setup.mjs';

/**
 * In ms: time limit of a suite, and of its exit after the last result. A process that runs longer has a leaked handle.
 */
const LIMITS = { suite: 15 * 60_000, exit: 30_000 };
/** Environment variables of the developer's shell that would change the tests. */
const FOREIGN_ENV = /^(AX_AUTOLOG_|MLFLOW_|OTEL_)|_API_KEY$|^(https?|all|no)_proxy$/i;

/** Returns every suite with its compiled files. Files directly in spec form the suite `spec`. */
export function findSuites() {
  const suites = new Map();
  for (const entry of readdirSync(join(ROOT, 'spec'), { withFileTypes: true, recursive: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.spec.ts')) continue;
    const source = relative(ROOT, join(entry.parentPath, entry.name));
    const parts = source.split(sep);
    const name = parts.length > 2 ? parts[1] : 'spec';
    const files = suites.get(name) ?? [];
    files.push(join('dist', source.replace(/\.ts$/, '.js')));
    suites.set(name, files);
  }
  return [...suites].map(([name, files]) => ({ name, files: files.sort() })).sort((a, b) => (a.name < b.name ? -1 : 1));
}

function cleanEnvironment() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !FOREIGN_ENV.test(name)));
}

function readResults(file) {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

const running = new Set();
process.once('exit', () => running.forEach(endGroup));
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

/**
 * Kills a suite with its whole process group: mocha runs the tests in a child process, and tests start processes too.
 */
function endGroup(child) {
  try {
    if (process.platform === 'win32') child.kill('SIGKILL');
    else process.kill(-child.pid, 'SIGKILL');
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

/** Kills a child that does not exit by itself: at the suite's time limit, or soon after its last result. */
function watch(child, resultsFile, limits, report) {
  const started = Date.now();
  let ended = null;
  return setInterval(() => {
    if (ended === null && readResults(resultsFile).some(({ kind }) => kind === 'end')) ended = Date.now();
    const over = Date.now() - started > limits.suite;
    const stuck = ended !== null && Date.now() - ended > limits.exit;
    if (!over && !stuck) return;
    report(
      over ? `was ended after ${limits.suite / 1_000} s` : 'did not exit after its last test: a handle is left open',
    );
    endGroup(child);
  }, 500);
}

/** Summarizes a suite's results. Everything except a passed test is a problem with its own line. */
function summarize(results, { code, signal, killed }) {
  const of = (kind) => results.filter((result) => result.kind === kind);
  const problems = of('pending').map(({ title }) => `skipped: ${title}`);
  if (killed) problems.push(killed);
  const failed = of('failed').length;
  const finished = of('end').length > 0;
  const last = results.findLast(({ kind }) => kind === 'begin')?.title;
  if (!killed && (!finished || (code !== 0 && failed === 0 && problems.length === 0))) {
    problems.push(`mocha ended with ${signal ?? `exit code ${code}`}`);
  }
  const passed = of('passed').length;
  if (passed + failed === 0) problems.push('ran no test');
  const notes = !finished && last ? [`last test begun: ${last}`] : [];
  return { passed, failed: failed + problems.length, problems: [...problems, ...notes] };
}

/** Runs one suite. Resolves to its counts, problems, output and duration in ms. */
export async function runSuite({ name, files }, limits = LIMITS) {
  const missing = files.filter((file) => !existsSync(join(ROOT, file)));
  if (missing.length > 0) {
    const problems = missing.map((file) => `not compiled: ${file}`);
    return { name, passed: 0, failed: problems.length, problems, output: '', ms: 0 };
  }
  const folder = mkdtempSync(join(tmpdir(), 'ax-autolog-test-'));
  const resultsFile = join(folder, 'results.jsonl');
  const started = Date.now();
  const mocha = [join(ROOT, 'node_modules/mocha/bin/mocha.js'), '--reporter', join(ROOT, 'scripts/reporter.cjs')];
  const args = [...mocha, '--reporter-option', `file=${resultsFile}`, '--forbid-only', ...files];
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    env: cleanEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
  });
  running.add(child);
  // Processes that a test left running would keep the pipes open forever.
  child.once('exit', () => endGroup(child));
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
  let killed = null;
  const timer = watch(child, resultsFile, limits, (reason) => (killed ??= reason));
  const [code, signal] = await new Promise((resolve) => child.once('close', (...end) => resolve(end)));
  clearInterval(timer);
  running.delete(child);
  const counts = summarize(readResults(resultsFile), { code, signal, killed });
  rmSync(folder, { recursive: true, force: true });
  return { name, ...counts, output, ms: Date.now() - started };
}
