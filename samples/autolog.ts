/**
 * `autolog()` in a plain ax program: one line tracks ax's own optimizers without other changes to your code.
 *
 * Run it: `npm run build && node dist/samples/autolog.js`
 */
import { AxBootstrapFewShot } from '@ax-llm/ax';
import { autolog, shutdown } from 'ax-autolog';
import { loadSplit } from './gsm8k/data.js';
import { exactAnswer } from './gsm8k/metric.js';
import { chainOfThought } from './gsm8k/program.js';
import { chooseLM } from './lm/choose.js';

autolog({ logCompiles: true, logEvals: true });

const { train } = loadSplit();
const lm = await chooseLM({ problems: train });
const program = chainOfThought();
const optimizer = new AxBootstrapFewShot({
  studentAI: lm.ai,
  options: { maxRounds: 2, maxDemos: 4, verboseMode: false },
});
const result = await optimizer.compile(program, train.slice(0, 24), exactAnswer);
await shutdown();
await lm.close();

const demos = result.demos?.flatMap((d) => d.traces) ?? [];
process.stdout.write(`AxBootstrapFewShot found ${demos.length} demos (${lm.name}).\n`);
process.stdout.write(`The runs are in ${process.env['AX_AUTOLOG_DIR'] || '.ax-autolog'}, one folder per run.\n`);
