import { parseArgs } from 'node:util';
import { watch } from './harness/watch.js';
import { work } from './harness/worker.js';

/**
 * `npm run fuzz -- --runs 100000 --seed 2`: journals as a stranger may have made them, taken through everything that
 * reads one. `--only 17` shows what journal 17 of that seed is, and keeps its folder.
 */
const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
    from: { type: 'string', default: '0' },
    only: { type: 'string' },
    worker: { type: 'boolean', default: false },
  },
});
const [seed, from, runs] = [values.seed, values.from, values.runs].map(Number) as [number, number, number];
const only = values.only === undefined ? null : Number(values.only);
const job =
  only === null ? { seed, from, to: from + runs, keep: false } : { seed, from: only, to: only + 1, keep: true };
if (values.worker) await work(job);
else process.exitCode = await watch(job);
