// Runs all checks of CI: lint, type check, every mocha suite. `npm test -- journal capture` runs those suites only.
// The last line is `N passed, N failed`. Any failure, crash, hang, skipped test or empty suite gives exit code 1.
import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { prepareMlflow } from './mlflow.mjs';
import { build, install, nodeProblem, ROOT } from './setup.mjs';
import { findSuites, runSuite } from './suites.mjs';

const PARALLEL = Math.min(2, availableParallelism());
const total = { passed: 0, failed: 0 };

function report({ name, passed, failed, problems = [], output = '', ms }) {
  total.passed += passed;
  total.failed += failed;
  if (failed > 0)
    console.log([`--- ${name}`, output.trimEnd(), ...problems.map((problem) => `  ${problem}`)].join('\n'));
  console.log(`${name.padEnd(16)} ${(ms / 1000).toFixed(1).padStart(7)} s  ${passed} passed, ${failed} failed`);
}

/** Runs a check, which returns `null` or an error message. It counts as one test. */
async function check(name, run) {
  const started = Date.now();
  const output = await run();
  report({
    name,
    passed: output === null ? 1 : 0,
    failed: output === null ? 0 : 1,
    output: output ?? '',
    ms: Date.now() - started,
  });
}

function lint() {
  const biome = join(ROOT, 'node_modules/@biomejs/biome/bin/biome');
  const args = [biome, 'check', '--error-on-warnings', '--max-diagnostics=200', '--colors=off', '.'];
  const result = spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8', maxBuffer: 2 ** 26 });
  return result.status === 0 ? null : `${result.stdout}${result.stderr}${result.error?.message ?? ''}`;
}

async function runSuites(suites) {
  const waiting = [...suites];
  const worker = async () => {
    for (let suite = waiting.shift(); suite; suite = waiting.shift()) report(await runSuite(suite));
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
}

/** Returns the wanted suites. An unknown name counts as a failure. */
function choose(suites, wanted) {
  if (wanted.length === 0) return suites;
  const names = suites.map(({ name }) => name);
  for (const name of wanted.filter((name) => !names.includes(name))) {
    report({ name, passed: 0, failed: 1, problems: [`no such suite. The suites are: ${names.join(', ')}`], ms: 0 });
  }
  return suites.filter(({ name }) => wanted.includes(name));
}

/**
 * Prepares the Python environment if the integration suite runs. If that fails, it counts as a failure and the suite is
 * dropped.
 */
async function withMlflow(suites) {
  if (!suites.some(({ name }) => name === 'integration')) return suites;
  const started = Date.now();
  const problem = await prepareMlflow();
  report({ name: 'mlflow', passed: 0, failed: problem ? 1 : 0, output: problem ?? '', ms: Date.now() - started });
  return problem ? suites.filter(({ name }) => name !== 'integration') : suites;
}

/** Runs the steps that every test needs. Only their failures are counted. */
function prepare() {
  for (const [name, step] of Object.entries({ node: nodeProblem, install })) {
    const started = Date.now();
    const problem = step();
    if (problem === null) continue;
    report({ name, passed: 0, failed: 1, output: problem, ms: Date.now() - started });
    return false;
  }
  return true;
}

async function main(wanted) {
  if (!prepare()) return;
  if (wanted.length === 0) await check('lint', lint);
  await check('types', build);
  await runSuites(await withMlflow(choose(findSuites(), wanted)));
}

await main(process.argv.slice(2));
if (total.failed > 0) process.exitCode = 1;
console.log(`${total.passed} passed, ${total.failed} failed`);
