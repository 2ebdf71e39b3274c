import type { CompileTracker } from '../../../../track/types.js';
import { safeGet } from '../../../observe/inspect.js';
import type { ScoreVector } from '../../access/objects.js';
import { averageScores, hypervolume, paretoFront } from '../../watch/scores.js';

/** One evaluated example. */
export interface Row {
  readonly example: unknown;
  readonly prediction: unknown;
  readonly scores: ScoreVector;
  readonly scalar: number;
  readonly error?: unknown;
  readonly traceId?: string;
}

/** One evaluated batch. */
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

/** Sum of a batch, added up in GEPA's order. */
export function sumOf(rows: readonly Row[]): number {
  return rows.reduce((sum, row) => sum + row.scalar, 0);
}

/**
 * GEPA's pool of candidates and what it decides by: sums of minibatches, the Pareto archive, stagnation.
 * (ax 24.0.21: dsp/optimizers/gepa.ts, `compile`.)
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

  /** A full evaluation is done: the seed, a child or a merge joins the pool. */
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

  /** A child is kept when its minibatch sum is above its parent's. */
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

  /** A merge is kept when its subsample sum is at least that of the better parent on the same examples. */
  decideMerge(merged: Evaluated, parents: readonly [number, number], pareto: readonly unknown[]): boolean {
    const first = this.#pool[parents[0]]?.scalars ?? [];
    const second = this.#pool[parents[1]]?.scalars ?? [];
    const places = placesOf(merged.rows, pareto, first, second);
    const sum = (scalars: readonly number[]) => places.reduce((total, place) => total + (scalars[place] ?? 0), 0);
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
 * Where in the Pareto set the examples of a merge subsample are. GEPA draws first where the first parent is better, then
 * where the second is, then elsewhere; that tells examples apart which are in the set more than once.
 */
function placesOf(
  rows: readonly Row[],
  pareto: readonly unknown[],
  first: readonly number[],
  second: readonly number[],
): number[] {
  const group = (place: number) => Math.sign((second[place] ?? 0) - (first[place] ?? 0));
  const taken = new Set<number>();
  for (const wanted of [-1, 1, 0]) {
    // Two of each side at most: GEPA draws ceil(5 / 3) of either.
    let room = wanted === 0 ? rows.length : 2;
    for (const row of rows.slice(taken.size)) {
      const place = pareto.findIndex(
        (example, at) => example === row.example && !taken.has(at) && group(at) === wanted,
      );
      if (place < 0 || room === 0) break;
      taken.add(place);
      room -= 1;
    }
  }
  for (const row of rows.slice(taken.size)) {
    const place = pareto.findIndex((example, at) => example === row.example && !taken.has(at));
    if (place >= 0) taken.add(place);
  }
  return [...taken];
}

function numberOf(value: unknown, otherwise = 0): number {
  return typeof value === 'number' ? value : otherwise;
}

function show(sum: number): string {
  return sum.toFixed(3);
}
