// Makes the journals: `node make.mjs REPOSITORY OUT`. REPOSITORY is a checkout of version 0.1.0 after `npm run build`.
// It works in a project of its own below OUT, so that no folder, script or repository of the machine is in a journal.
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const [repository, out] = process.argv.slice(2).map((path) => resolve(path));
const project = join(out, 'project');
const journals = join(out, 'journals');

function makeProject() {
  cpSync(fileURLToPath(new URL('.', import.meta.url)), project, { recursive: true });
  mkdirSync(join(project, 'node_modules'), { recursive: true });
  symlinkSync(repository, join(project, 'node_modules/ax-autolog'));
  symlinkSync(join(repository, 'node_modules/@ax-llm'), join(project, 'node_modules/@ax-llm'));
  symlinkSync(join(repository, 'dist'), join(project, 'dist'));
  const problems = readFileSync(join(repository, 'samples/data/gsm8k-style-train.jsonl'), 'utf8').split('\n');
  writeFileSync(join(project, 'problems.jsonl'), problems.slice(0, 20).join('\n'));
  git('init', '-q', '-b', 'main');
  git('remote', 'add', 'origin', 'https://example.org/someone/sums.git');
  git('-c', 'user.name=Someone', '-c', 'user.email=someone@example.org', 'commit', '-q', '--allow-empty', '-m', 'Start');
}

function git(...args) {
  const dates = { GIT_AUTHOR_DATE: '2026-01-01T00:00:00Z', GIT_COMMITTER_DATE: '2026-01-01T00:00:00Z' };
  spawnSync('git', args, { cwd: project, stdio: 'inherit', env: { ...process.env, ...dates } });
}

/** Ids above what Linux and macOS give to a process, and odd, which Windows never gives. */
let nextId = 4_194_305;

/** Runs a program of the project to its end, with nothing of this shell's settings for ax-autolog and for models. */
async function run(program, ...args) {
  const foreign = /^(AX_AUTOLOG_|MLFLOW_|OTEL_)|_API_?KEY$/;
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
  const child = spawn(process.execPath, ['--import', './steady.mjs', program, ...args], {
    cwd: project,
    env: { ...env, AX_AUTOLOG_DIR: journals, GOLDEN_PID: String(nextId) },
    stdio: 'ignore',
  });
  nextId += 2;
  const code = await new Promise((ended) => child.once('close', ended));
  if (code > 0) throw new Error(`${program} ended with exit code ${code}`);
}

/** The segments of the runs whose id contains this, the earliest first. */
function segments(name) {
  return readdirSync(journals)
    .filter((id) => id.includes(name))
    .sort()
    .map((id) => join(journals, id, 'events.jsonl'));
}

function edit(name, change) {
  const [path] = segments(name);
  writeFileSync(path, change(readFileSync(path, 'utf8').split('\n')).join('\n'));
}

/** What a crash, a full disk, a careless hand or a newer version leave. */
function damage() {
  const torn = segments('hillclimb').at(-1);
  truncateSync(torn, readFileSync(torn).length - 60);
  edit('corrupt', ([first, second, third, ...rest]) => [first, 'no JSON', third.slice(0, -9), second, ...rest]);
  edit('headless', ([, ...rest]) => rest);
  edit('newer', (lines) => lines.map((line) => line.replace('{"v":1,', '{"v":2,')));
  const [gone] = segments('blobless');
  rmSync(join(gone, '..', 'blobs'), { recursive: true });
}

/** Only what a journal is: no `.gitignore`, no positions of sinks, nothing that sinks wrote into the run's folder. */
function tidy() {
  rmSync(join(journals, '.gitignore'), { force: true });
  for (const id of readdirSync(journals)) {
    for (const name of readdirSync(join(journals, id))) {
      if (!/^(events.*\.jsonl|blobs)$/.test(name)) rmSync(join(journals, id, name), { recursive: true });
    }
  }
}

rmSync(out, { recursive: true, force: true });
mkdirSync(project, { recursive: true });
makeProject();
await run('dist/samples/gsm8k/main.js', '--data', 'problems.jsonl', '--simulated', '--seed', '3');
await run('dist/samples/autolog.js');
await run('dist/samples/traces.js');
for (const program of ['compiles.mjs', 'gepa.mjs', 'evaluations.mjs', 'values.mjs']) await run(program);
for (const name of ['corrupt', 'headless', 'newer', 'blobless']) await run('small.mjs', name);
const at = String((Math.ceil(Date.now() / 1_000) + 2) * 1_000 + 100);
await Promise.all(['first', 'second'].map((part) => run('two-writers.mjs', at, part)));
await run('killed.mjs');
await new Promise((later) => setTimeout(later, 1_100));
await run('killed.mjs');
damage();
tidy();
