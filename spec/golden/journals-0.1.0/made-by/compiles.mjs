// Compiles of a teleprompter of one's own, each in a run of its own: one that finishes, one that fails in the middle, one
// that is cancelled, and one whose metric cannot score every example.
import { autolog, shutdown, startRun, trackCompile } from 'ax-autolog';
import { HillClimb } from './hill-climb.mjs';
import { adder, exact, model, sums } from './model.mjs';

autolog({ sinks: [], silent: true });
const [train, valset] = [sums(5), sums(12, 40)];

await new HillClimb(model()).compile(adder(), train, exact, { valset });

let calls = 0;
const breaking = model({ fails: () => ++calls > 30 });
await new HillClimb(breaking).compile(adder(), train, exact, { valset }).catch(() => undefined);

const stop = new AbortController();
const stopping = ({ prediction, example }) => {
  if (example.question.includes('52')) stop.abort();
  return exact({ prediction, example });
};
await new HillClimb(model()).compile(adder(), train, stopping, { valset, signal: stop.signal }).catch(() => undefined);

/** Some of its examples have no score, and it returns another program than the one it scored best. */
class Swapped extends HillClimb {
  async compile(program, ...rest) {
    const result = await super.compile(program, ...rest);
    program.setInstruction('Answer as you like.');
    return result;
  }

  async one(program, example, metric) {
    const result = await super.one(program, example, metric);
    return example.question.includes('What is 5 +') ? { ...result, score: null } : result;
  }

  told(score, results) {
    return { score, results };
  }
}
trackCompile()(Swapped);
await new Swapped(model()).compile(adder(), train, exact);

/** Runs another compile inside its own, then one after the other in one run. */
class Twice extends HillClimb {
  async compile(program, ...rest) {
    await new HillClimb(this.ai).compile(adder(), ...rest);
    return super.compile(program, ...rest);
  }
}
trackCompile({ label: 'Twice' })(Twice);
await startRun({ runName: 'nested' }, async () => {
  await new Twice(model()).compile(adder(), train.slice(0, 3), exact);
  await new HillClimb(model()).compile(adder(), train.slice(0, 3), exact, { valset: sums(3, 80) });
});
await shutdown();
