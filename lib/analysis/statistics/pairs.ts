/** Score of one example in a trial or evaluation. An `ExampleHistory` can be passed as one. */
export interface ScoredExample {
  /** The same example has the same id in every batch. */
  readonly exampleId: string;
  /** 0-based position in its batch. */
  readonly index: number;
  /** Score in the metric's own unit; `null` if the example was not scored. */
  readonly score: number | null;
}

/** Scores of two candidates on the examples that both were scored on. */
export interface Pairs {
  /** Scores of the first candidate, in the order of its batch. */
  readonly before: readonly number[];
  /** Scores of the second candidate on the same examples, in the same order. */
  readonly after: readonly number[];
  /** Number of scored results without a scored counterpart, on both sides together. */
  readonly unpaired: number;
  /** Number of results without a usable score (`null`, NaN, ±∞), on both sides together. */
  readonly unscored: number;
}

/**
 * Pairs the results of two batches by `exampleId`. If a batch holds an example several times, its first result is
 * paired with the first of the other batch, its second with the second, in order of `index`.
 */
export function pairByExample(before: readonly ScoredExample[], after: readonly ScoredExample[]): Pairs {
  const [left, right] = [scored(before), scored(after)];
  const waiting = new Map<string, number[]>();
  for (const { exampleId, score } of right) {
    const scores = waiting.get(exampleId);
    if (scores) scores.push(score);
    else waiting.set(exampleId, [score]);
  }
  const pairs: { before: number[]; after: number[] } = { before: [], after: [] };
  for (const { exampleId, score } of left) {
    const match = waiting.get(exampleId)?.shift();
    if (match === undefined) continue;
    pairs.before.push(score);
    pairs.after.push(match);
  }
  return {
    ...pairs,
    unpaired: left.length + right.length - 2 * pairs.before.length,
    unscored: before.length - left.length + (after.length - right.length),
  };
}

function scored(examples: readonly ScoredExample[]): readonly (ScoredExample & { readonly score: number })[] {
  return examples
    .filter((example): example is ScoredExample & { score: number } => Number.isFinite(example.score))
    .sort((a, b) => a.index - b.index);
}
