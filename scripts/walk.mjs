// Counts the files and functions of ax-autolog that one call enters, measured with V8's coverage:
//
//   a   a call of a `@trackTrial` method that returns a score, until its `onTrialEnd` is in the journal
//   a+  the same, with one example result in the return value
//   b   one example of AxGEPA, until `onExampleEnd` reaches a sink
//
// `node scripts/walk.mjs [--dist DIR] [--list]` after `npm run build`. `--dist` measures another build, to compare two
// versions; `--list` also prints the functions. The count excludes everything that happens once (imports, the start of
// a run, the first trials) or now and then (the journal's timed writes). Each walk runs in its own process.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { Session } from 'node:inspector';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const SELF = fileURLToPath(import.meta.url);
const WALKS = {
  trial: { title: 'a   @trackTrial call to the journal', measure: (run) => measureTrial(run, false) },
  results: { title: 'a+  the same with one example result', measure: (run) => measureTrial(run, true) },
  example: { title: 'b   AxGEPA example to onExampleEnd', measure: measureExample },
};
const WARM_UP = 3;
/** Longer than the journal buffers details, so that no write is pending. */
const REST_MS = 60;

/** Records which functions below `dist` are entered. `take()` returns those since its last call. */
class Coverage {
  #session = new Session();
  #dist;

  constructor(dist) {
    this.#dist = dist;
    this.#session.connect();
    this.#post('Profiler.enable');
    this.#post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
  }

  /** Returns `{ file, name, start }` for each function entered. */
  take() {
    return this.#post('Profiler.takePreciseCoverage').result.flatMap(({ url, functions }) => {
      const file = this.#fileOf(url);
      if (file === null) return [];
      const entered = functions.filter(({ ranges }) => ranges[0].count > 0);
      return entered.map(({ functionName, ranges }) => ({ file, name: functionName, start: ranges[0].startOffset }));
    });
  }

  #fileOf(url) {
    if (!url.startsWith('file:')) return null;
    const file = relative(this.#dist, fileURLToPath(url)).replaceAll('\\', '/');
    return /^(lib|plugins)\//.test(file) ? file : null;
  }

  /** The session is in the same process, so the callback runs before `post` returns. */
  #post(method, parameters) {
    let answer;
    this.#session.post(method, parameters, (error, result) => {
      if (error) throw new Error(`${method}: ${error.message}`);
      answer = result;
    });
    return answer;
  }
}

/** Reads all events of the journals below a folder. */
function eventsIn(folder) {
  const files = readdirSync(folder, { recursive: true }).filter((file) => /events.*\.jsonl$/.test(file));
  const lines = files.flatMap((file) => readFileSync(join(folder, file), 'utf8').split('\n'));
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line));
}

function makeExamples(count) {
  return Array.from({ length: count }, (_, n) => ({ question: `What is ${n} + 1?`, answer: `${n + 1}` }));
}

/** Returns an optimizer class, decorated by function calls because plain JavaScript has no decorator syntax. */
function decoratedOptimizer({ trackCompile, trackTrial }, withResults) {
  class Optimizer {
    async compile(program, trainset, body) {
      await body(this, trainset);
      return program;
    }

    async score(_candidate, batch) {
      if (!withResults) return { score: 1 };
      return { score: 1, results: batch.map((example) => ({ example, prediction: { answer: '4' }, score: 1 })) };
    }
  }
  const { prototype } = Optimizer;
  const method = Object.getOwnPropertyDescriptor(prototype, 'score');
  Object.defineProperty(prototype, 'score', trackTrial()(prototype, 'score', method) ?? method);
  return trackCompile()(Optimizer) ?? Optimizer;
}

/** Measures the last trial of the second compile, whose candidate and example are new to that compile. */
async function measureTrial({ lib, coverage, folder }, withResults) {
  lib.registry.register({ name: 'walk', onTrialEnd() {} });
  const Optimizer = decoratedOptimizer(lib, withResults);
  let entered = [];
  let trials = 0;
  const body = async (optimizer, examples) => {
    for (const [n, example] of examples.entries()) {
      const candidate = { texts: { instruction: `Try ${n}.` } };
      const batch = [example];
      await sleep(REST_MS);
      coverage.take();
      await optimizer.score(candidate, batch);
      entered = coverage.take();
      trials += 1;
      const written = eventsIn(folder).filter(({ type }) => type === 'onTrialEnd').length;
      if (written !== trials) throw new Error(`the journal must have ${trials} trial ends, got ${written}`);
    }
  };
  for (let compile = 0; compile < 2; compile += 1) {
    await new Optimizer().compile({}, makeExamples(WARM_UP + 1), body);
  }
  await lib.shutdown();
  return entered;
}

