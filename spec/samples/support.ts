import { loadSplit, type Problem } from '../../samples/gsm8k/data.js';
import { exactAnswer } from '../../samples/gsm8k/metric.js';
import type { ChainOfThought } from '../../samples/gsm8k/program.js';
import { type SimulatedLM, type SimulatedLMOptions, startSimulatedLM } from '../../samples/lm/simulated-lm.js';

export const { train, test } = loadSplit();

/** An instruction that asks for every habit the simulated LM knows. */
export const GOOD_INSTRUCTION =
  'First list every quantity given. State what is being asked. Reason step by step. Convert units. Verify every calculation. Give only the final number as the answer.';

/** Worked demos in the shape that ax wants them. */
export const demosFor = (program: ChainOfThought, problems: readonly Problem[]) => [
  {
    programId: program.getId(),
    traces: problems.map((p) => ({ question: p.question, reasoning: p.rationale, answer: p.answer })),
  },
];

/** Runs `use` with a simulated LM that knows the sample problems, and stops it afterwards. */
export async function withSimulatedLM<T>(
  options: Partial<SimulatedLMOptions>,
  use: (lm: SimulatedLM) => Promise<T>,
): Promise<T> {
  const lm = await startSimulatedLM({ problems: [...train, ...test], ...options });
  try {
    return await use(lm);
  } finally {
    await lm.close();
  }
}

/** Questions that a program solves. */
export async function solved(
  lm: SimulatedLM,
  program: ChainOfThought,
  problems: readonly Problem[],
): Promise<Set<string>> {
  const right = new Set<string>();
  for (const example of problems) {
    const prediction = await program.forward(lm.ai, { question: example.question });
    if ((await exactAnswer({ prediction, example })) === 1) right.add(example.question);
  }
  return right;
}
