import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));

/** How a child process ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Every event of its journal, raw. */
  readonly events: readonly { readonly type: string; readonly data: Record<string, unknown> }[];
}

/**
 * Runs an ES module in a process of its own, with the repository as working directory (so `ax-autolog` is this package)
 * and a journal folder of its own.
 *
 * @param options.killWhen Kills the child with SIGKILL as soon as its output contains this.
 * @param options.flags Options of node.
 */
export async function runChild(
  code: string,
  { killWhen, flags = [] }: { readonly killWhen?: string; readonly flags?: readonly string[] } = {},
): Promise<Ended> {
  const dir = mkdtempSync(join(tmpdir(), 'ax-autolog-child-'));
  const child = spawn(process.execPath, [...flags, '--input-type=module', '--eval', code], {
    cwd: ROOT,
    env: { ...process.env, AX_AUTOLOG_DIR: dir },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
    if (killWhen !== undefined && stdout.includes(killWhen)) child.kill('SIGKILL');
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const [exitCode, signal] = await new Promise<[number | null, string | null]>((resolve) =>
    child.on('close', (...how) => resolve(how)),
  );
  const events = readEvents(dir);
  rmSync(dir, { recursive: true, force: true });
  return { code: exitCode, signal, stdout, stderr, events };
}

function readEvents(dir: string): Ended['events'] {
  return readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.jsonl'))
    .flatMap((name) => readFileSync(join(dir, name), 'utf8').split('\n'))
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    .map((line) => JSON.parse(line));
}
