import { BEST_MODEL_VERSION, type BestModel, checkBestModel } from './contract/best-model.js';
import { listSegments } from './journal/layout.js';
import { readRun } from './journal/reader.js';

/**
 * The best program of a run's compile, read from its journal.
 *
 * @param index 0-based position of the compile in the run
 * @returns null when the folder has no journal, or no such compile that returned a program
 */
export function bestInJournal(runDir: string, index: number): BestModel | null {
  if (listSegments(runDir).length === 0) return null;
  const optimizers = new Map<string | undefined, string>();
  let found: BestModel | null = null;
  for (const event of readRun(runDir)) {
    if (event.type === 'onCompileStart' && event.data.index === index) {
      optimizers.set(event.compileId, event.data.optimizer);
    } else if (event.type === 'onCompileEnd' && event.data.best && optimizers.has(event.compileId)) {
      const { runId, compileId = null } = event;
      const origin = { v: BEST_MODEL_VERSION, runId, compileId, optimizer: optimizers.get(event.compileId) };
      found = checkBestModel({ ...origin, ...event.data.best }, runDir);
    }
  }
  return found;
}
