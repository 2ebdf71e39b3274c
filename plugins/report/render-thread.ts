import { workerData } from 'node:worker_threads';
import { writeAtomic } from 'ax-autolog/sink';
import { readForReport } from './read-run.js';
import { renderRuns } from './render.js';

const { runDir, file } = workerData as { readonly runDir: string; readonly file: string };
writeAtomic(file, renderRuns([readForReport(runDir)]));