/**
 * Measures from one `onExampleEnd` to the next of the same trial, and returns the shortest list. Longer lists include a
 * timed write of the journal, or an example that the compile scored for the first time.
 */
async function measureExample({ lib, ax, coverage }) {
  const windows = [];
  let calls = 0;
  const onExampleEnd = ({ trialId }) => {
    windows.push({ trialId, calls, entered: coverage.take() });
    calls = 0;
  };
  lib.autolog({ logCompiles: true, sinks: [{ name: 'walk', onExampleEnd }] });
  // autolog() may instrument ax only after a turn of the event loop.
  await sleep(REST_MS);
  const chatResponse = async () => {
    calls += 1;
    // The sink receives each example before the next one ends.
    for (let turn = 0; turn < 3; turn += 1) await nextTurn();
    return { results: [{ index: 0, content: 'New Instruction: Add.\nAnswer: 4', finishReason: 'stop' }] };
  };
  const ai = new ax.AxMockAIService({ features: { functions: false, streaming: false }, chatResponse });
  const optimizer = new ax.AxGEPA({ studentAI: ai, teacherAI: ai, numTrials: 3, seed: 1 });
  const examples = makeExamples(5);
  const metric = ({ prediction, example }) => (prediction.answer === example.answer ? 1 : 0);
  const options = { validationExamples: examples, maxMetricCalls: 9 * examples.length };
  await optimizer.compile(ax.ax('question:string -> answer:string'), examples, metric, options);
  await lib.shutdown();
  const complete = windows.filter((one, n) => one.calls === 1 && one.trialId === windows[n - 1]?.trialId);
  if (complete.length < 10) throw new Error(`at least 10 examples must be measured, got ${complete.length}`);
  return complete.map(({ entered }) => entered).sort((one, other) => one.length - other.length)[0];
}

/** Measures one walk in this process and prints the functions as JSON. */
async function measureHere(walk, dist) {
  const folder = mkdtempSync(join(tmpdir(), 'ax-autolog-walk-'));
  try {
    process.env.AX_AUTOLOG_DIR = folder;
    const coverage = new Coverage(dist);
    const entry = pathToFileURL(join(dist, 'lib/index.js')).href;
    // Only the build's own copy of ax is tracked.
    const ax = await import(import.meta.resolve('@ax-llm/ax', entry));
    const entered = await WALKS[walk].measure({ lib: await import(entry), ax, coverage, folder });
    process.stdout.write(JSON.stringify(entered));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Measures one walk in its own process. */
function measure(walk, dist) {
  const args = ['--experimental-import-meta-resolve', SELF, '--dist', dist, '--measure', walk];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`walk '${walk}' failed:\n${stderr}`);
  return JSON.parse(stdout);
}

/** Groups functions by file, in the order of the source. */
function byFile(entered) {
  const inOrder = [...entered].sort((one, other) => one.file.localeCompare(other.file) || one.start - other.start);
  const files = new Map(inOrder.map(({ file }) => [file, []]));
  for (const each of inOrder) files.get(each.file).push(each);
  return files;
}

function print({ title }, entered, list) {
  const files = byFile(entered);
  console.log(`${title}: ${files.size} files, ${entered.length} functions`);
  if (!list) return;
  for (const [file, functions] of files) {
    console.log(`  ${file} (${functions.length})`);
    console.log(`    ${functions.map(({ name }) => name || '(anonymous)').join(', ')}`);
  }
}

const { values } = parseArgs({
  options: { dist: { type: 'string' }, list: { type: 'boolean' }, measure: { type: 'string' } },
});
const dist = resolve(values.dist ?? join(SELF, '../../dist'));
if (values.measure) await measureHere(values.measure, dist);
else for (const [name, walk] of Object.entries(WALKS)) print(walk, measure(name, dist), values.list);
