// A compile that is killed in the middle of its last trial, with examples already written.
import { autolog, flush } from 'ax-autolog';
import { HillClimb } from './hill-climb.mjs';
import { adder, exact, model, sums } from './model.mjs';

autolog({ sinks: [], silent: true });
let calls = 0;
const deadly = async ({ prediction, example }) => {
  calls += 1;
  if (calls === 22) {
    await flush();
    await new Promise((resolve) => setTimeout(resolve, 200));
    process.kill(Number(process.env.REAL_PID), 'SIGKILL');
    await new Promise(() => setInterval(() => undefined, 1_000));
  }
  return exact({ prediction, example });
};
await new HillClimb(model()).compile(adder(), sums(3), deadly, { valset: sums(8, 40) });
