// Evaluations: one alone with priced calls and an example that fails, one that gives up, one with several objectives inside
// a run that is inside another; and calls of a program outside of every run.
import { autolog, Evaluate, shutdown, startRun } from 'ax-autolog';
import { adder, exact, model, sums } from './model.mjs';

const prices = { 'adder-*': { prompt: 0.4, completion: 1.6 } };
autolog({ logEvals: true, sinks: [], silent: true, prices });

const failing = model({ fails: (prompt) => prompt.includes('What is 44 +') });
await new Evaluate({ devset: sums(5, 40), metric: exact }).evaluate(adder(), { ai: failing, metricKey: 'eval_test' });
const down = model({ fails: () => true });
await new Evaluate({ devset: sums(3), metric: exact, maxErrors: 0 }).evaluate(adder(), { ai: down }).catch(() => undefined);

const graded = ({ prediction, example }) => ({
  right: exact({ prediction, example }),
  short: prediction.answer.length < 3 ? 1 : 0.5,
});
await startRun({ runName: 'outer' }, async () => {
  await startRun({ runName: 'inner', tags: { part: 'second' } }, async () => {
    await new Evaluate({ devset: sums(3, 60), metric: graded }).evaluate(adder(), { ai: model() });
    const told = ({ prediction, example }) => ({ score: exact({ prediction, example }), feedback: 'as expected' });
    await new Evaluate({ devset: sums(2, 60), metric: told }).evaluate(adder(), { ai: model() });
  });
});

await adder().forward(model(), { question: 'What is 1 + 1?' });
await adder().forward(down, { question: 'What is 2 + 2?' }).catch(() => undefined);
await shutdown();
