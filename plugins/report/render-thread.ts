import { workerData } from 'node:worker_threads';
import { openFolder } from 'ax-autolog/sink';
import { readForReport } from './read-run.js';
import { renderRuns } from './render.js';

/** What the thread is given: the run to read, the file to write, and the permission bits of the file's folder. */
export interface RenderData {
  readonly runDir: string;
  readonly folder: string;
  readonly name: string;
  readonly mode: number;
}

const { runDir, folder, name, mode } = workerData as RenderData;
openFolder(folder, { mode }).write(name, renderRuns([readForReport(runDir)]));
