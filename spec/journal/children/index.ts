import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';

/** A process that runs one of the programs in this folder. */
export function child(name: string, ...args: string[]): ChildProcessByStdio<null, Readable, null> {
  const program = new URL(`./${name}.js`, import.meta.url);
  return spawn(process.execPath, [program.pathname, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
}

/** The lines it prints, when it is over. It is killed when `killAfter` of them have come. */
export async function outcome(
  process: ReturnType<typeof child>,
  killAfter: number = Number.POSITIVE_INFINITY,
): Promise<string[]> {
  let text = '';
  process.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString('utf8');
    if (text.split('\n').length > killAfter) process.kill('SIGKILL');
  });
  await new Promise((resolve) => process.once('close', resolve));
  return text.split('\n').slice(0, -1);
}
