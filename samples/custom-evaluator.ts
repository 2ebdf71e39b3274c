/**
 * A custom evaluator, tracked by one decorator: it asks twice with different instructions and also scores agreement.
 *
 * Run it: `npm run build && node dist/samples/custom-evaluator.js`
 */
import type { AxAIService } from '@ax-llm/ax';
import { autolog, shutdown, trackEval } from 'ax-autolog';
import { consoleSink } from 'ax-autolog/plugins/console';
import { loadSplit, type Problem } from './gsm8k/data.js';
import { exactAnswer } from './gsm8k/metric.js';
import { type ChainOfThought, chainOfThought } from './gsm8k/program.js';
import { chooseLM } from './lm/choose.js';

/** A right answer only counts in full if a second program with a different instruction gives the same answer. */
@trackEval({ label: 'AgreementEvaluator' })
class AgreementEvaluator {
  constructor(
    readonly devset: readonly Problem[],
    private readonly ai: AxAIService,
  ) {}

  /** Returns the mean score over the devset and the result of each example. */
  async evaluate(program: ChainOfThought) {
    const second = chainOfThought();
    second.setInstruction('Reason step by step and verify each calculation. Give only the final number as the answer.');
    const results = [];
    for (const example of this.devset) {
      const prediction = await program.forward(this.ai, { question: example.question });
      const check = await second.forward(this.ai, { question: example.question });
      const right = await exactAnswer({ prediction, example });
      const agrees = prediction.answer === check.answer;
      const feedback = `answered ${prediction.answer}, second opinion ${check.answer}`;
      results.push({ example, prediction, score: right * (agrees ? 1 : 0.5), feedback });
    }
    return { score: results.reduce((sum, r) => sum + r.score, 0) / results.length, results };
  }
}

const { test } = loadSplit();
autolog({ sinks: [consoleSink()] });
const lm = await chooseLM({ problems: test });
const { score, results } = await new AgreementEvaluator(test.slice(0, 30), lm.ai).evaluate(chainOfThought());
await shutdown();
await lm.close();
const split = results.find((r) => r.score === 0.5);
process.stdout.write(
  `Mean agreement-weighted score on ${results.length} problems: ${score.toFixed(3)} (${lm.name}).\n`,
);
if (split !== undefined)
  process.stdout.write(`One on which the two disagreed: ${split.example.question} – ${split.feedback}\n`);
