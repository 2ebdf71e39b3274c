import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'mocha';
import { cleanEnvironment, ROOT } from './environment.js';

/** How a process ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A process that a test started. */
export interface Started {
  readonly pid: number;
  readonly ended: Promise<Ended>;
  /** Resolves when it has said this line; rejects when it ends without. */
  said(line: string): Promise<void>;
  /** SIGKILL, as `kill -9`. */
  kill(): void;
}

/** Starts a module of `dist`. */
export function startNode(
  module: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Started {
  const child = spawn(process.execPath, [join(ROOT, 'dist', module), ...args], {
    cwd: ROOT,
    env: cleanEnvironment(env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child.pid ?? 0);
  let [stdout, stderr] = ['', ''];
  const listeners = new Set<() => void>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    for (const listener of listeners) listener();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (code, signal) => {
      running.delete(child.pid ?? 0);
      resolve({ code, signal, stdout, stderr });
    });
  });
  const said = (line: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (`\n${stdout}`.includes(`\n${line}\n`)) resolve();
      };
      listeners.add(look);
      look();
      void ended.then((end) => reject(new Error(`it never said '${line}': ${JSON.stringify(end)}`)));
    });
  return { pid: child.pid ?? 0, ended, said, kill: () => void child.kill('SIGKILL') };
}

const running = new Set<number>();

/** One short compile with live delivery. */
export interface CompileOptions {
  readonly uri: string;
  readonly experiment: string;
  readonly dir: string;
  readonly trials?: number;
  readonly pauseMs?: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts the short compile of `children/compile.ts`. */
export function startCompile({ uri, experiment, dir, trials = 8, pauseMs = 30, env = {} }: CompileOptions): Started {
  const args = [uri, experiment, dir, String(trials), String(pauseMs)];
  return startNode('spec/integration/children/compile.js', args, env);
}

/** Runs `ax-autolog sync` in a process of its own. */
export function syncProcess(
  dir: string,
  uri: string,
  experiment: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  return startNode('lib/cli/main.js', ['sync', dir, '--to', uri, '--experiment', experiment], env).ended;
}

const folders: string[] = [];

/** An empty folder that is gone after the tests. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ax-autolog-integration-'));
  folders.push(folder);
  return folder;
}

/** A copy of a journal that was never fed to anything. */
export function unfedCopy(dir: string): string {
  const copy = newFolder();
  cpSync(dir, copy, { recursive: true });
  for (const run of readdirSync(copy)) {
    if (run.startsWith('.')) continue;
    rmSync(join(copy, run, '.state'), { recursive: true, force: true });
  }
  return copy;
}

/** A name that no other experiment of this server has. */
export function newExperiment(name: string): string {
  made += 1;
  return `${name.replaceAll(' ', '-')}-${made}`;
}

let made = 0;

after(() => {
  for (const pid of running) process.kill(pid, 'SIGKILL');
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});
