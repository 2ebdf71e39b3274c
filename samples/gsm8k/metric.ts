import type { AxMetricFn } from '@ax-llm/ax';

/**
 * Exact match on the final number, 1 or 0. Strict about form: `72` and `1,072` count, `72 apples` does not,
 * because the program promises a bare number.
 */
export const exactAnswer: AxMetricFn = ({ prediction, example }) => {
  const said = (prediction as { readonly answer?: unknown } | undefined)?.answer;
  if (typeof said !== 'string' && typeof said !== 'number') return 0;
  const text = String(said).trim().replaceAll(',', '');
  if (!/^-?\d+(\.\d+)?$/.test(text)) return 0;
  return Math.abs(Number(text) - Number(example['answer'])) < 1e-6 ? 1 : 0;
};
