import type { AxMetricFn } from '@ax-llm/ax';

/**
 * Scores an exact match of the final number with 1, anything else with 0. It is strict: `72` and `1,072` count, `72
 * apples` does not, because the program must answer with a bare number.
 */
export const exactAnswer: AxMetricFn = ({ prediction, example }) => {
  const answer = (prediction as { readonly answer?: unknown } | undefined)?.answer;
  if (typeof answer !== 'string' && typeof answer !== 'number') return 0;
  const text = String(answer).trim().replaceAll(',', '');
  if (!/^-?\d+(\.\d+)?$/.test(text)) return 0;
  return Math.abs(Number(text) - Number(example['answer'])) < 1e-6 ? 1 : 0;
};
