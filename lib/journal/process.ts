import { readFileSync } from 'node:fs';

/** Clock ticks a second in /proc, on every Linux that node runs on (USER_HZ). */
const TICKS_PER_SECOND = 100;

/** Whether a process with this id is there, whoever it belongs to. */
export function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Tells a process from a later one with the same id: field 22 of /proc/<pid>/stat on Linux; `null` elsewhere. */
export function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}

/** When a process started, in milliseconds since the Unix epoch, to a second or so; `null` where nobody says. */
export function startTimeOf(pid: number): number | null {
  const ticks = startOf(pid);
  if (ticks === null) return null;
  try {
    const boot = /^btime (\d+)$/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1];
    return boot === undefined ? null : (Number(boot) + Number(ticks) / TICKS_PER_SECOND) * 1_000;
  } catch {
    return null;
  }
}
