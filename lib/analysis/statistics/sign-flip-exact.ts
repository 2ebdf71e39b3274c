/** Most work (pairs × steps) for the distribution on a lattice. */
const MAX_WORK = 4e6;
/** Most pairs for counting all sign patterns by halves: 2 × 2^16 sums. */
const MAX_PAIRS = 32;
/** Most lattice steps in the largest magnitude. Scores on a finer lattice are treated as continuous. */
const MAX_STEPS = 1e4;
/** Largest distance from a lattice point that counts as rounding, relative to the largest magnitude. */
const ROUNDING = 1e-11;

/**
 * Returns the exact probability that a sum of `magnitudes`, each with a random sign, reaches `target`.
 *
 * If all magnitudes are multiples of one step (scores of 0 and 1, tenths, whole points), the distribution of the sum is
 * built by adding one magnitude after the other, for hundreds of examples (Pagano and Tritchler, "On Obtaining
 * Permutation Distributions in Polynomial Time", 1983). Otherwise, for up to 32 magnitudes, the sorted sums of two
 * halves are counted against each other (Horowitz and Sahni, "Computing Partitions with Applications to the Knapsack
 * Problem", 1974).
 *
 * @param magnitudes positive numbers
 * @param tie tolerance: sums that are below the target by at most this much reach it
 * @returns `null` if it would take too long
 */
export function signFlipTail(magnitudes: readonly number[], target: number, tie: number): number | null {
  const lattice = latticeOf(magnitudes);
  if (lattice) {
    const steps = lattice.multiples.reduce((sum, multiple) => sum + multiple, 0);
    if (steps * magnitudes.length <= MAX_WORK) {
      return latticeTail(lattice.multiples, steps, Math.round(target / lattice.step));
    }
  }
  return magnitudes.length <= MAX_PAIRS ? halvesTail(magnitudes, target - tie) : null;
}

interface Lattice {
  readonly step: number;
  /** Each magnitude in steps. */
  readonly multiples: readonly number[];
}

/**
 * Returns the step that all magnitudes are multiples of, up to rounding; `null` if there is none, or too fine a one.
 */
function latticeOf(magnitudes: readonly number[]): Lattice | null {
  const largest = magnitudes.reduce((a, b) => Math.max(a, b), 0);
  const rounding = ROUNDING * largest;
  let step = largest;
  for (const magnitude of magnitudes) {
    step = commonStep(step, magnitude, rounding);
    if (step * MAX_STEPS < largest) return null;
  }
  step = largest / Math.round(largest / step);
  const multiples = magnitudes.map((magnitude) => Math.round(magnitude / step));
  const fits = magnitudes.every((magnitude, i) => Math.abs(magnitude - (multiples[i] ?? 0) * step) <= rounding);
  return fits ? { step, multiples } : null;
}

/** Euclid's algorithm for rounded numbers. */
function commonStep(a: number, b: number, rounding: number): number {
  let [large, small] = a > b ? [a, b] : [b, a];
  while (small > rounding) {
    const rest = large % small;
    [large, small] = [small, small - rest <= rounding ? 0 : rest];
  }
  return large;
}

/** Uses that a sum of signed steps equals 2 T − `steps`, where T is the sum of the positive ones. */
function latticeTail(multiples: readonly number[], steps: number, target: number): number {
  const chance = new Float64Array(steps + 1);
  chance[0] = 1;
  let reached = 0;
  for (const multiple of multiples) {
    reached += multiple;
    for (let t = reached; t >= 0; t -= 1) {
      const without = chance[t] as number;
      const added = t >= multiple ? (chance[t - multiple] as number) : 0;
      chance[t] = (without + added) / 2;
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

/**
 * Returns all sums of the magnitudes with either sign, ascending. Each magnitude merges two shifted copies of the list.
 */
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
