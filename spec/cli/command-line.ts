import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Output } from '../../lib/cli/output.js';
import { runCli } from '../../lib/cli/program.js';

/** What a command line answered. */
export interface Answer {
  readonly code: number;
  /** Standard output. */
  readonly text: string;
  /** Standard error. */
  readonly notes: string;
  /** Standard output, read as JSON; the test says what it should be. */
  json<T>(): T;
}

/** Runs a command line in this process. */
export async function cli(args: readonly string[], about: Partial<Output> = {}): Promise<Answer> {
  const [lines, notes]: [string[], string[]] = [[], []];
  const output = {
    line: (text: string) => void lines.push(text),
    note: (text: string) => void notes.push(text),
    progress: () => undefined,
    ...about,
  };
  return answer(await runCli(args, { output }), lines.join('\n'), notes.join('\n'));
}

/** The program as npm installs it. */
export const MAIN = fileURLToPath(new URL('../../lib/cli/main.js', import.meta.url));

type Environment = Readonly<Record<string, string | undefined>>;

/** Runs the program in a process of its own. */
export async function binary(args: readonly string[], env: Environment = {}): Promise<Answer> {
  return await run(process.execPath, [MAIN, ...args], env);
}

/** Runs lines of bash in which `ax-autolog` is the program; the answer's code is that of the last command. */
export async function inBash(lines: string, env: Environment = {}): Promise<Answer> {
  const program = `ax-autolog() { "${process.execPath}" "${MAIN}" "$@"; }`;
  return await run('bash', ['--norc', '-c', `${program}\n${lines}`], env);
}

async function run(command: string, args: readonly string[], env: Environment): Promise<Answer> {
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let [text, notes] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    notes += chunk;
  });
  const code = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exit) => resolve(exit ?? -1));
  });
  return answer(code, text, notes);
}

function answer(code: number, text: string, notes: string): Answer {
  return { code, text, notes, json: <T>() => JSON.parse(text) as T };
}
