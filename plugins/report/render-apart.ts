import { Worker } from 'node:worker_threads';

/**
 * Renders the report of a run's journal into a file, in a thread of its own: reading and drawing a long run takes seconds,
 * in which the app goes on.
 */
export function renderApart(runDir: string, file: string): Promise<void> {
  return new Promise((resolve, reject) => {
    // Without what the app imports first (`--import`, also by NODE_OPTIONS): this thread must not track anything.
    const worker = new Worker(new URL('./render-thread.js', import.meta.url), {
      workerData: { runDir, file },
      execArgv: [],
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    worker.once('error', reject);
    worker.once('exit', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`the thread that renders it ended with exit code ${code}`));
    });
  });
}
