/** One scored example of a trial or evaluation. `ExampleHistory` is one. */
export interface ScoredExample {
  readonly exampleId: string;
  /** Position in its batch. */
  readonly index: number;
  readonly score: number | null;
}

/** The examples on which two candidates were both scored. */
export interface Pairs {
  /** Scores of the one, in the order of its batch, and of the other on the same examples. */
  readonly before: readonly number[];
  readonly after: readonly number[];
  /** Examples that only one of them was run on, or that have a score on one side only. */
  readonly unpaired: number;
  /** Results without a usable score (`null`, NaN, ±∞), on either side. */
  readonly unscored: number;
}

/**
 * Matches two batches by `exampleId`. Where an example is in a batch several times, its first result is matched with the
 * first of the other, its second with the second, in order of `index`.
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
