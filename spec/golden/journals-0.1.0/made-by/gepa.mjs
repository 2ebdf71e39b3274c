// AxGEPA with two objectives and traces from the compile; then AxBootstrapFewShot and AxACE in the same run.
import { AxACE, AxBootstrapFewShot, AxGEPA } from '@ax-llm/ax';
import { autolog, shutdown, startRun } from 'ax-autolog';
import { adder, exact, model, sums } from './model.mjs';

autolog({ logCompiles: true, logEvals: true, logTracesFromCompile: true, sinks: [], silent: true, traces: { rate: 0.3 } });

const both = ({ prediction, example }) => ({
  right: exact({ prediction, example }),
  short: prediction.answer.length < 3 ? 1 : 0.5,
});
await startRun({ runName: 'three optimizers', tags: { team: 'Größe' }, params: { seed: 5 } }, async () => {
  const gepa = new AxGEPA({ studentAI: model(), teacherAI: model(), numTrials: 3, minibatchSize: 3, seed: 5 });
  await gepa.compile(adder(), sums(4), both, { maxMetricCalls: 80, validationExamples: sums(6, 40) });
  const bootstrap = new AxBootstrapFewShot({ studentAI: model(), options: { maxRounds: 1, verboseMode: false } });
  await bootstrap.compile(adder(), sums(5), exact);
  await new AxACE({ studentAI: model(), teacherAI: model() }, { maxEpochs: 1 }).compile(adder(), sums(3), exact);
});
await shutdown();
