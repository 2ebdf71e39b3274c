import type { ExampleHistory } from '../../analysis/history/types.js';
import type { Json } from '../../contract/events.js';

/** An example that two trials ran, with the score it got in each. */
export interface ScoredTwice {
  readonly exampleId: string;
  readonly example: Json;
  readonly before: number;
  readonly after: number;
}

/** What became of the examples that two trials share. */
export interface WonAndLost {
  /** Scored higher after than before. */
  readonly won: readonly ScoredTwice[];
  /** Scored lower after than before. */
  readonly lost: readonly ScoredTwice[];
  readonly same: number;
  /** Results without a score, on either side. */
  readonly unscored: number;
  /** Examples that the other did not run on. */
  readonly onlyBefore: number;
  readonly onlyAfter: number;
}

/** Pairs scored examples by content; one that is several times in a batch, by its turn. So does the test of the difference. */
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
