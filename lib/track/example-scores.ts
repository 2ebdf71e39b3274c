import type { ExampleResult } from './types.js';

/** Collects the scores of one evaluation's examples, by position. */
export class ExampleScores {
  readonly examples: unknown[] = [];
  /** Number of examples that failed. */
  errors = 0;
  readonly #scores: (number | null)[] = [];
  readonly #filled: boolean[] = [];
  #objectives: Map<string, { sum: number; count: number }> | null = null;
  #firstFree = 0;

  /** Adds a result. Returns its position, or -1 if that position already has a result. */
  add(result: ExampleResult): number {
    const index = result.index ?? this.#nextFree();
    if (this.#filled[index]) return -1;
    this.#filled[index] = true;
    this.#scores[index] = typeof result.score === 'number' ? result.score : null;
    this.examples[index] = result.example;
    if (result.error !== undefined) this.errors += 1;
    if (result.scores) for (const [name, value] of Object.entries(result.scores)) this.#addObjective(name, value);
    return index;
  }

  /** Returns the score of each position, `null` for positions without one. */
  list(): readonly (number | null)[] {
    const list: (number | null)[] = [];
    for (let i = 0; i < this.#scores.length; i += 1) list.push(this.#scores[i] ?? null);
    return list;
  }

  /** Returns the mean of all scores, `null` if there are none. */
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

  /** Returns the mean of each objective, `undefined` if no result had any. */
  objectiveMeans(): Record<string, number> | undefined {
    if (!this.#objectives) return undefined;
    return Object.fromEntries([...this.#objectives].map(([name, { sum, count }]) => [name, sum / count]));
  }

  #nextFree(): number {
    while (this.#filled[this.#firstFree]) this.#firstFree += 1;
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
