import { readFileSync } from 'node:fs';

/** USER_HZ, the clock ticks per second in /proc, on every Linux that Node.js supports. */
const TICKS_PER_SECOND = 100;

/** Returns whether a process with this id is running, even if it belongs to another user. */
export function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * Returns the start of a process in clock ticks since boot: field 22 of /proc/<pid>/stat. It distinguishes two processes
 * with the same id. `null` if there is no such process or no /proc.
 */
export function startTicksOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}

/**
 * Returns the start time of a process in milliseconds since the Unix epoch, precise to about a second. `null` if there is
 * no such process or no /proc.
 */
export function startTimeOf(pid: number): number | null {
  const ticks = startTicksOf(pid);
  if (ticks === null) return null;
  try {
    const boot = /^btime (\d+)$/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1];
    return boot === undefined ? null : (Number(boot) + Number(ticks) / TICKS_PER_SECOND) * 1_000;
  } catch {
    return null;
  }
}
