import { workerData } from 'node:worker_threads';
import { writeAtomic } from '../../lib/atomic.js';
import { readHistory } from '../../lib/history/read.js';
import { renderReport } from './render.js';

const { runDir, file } = workerData as { readonly runDir: string; readonly file: string };
writeAtomic(file, renderReport([readHistory(runDir, { traces: 'all' })]));
