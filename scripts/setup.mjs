// Installs the dependencies of package-lock.json and builds dist. Plain Node without dependencies, so it runs right after
// `git clone`.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle } from './bundle.mjs';

export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const MINIMUM_NODE = [20, 19];
const PROJECTS = ['tsconfig.json', 'spec/capture/decorators/legacy/tsconfig.json', 'plugins/report/page/tsconfig.json'];
const BUILT_FOLDERS = ['lib', 'plugins', 'samples', 'spec', 'bench'];
const OUTPUT = /(\.d\.ts\.map|\.js\.map|\.d\.ts|\.js)$/;

/** Returns an error message if this Node is too old, else `null`. */
export function nodeProblem(version = process.versions.node) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [wantMajor, wantMinor] = MINIMUM_NODE;
  if (major > wantMajor || (major === wantMajor && minor >= wantMinor)) return null;
  return `ax-autolog needs Node ${MINIMUM_NODE.join('.')} or newer, this is ${version}. Install a newer Node and run the command again.`;
}

function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** Returns whether node_modules holds the versions of package-lock.json. */
function isInstalled() {
  const receipt = join(ROOT, 'node_modules/.package-lock.json');
  if (!existsSync(receipt)) return false;
  const present = readJson(receipt).packages;
  const wanted = Object.entries(readJson(join(ROOT, 'package-lock.json')).packages);
  return wanted.every(([path, { version, optional }]) => {
    if (path === '') return true;
    return path in present ? present[path].version === version : optional === true;
  });
}

/** Installs the locked dependencies unless they are installed. Returns npm's output if that fails, else `null`. */
export function install() {
  if (isInstalled()) return null;
  // No dependency needs its install script, and ax's copies files into the current folder.
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const npm = process.env.npm_execpath;
  const [command, ...first] = npm?.endsWith('.js') ? [process.execPath, npm] : ['npm'];
  const shell = process.platform === 'win32' && command === 'npm';
  const result = spawnSync(command, [...first, ...args], { cwd: ROOT, encoding: 'utf8', shell });
  if (result.status === 0) return null;
  return `npm ci failed:\n${result.error?.message ?? ''}${result.stdout ?? ''}${result.stderr ?? ''}`;
}

/** Compiles every project and bundles the report's page. Returns an error message if that fails, else `null`. */
export async function build() {
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  const failures = [];
  for (const project of PROJECTS) {
    if (!existsSync(join(ROOT, project))) continue;
    const result = spawnSync(process.execPath, [tsc, '-p', project], { cwd: ROOT, encoding: 'utf8' });
    if (result.status !== 0) failures.push(`tsc -p ${project}:\n${result.stdout}${result.stderr}`);
  }
  removeStale();
  return failures.length > 0 ? failures.join('\n') : await bundle(ROOT);
}

/** Removes compiled files whose source no longer exists, so that no deleted test or module stays in dist. */
function removeStale() {
  for (const folder of BUILT_FOLDERS) {
    const output = join(ROOT, 'dist', folder);
    if (!existsSync(output)) continue;
    for (const entry of readdirSync(output, { withFileTypes: true, recursive: true })) {
      const file = join(entry.parentPath, entry.name);
      if (!entry.isFile() || !OUTPUT.test(entry.name)) continue;
      const source = join(ROOT, relative(join(ROOT, 'dist'), file)).replace(OUTPUT, '.ts');
      if (!existsSync(source)) rmSync(file, { force: true });
    }
  }
}

/** Installs and builds. On failure it prints the reason and exits with code 1. */
async function main() {
  for (const step of [nodeProblem, install, build]) {
    const problem = await step();
    if (problem === null) continue;
    console.error(problem);
    process.exit(1);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
