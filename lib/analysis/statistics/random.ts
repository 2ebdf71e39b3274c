/** A source of random 32-bit integers that gives the same ones for the same seed, on every machine. */
export interface RandomSource {
  /** The next integer from 0 to 2^32 − 1. */
  next(): number;
  /** An integer from 0 to `n` − 1. Its bias is below n / 2^32. */
  below(n: number): number;
  /** Fills the array with the next integers. */
  fill(numbers: Uint32Array): void;
}

const TWO_32 = 2 ** 32;

/**
 * xoshiro128** (D. Blackman and S. Vigna, "Scrambled Linear Pseudorandom Number Generators", ACM Transactions on
 * Mathematical Software 47, 2021), its state filled by SplitMix with 32 bits, as its authors advise. `Math.random` is never
 * called: the program that is observed may depend on its sequence.
 *
 * @param seed any number; its lower 32 bits count
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

/** An index from 0 to `n` − 1 made of a random 32-bit integer. */
export function indexBelow(random: number, n: number): number {
  return Math.floor(random * (n / TWO_32));
}

/** A loop over local variables: several times faster than as many calls. */
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
