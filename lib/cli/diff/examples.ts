import type { ExampleHistory } from '../../analysis/history/types.js';
import type { Json } from '../../contract/events.js';

/** An example that was scored in two trials. */
export interface ScoredTwice {
  readonly exampleId: string;
  readonly example: Json;
  /** Score in the first trial. */
  readonly before: number;
  /** Score in the second trial. */
  readonly after: number;
}

/** Examples of two trials by the change of their score. */
export interface WonAndLost {
  /** Examples that scored higher in the second trial. */
  readonly won: readonly ScoredTwice[];
  /** Examples that scored lower in the second trial. */
  readonly lost: readonly ScoredTwice[];
  /** Number of examples with the same score. */
  readonly same: number;
  /** Number of results without a score, on both sides together. */
  readonly unscored: number;
  /** Number of examples that only the first trial ran. */
  readonly onlyBefore: number;
  /** Number of examples that only the second trial ran. */
  readonly onlyAfter: number;
}

/**
 * Pairs the scored examples of two trials by content. If a batch holds an example several times, its occurrences are
 * paired in order, as in the test of the difference.
 */
export function wonAndLost(before: readonly ExampleHistory[], after: readonly ExampleHistory[]): WonAndLost {
  const [first, second] = [byTurn(before), byTurn(after)];
  const pairs = [...second].flatMap(([key, { exampleId, example, score }]) => {
    const earlier = first.get(key);
    return earlier ? [{ exampleId, example, before: earlier.score, after: score }] : [];
  });
  return {
    won: pairs.filter((pair) => pair.after > pair.before),
    lost: pairs.filter((pair) => pair.after < pair.before),
    same: pairs.filter((pair) => pair.after === pair.before).length,
    unscored: before.length - first.size + (after.length - second.size),
    onlyBefore: others(before, after),
    onlyAfter: others(after, before),
  };
}

type Scored = ExampleHistory & { readonly score: number };

function byTurn(examples: readonly ExampleHistory[]): Map<string, Scored> {
  const turns = new Map<string, number>();
  const scored = examples.filter((example): example is Scored => example.score !== null);
  return new Map(
    scored.map((example) => {
      const turn = turns.get(example.exampleId) ?? 0;
      turns.set(example.exampleId, turn + 1);
      return [`${example.exampleId} ${turn}`, example];
    }),
  );
}

function others(examples: readonly ExampleHistory[], than: readonly ExampleHistory[]): number {
  const ids = new Set(than.map(({ exampleId }) => exampleId));
  return examples.filter(({ exampleId }) => !ids.has(exampleId)).length;
}
