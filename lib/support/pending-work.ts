import { shared } from './shared-state.js';

/** Unfinished work, and the id of the run that waits for it. */
const pending = shared('pending work', () => new Map<Promise<void>, string>());

/** Records that a run waits for `work`, which must not reject. */
export function addPendingWork(runId: string, work: Promise<void>): void {
  pending.set(work, runId);
  void work.then(() => pending.delete(work));
}

/** Returns the ids of the runs that are waiting for work. */
export function runsWithPendingWork(): ReadonlySet<string> {
  return new Set(pending.values());
}

/** Resolves when all work that is pending now has finished. Ignores work that is added later. */
export async function pendingWorkDone(): Promise<void> {
  await Promise.all(pending.keys());
}
