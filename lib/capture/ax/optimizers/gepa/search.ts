import type { CompileTracker } from '../../../../track/types.js';
import { safeGet } from '../../../observe/inspect.js';
import type { ScoreVector } from '../../access/objects.js';
import { averageScores, hypervolume, paretoFront } from '../../watch/scores.js';

/** The result of one example. */
export interface Row {
  readonly example: unknown;
  readonly prediction: unknown;
  readonly scores: ScoreVector;
  readonly scalar: number;
  readonly error?: unknown;
  readonly traceId?: string;
}

/** The results of one batch. */
export interface Evaluated {
  readonly candidateId: string;
  readonly trialId: string;
  readonly rows: readonly Row[];
}

interface Candidate {
  readonly id: string;
  readonly scores: ScoreVector;
  readonly scalars: readonly number[];
}

/** Returns the sum of a batch's scores, added in GEPA's order. */
function sumOf(rows: readonly Row[]): number {
  return rows.reduce((sum, row) => sum + row.scalar, 0);
}

/**
 * Follows GEPA's candidate pool and derives its decisions, which ax does not report: from sums of minibatches, the Pareto
 * archive and stagnation (ax 24.0.21: dsp/optimizers/gepa.ts, `compile`).
 */
export class GepaSearch {
  readonly #pool: Candidate[] = [];
  readonly #threshold: number;
  readonly #tolerance: number;
  readonly #patience: number;
  #archive: number[] = [];
  #stagnation = 0;
  earlyStopped = false;

  readonly #compile: CompileTracker;

  constructor(compile: CompileTracker, optimizer: object) {
    this.#compile = compile;
    this.#threshold = numberOf(safeGet(optimizer, 'minImprovementThreshold'));
    this.#tolerance = numberOf(safeGet(optimizer, 'tieEpsilon'));
    this.#patience = numberOf(safeGet(optimizer, 'earlyStoppingTrials'), Number.POSITIVE_INFINITY);
  }

  /** Number of candidates with a full evaluation. */
  get size(): number {
    return this.#pool.length;
  }

  idAt(index: number): string | undefined {
    return this.#pool[index]?.id;
  }

  /** Adds a candidate to the pool after its full evaluation. */
  add(evaluated: Evaluated, how: 'seed' | 'child' | 'merge'): void {
    const scores = averageScores(evaluated.rows.map((row) => row.scores));
    this.#pool.push({ id: evaluated.candidateId, scores, scalars: evaluated.rows.map((row) => row.scalar) });
    const before = this.#measure();
    this.#archive = paretoFront(
      this.#pool.map((candidate) => candidate.scores),
      this.#tolerance,
    );
    const after = this.#measure();
    this.#compile.pareto(this.#front(), ['front']);
    if (how === 'seed') return;
    if (after.size > before.size || after.volume > before.volume + 1e-6) this.#stagnation = 0;
    else if (how === 'child') this.#stagnate('archive improvement');
  }

  /** Records whether a child is accepted: if its minibatch sum is above its parent's. Returns the decision. */
  decideChild(parent: Evaluated, child: Evaluated): boolean {
    const [before, after] = [sumOf(parent.rows), sumOf(child.rows)];
    const accepted = after > before + this.#threshold;
    const margin = this.#threshold === 0 ? '' : ` by more than ${this.#threshold}`;
    const unchanged = child.candidateId === parent.candidateId ? ' (the proposal changed nothing)' : '';
    const verdict = accepted ? 'above' : 'not above';
    const reason = `child minibatch sum ${show(after)} is ${verdict} its parent's ${show(before)}${margin}${unchanged}`;
    const about = { trialId: child.trialId, derived: ['reason'] };
    if (accepted) this.#compile.accept(child.candidateId, reason, about);
    else {
      this.#compile.reject(child.candidateId, reason, about);
      this.#stagnate('improvement');
    }
    return accepted;
  }

  /** Records whether a merge is accepted: if its subsample sum is at least its better parent's on the same examples. */
  decideMerge(merged: Evaluated, parents: readonly [number, number], pareto: readonly unknown[]): boolean {
    const first = this.#pool[parents[0]]?.scalars ?? [];
    const second = this.#pool[parents[1]]?.scalars ?? [];
    const positions = positionsOf(merged.rows, pareto, first, second);
    const sum = (scalars: readonly number[]) => positions.reduce((total, i) => total + (scalars[i] ?? 0), 0);
    const better = Math.max(sum(first), sum(second));
    const own = sumOf(merged.rows);
    const accepted = own >= better + this.#threshold;
    const reason = `merge subsample sum ${show(own)} is ${accepted ? 'at least' : 'below'} that of its better parent, ${show(better)}`;
    const about = { trialId: merged.trialId, derived: ['reason'] };
    if (accepted) this.#compile.accept(merged.candidateId, reason, about);
    else this.#compile.reject(merged.candidateId, reason, about);
    return accepted;
  }

  #front() {
    return this.#archive.map((index) => {
      const candidate = this.#pool[index] as Candidate;
      return { candidateId: candidate.id, scores: candidate.scores };
    });
  }

  #measure(): { size: number; volume: number } {
    const front = this.#archive.map((index) => this.#pool[index]?.scores ?? {});
    return { size: front.length, volume: hypervolume(front) };
  }

  #stagnate(without: string): void {
    this.#stagnation += 1;
    if (this.#stagnation < this.#patience) return;
    this.earlyStopped = true;
    const message = `${this.#stagnation} iterations without ${without}`;
    this.#compile.progress('EarlyStopping', this.#stagnation, this.#patience, { message });
  }
}

/**
 * Returns the positions of a merge subsample's examples in the Pareto set. GEPA draws first from the positions at which the
 * first parent is better, then the second, then from the others. That order distinguishes examples that the set contains
 * more than once.
 */
function positionsOf(
  rows: readonly Row[],
  pareto: readonly unknown[],
  first: readonly number[],
  second: readonly number[],
): number[] {
  const group = (position: number) => Math.sign((second[position] ?? 0) - (first[position] ?? 0));
  const taken = new Set<number>();
  for (const wanted of [-1, 1, 0]) {
    // GEPA draws at most ceil(5 / 3) = 2 examples per parent.
    let remaining = wanted === 0 ? rows.length : 2;
    for (const row of rows.slice(taken.size)) {
      const position = pareto.findIndex(
        (example, at) => example === row.example && !taken.has(at) && group(at) === wanted,
      );
      if (position < 0 || remaining === 0) break;
      taken.add(position);
      remaining -= 1;
    }
  }
  for (const row of rows.slice(taken.size)) {
    const position = pareto.findIndex((example, at) => example === row.example && !taken.has(at));
    if (position >= 0) taken.add(position);
  }
  return [...taken];
}

function numberOf(value: unknown, fallback = 0): number {
  return typeof value === 'number' ? value : fallback;
}

function show(sum: number): string {
  return sum.toFixed(3);
}
