import type { ExampleResult } from './types.js';

/** Scores of the examples of one evaluation, by position. */
export class ExampleScores {
  readonly examples: unknown[] = [];
  errors = 0;
  readonly #scores: (number | null)[] = [];
  readonly #seen: boolean[] = [];
  #objectives: Map<string, { sum: number; count: number }> | null = null;
  #firstFree = 0;

  /** Takes a result; returns its position, or -1 when that position has one already. */
  take(result: ExampleResult): number {
    const index = result.index ?? this.#nextFree();
    if (this.#seen[index]) return -1;
    this.#seen[index] = true;
    this.#scores[index] = typeof result.score === 'number' ? result.score : null;
    this.examples[index] = result.example;
    if (result.error !== undefined) this.errors += 1;
    if (result.scores) for (const [name, value] of Object.entries(result.scores)) this.#addObjective(name, value);
    return index;
  }

  /** Score of each position; null where there is none. */
  list(): readonly (number | null)[] {
    const list: (number | null)[] = [];
    for (let i = 0; i < this.#scores.length; i += 1) list.push(this.#scores[i] ?? null);
    return list;
  }

  /** Mean of the scores there are, or null without any. */
  mean(): number | null {
    let sum = 0;
    let count = 0;
    for (const score of this.#scores) {
      if (typeof score !== 'number') continue;
      sum += score;
      count += 1;
    }
    return count === 0 ? null : sum / count;
  }

  /** Mean of each objective, or undefined when no result had any. */
  objectiveMeans(): Record<string, number> | undefined {
    if (!this.#objectives) return undefined;
    return Object.fromEntries([...this.#objectives].map(([name, { sum, count }]) => [name, sum / count]));
  }

  #nextFree(): number {
    while (this.#seen[this.#firstFree]) this.#firstFree += 1;
    return this.#firstFree;
  }

  #addObjective(name: string, value: number): void {
    this.#objectives ??= new Map();
    const objective = this.#objectives.get(name) ?? { sum: 0, count: 0 };
    objective.sum += value;
    objective.count += 1;
    this.#objectives.set(name, objective);
  }
}
