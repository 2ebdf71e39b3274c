import { Worker } from 'node:worker_threads';
import type { RenderData } from './render-thread.js';

/**
 * Renders the report of a run's journal into a file in a worker thread, because a long run takes seconds that would
 * block the app. Rejects with the error of the thread.
 */
export function renderApart(data: RenderData): Promise<void> {
  return new Promise((resolve, reject) => {
    // The thread must not track anything, so it does not inherit the app's `--import`, also not from NODE_OPTIONS.
    const worker = new Worker(new URL('./render-thread.js', import.meta.url), {
      workerData: data,
      execArgv: [],
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    worker.once('error', reject);
    worker.once('exit', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`the worker thread exited with code ${code}`));
    });
  });
}
