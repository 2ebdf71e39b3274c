/**
 * A custom sink: a leaderboard of full evaluations in a few lines. It receives events of MIPROv2 because that class is
 * decorated.
 *
 * Run it: `npm run build && node dist/samples/custom-sink.js`
 */
import { defineSink, flush, registry } from 'ax-autolog';
import { loadSplit } from './gsm8k/data.js';
import { exactAnswer } from './gsm8k/metric.js';
import { chainOfThought } from './gsm8k/program.js';
import { chooseLM } from './lm/choose.js';
import { MIPROv2 } from './teleprompters/mipro-v2.js';

let trials = 0;
const board: { name: string; score: number; n: number }[] = [];

const leaderboard = defineSink({
  name: 'leaderboard',
  onTrialEnd: ({ data }) => {
    trials += 1;
    // The score of a minibatch cannot be compared with scores on all examples.
    if (data.scope === 'full' && data.score !== null)
      board.push({ name: data.name ?? '?', score: data.score, n: data.n ?? 0 });
  },
  onBestChanged: ({ data }) => {
    process.stdout.write(`new best: ${(100 * data.score).toFixed(1)} %\n`);
  },
});

const unregister = registry.register(leaderboard);
const { train } = loadSplit();
const lm = await chooseLM({ problems: train });
await new MIPROv2({ studentAI: lm.ai, seed: 1 }).compile(chainOfThought(), train.slice(0, 68), exactAnswer, {
  valset: train.slice(68),
});
await flush();
unregister();
await lm.close();

process.stdout.write(`\nThe three best of ${board.length} full evaluations, in ${trials} trials\n`);
for (const { name, score, n } of board.sort((a, b) => b.score - a.score).slice(0, 3)) {
  process.stdout.write(`  ${(100 * score).toFixed(1).padStart(5)} %  ${name} (${n} examples)\n`);
}
