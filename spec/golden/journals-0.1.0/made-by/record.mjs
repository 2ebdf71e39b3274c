// Writes what the command line answers to the journals beside this folder: `node record.mjs REPOSITORY`, a checkout that is
// built. It works on a copy whose files all have one fixed time, and writes JOURNALS for the copy's folder.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = resolve(process.argv[2]);
const fixture = fileURLToPath(new URL('..', import.meta.url));
const expected = join(fixture, 'expected');
const main = join(repository, JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')).bin['ax-autolog']);
const WRITTEN = 1_000_000_000;

function filesBelow(folder) {
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

const folder = mkdtempSync(join(tmpdir(), 'journals-'));
cpSync(join(fixture, 'journals'), folder, { recursive: true });
for (const file of filesBelow(folder)) utimesSync(file, WRITTEN, WRITTEN);

const commands = [];

/** Keeps a command with its exit code, and its answer if it has one. Returns the answer. */
function record(output, ...args) {
  const env = { ...process.env, AX_AUTOLOG_DIR: folder };
  const { status, stdout } = spawnSync(process.execPath, [main, ...args, '--json'], { cwd: folder, env });
  const text = stdout.toString('utf8').replaceAll(JSON.stringify(folder).slice(1, -1), 'JOURNALS');
  const kept = status === 0 ? { output } : {};
  commands.push({ args: [...args, '--json'], code: status, ...kept });
  if (status !== 0) return null;
  mkdirSync(dirname(join(expected, output)), { recursive: true });
  writeFileSync(join(expected, output), text);
  return JSON.parse(text);
}

rmSync(expected, { recursive: true, force: true });
const runs = record('ls.json', 'ls').map(({ runId }) => runId);
record('ls-died.json', 'ls', '--status', 'died');
record('ls-eval.json', 'ls', '--kind', 'eval');
record('ls-name.json', 'ls', '--name', 'hill', '--limit', '3');
record('show-latest.json', 'show', 'latest');
const compiled = [];
for (const run of runs) {
  const shown = record(`show/${run}.json`, 'show', run);
  if (shown === null || shown.trials.length === 0) continue;
  compiled.push(run);
  record(`trial/${run}-best.json`, 'show', run, '--trial', 'best');
  record(`diff/${run}-seed-best.json`, 'diff', run, 'seed', 'best');
  record(`best/${run}.json`, 'best', run);
}
const named = (text) => runs.find((run) => run.includes(text));
const climbs = compiled.filter((run) => run.includes('hillclimb'));
record('trial/first.json', 'show', named('gsm8k'), '--trial', '0');
record('trial/minibatch.json', 'show', named('three'), '--trial', 'eval_minibatch_1');
record('trial/running.json', 'show', climbs[0], '--trial', '4');
record('best/first-compile.json', 'best', named('gsm8k'), '--compile', '0');
record('diff/runs-alike.json', 'diff', climbs.at(-1), climbs.at(-2));
record('diff/runs-unlike.json', 'diff', named('gsm8k'), named('three'));
record('diff/run-and-evaluation.json', 'diff', named('nested'), named('inner'));
writeFileSync(join(expected, 'commands.json'), `${JSON.stringify(commands, null, 2)}\n`);
rmSync(folder, { recursive: true });

const hashes = filesBelow(join(fixture, 'journals')).map((file) => {
  const hash = createHash('sha256').update(readFileSync(file)).digest('hex');
  return `${hash}  ${relative(fixture, file).replaceAll('\\', '/')}\n`;
});
writeFileSync(join(fixture, 'sha256.txt'), hashes.sort((a, b) => (a.slice(66) < b.slice(66) ? -1 : 1)).join(''));
