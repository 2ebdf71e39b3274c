// A small run, with a value too big for its line if it is called blobless; make.mjs damages its journal afterwards.
import { autolog, Evaluate, shutdown, startRun } from 'ax-autolog';
import { adder, exact, model, sums } from './model.mjs';

autolog({ logEvals: true, logTracesFromEval: false, sinks: [], silent: true });
const [name] = process.argv.slice(2);
const text = 'One line of many. '.repeat(name === 'blobless' ? 4_000 : 1);
await startRun({ runName: name, params: { text } }, async (run) => {
  run.logMetric('loss', 0.5, 0);
  await new Evaluate({ devset: sums(3), metric: exact }).evaluate(adder(), { ai: model() });
});
await shutdown();
