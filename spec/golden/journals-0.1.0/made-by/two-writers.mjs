// Two processes that write one run. A run's id ends in random digits, so both are given the same ones, and both begin in the
// same second; the first to come gets events.jsonl, the other a segment of its own.
import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';

const [at, part] = process.argv.slice(2);
const randomBytes = crypto.randomBytes;
let asked = 0;
crypto.randomBytes = (size, ...rest) => {
  if (size !== 3 || rest.length > 0) return randomBytes(size, ...rest);
  asked += 1;
  return asked === 1 ? randomBytes(size) : Buffer.from('2f0e57', 'hex');
};
syncBuiltinESMExports();

const { autolog, Evaluate, shutdown, startRun } = await import('ax-autolog');
const { adder, exact, model, sums } = await import('./model.mjs');
autolog({ logEvals: true, sinks: [], silent: true });
await new Promise((resolve) => setTimeout(resolve, Number(at) - Date.now()));
await startRun({ runName: 'shared', tags: { [part]: 'was here' } }, async () => {
  const devset = sums(3, part === 'first' ? 0 : 20);
  await new Evaluate({ devset, metric: exact }).evaluate(adder(), { ai: model({ delay: 5 }), metricKey: part });
});
await shutdown();
