/** Source of random 32-bit integers. The same seed gives the same integers on every machine. */
export interface RandomSource {
  /** Returns the next integer, from 0 to 2^32 − 1. */
  next(): number;
  /** Returns an integer from 0 to `n` − 1. Its bias is below n / 2^32. */
  below(n: number): number;
  /** Fills the array with the next integers. */
  fill(numbers: Uint32Array): void;
}

const TWO_32 = 2 ** 32;

/**
 * Returns a random source. The generator is xoshiro128** (D. Blackman and S. Vigna, "Scrambled Linear Pseudorandom
 * Number Generators", ACM Transactions on Mathematical Software 47, 2021), seeded by a 32-bit SplitMix as its authors
 * advise. `Math.random` is never called, because the tracked program may depend on its sequence.
 *
 * @param seed any number; only its lower 32 bits are used
 */
export function randomSource(seed: number): RandomSource {
  const state = Int32Array.from({ length: 4 }, splitMix(seed));
  const one = new Uint32Array(1);
  const next = (): number => {
    advance(state, one);
    return one[0] as number;
  };
  return { next, below: (n) => indexBelow(next(), n), fill: (numbers) => advance(state, numbers) };
}

/** Maps a random 32-bit integer to an index from 0 to `n` − 1. */
export function indexBelow(random: number, n: number): number {
  return Math.floor(random * (n / TWO_32));
}

/** Fills a whole array with local variables as state: several times faster than one call for each number. */
function advance(state: Int32Array, numbers: Uint32Array): void {
  let [a, b, c, d] = [state[0] as number, state[1] as number, state[2] as number, state[3] as number];
  for (let i = 0; i < numbers.length; i += 1) {
    numbers[i] = Math.imul(rotate(Math.imul(b, 5), 7), 9);
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotate(d, 11);
  }
  state[0] = a;
  state[1] = b;
  state[2] = c;
  state[3] = d;
}

function rotate(x: number, bits: number): number {
  return (x << bits) | (x >>> (32 - bits));
}

function splitMix(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let z = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return z ^ (z >>> 16);
  };
}
