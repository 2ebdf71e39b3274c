/** Work (pairs × steps) up to which sums on a lattice are counted one by one. */
const MOST_STEPS = 4e6;
/** Pairs up to which all sign patterns are counted by halves: 2 × 2^16 sums. */
const MOST_PAIRS = 32;
/** Steps of a lattice in the largest magnitude: finer ones are taken for continuous. */
const FINEST = 1e4;
/** Distance from a lattice point, as part of the largest magnitude, that rounding may have made. */
const ROUNDING = 1e-11;

/**
 * Exact probability that a sum of `magnitudes`, each with a random sign, reaches `target`.
 *
 * Where all magnitudes are multiples of one step (scores of 0 and 1, of tenths, of whole points), the distribution of the
 * sum is built up by adding one magnitude after the other (Pagano and Tritchler, "On Obtaining Permutation Distributions in
 * Polynomial Time", 1983), for hundreds of examples. Otherwise, up to 32 of them, the sums of both halves are listed in
 * order and counted against each other (Horowitz and Sahni, "Computing Partitions with Applications to the Knapsack
 * Problem", 1974).
 *
 * @param magnitudes positive numbers
 * @param tie sums below the target by no more than this reach it
 * @returns `null` where it would take too long
 */
export function signFlipTail(magnitudes: readonly number[], target: number, tie: number): number | null {
  const lattice = latticeOf(magnitudes);
  if (lattice) {
    const steps = lattice.multiples.reduce((sum, multiple) => sum + multiple, 0);
    if (steps * magnitudes.length <= MOST_STEPS) {
      return latticeTail(lattice.multiples, steps, Math.round(target / lattice.step));
    }
  }
  return magnitudes.length <= MOST_PAIRS ? halvesTail(magnitudes, target - tie) : null;
}

interface Lattice {
  readonly step: number;
  /** Each magnitude in steps. */
  readonly multiples: readonly number[];
}

/** The step that all magnitudes are multiples of, up to rounding; `null` where there is none worth using. */
function latticeOf(magnitudes: readonly number[]): Lattice | null {
  const largest = magnitudes.reduce((a, b) => Math.max(a, b), 0);
  const rounding = ROUNDING * largest;
  let step = largest;
  for (const magnitude of magnitudes) {
    step = commonStep(step, magnitude, rounding);
    if (step * FINEST < largest) return null;
  }
  step = largest / Math.round(largest / step);
  const multiples = magnitudes.map((magnitude) => Math.round(magnitude / step));
  const fits = magnitudes.every((magnitude, i) => Math.abs(magnitude - (multiples[i] ?? 0) * step) <= rounding);
  return fits ? { step, multiples } : null;
}

/** Euclid's algorithm for numbers that were rounded. */
function commonStep(a: number, b: number, rounding: number): number {
  let [large, small] = a > b ? [a, b] : [b, a];
  while (small > rounding) {
    const rest = large % small;
    [large, small] = [small, small - rest <= rounding ? 0 : rest];
  }
  return large;
}

/** A sum S of signed steps is 2 T − steps, where T is the sum of those with a plus. */
function latticeTail(multiples: readonly number[], steps: number, target: number): number {
  const chance = new Float64Array(steps + 1);
  chance[0] = 1;
  let reached = 0;
  for (const multiple of multiples) {
    reached += multiple;
    for (let t = reached; t >= 0; t -= 1) {
      const without = chance[t] as number;
      const withIt = t >= multiple ? (chance[t - multiple] as number) : 0;
      chance[t] = (without + withIt) / 2;
    }
  }
  let tail = 0;
  for (let t = steps; 2 * t - steps >= target && t >= 0; t -= 1) tail += chance[t] as number;
  return tail;
}

function halvesTail(magnitudes: readonly number[], target: number): number {
  const middle = magnitudes.length >> 1;
  const left = sortedSums(magnitudes.slice(0, middle));
  const right = sortedSums(magnitudes.slice(middle));
  let count = 0;
  let from = right.length;
  for (const sum of left) {
    while (from > 0 && sum + (right[from - 1] as number) >= target) from -= 1;
    count += right.length - from;
  }
  return count / 2 ** magnitudes.length;
}

/** All sums of the magnitudes with either sign, in ascending order: each magnitude merges two shifted copies. */
function sortedSums(magnitudes: readonly number[]): Float64Array {
  let sums = Float64Array.of(0);
  for (const magnitude of magnitudes) {
    const merged = new Float64Array(sums.length * 2);
    let [low, high] = [0, 0];
    for (let i = 0; i < merged.length; i += 1) {
      const down = low < sums.length ? (sums[low] as number) - magnitude : Number.POSITIVE_INFINITY;
      const up = (sums[high] as number) + magnitude;
      if (down <= up) low += 1;
      else high += 1;
      merged[i] = Math.min(down, up);
    }
    sums = merged;
  }
  return sums;
}
