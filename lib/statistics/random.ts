/** A source of random 32-bit integers that gives the same ones for the same seed, on every machine. */
export interface RandomSource {
  /** The next integer from 0 to 2^32 − 1. */
  next(): number;
  /** An integer from 0 to `n` − 1. Its bias is below n / 2^32. */
  below(n: number): number;
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
  const mix = splitMix(seed);
  let [a, b, c, d] = [mix(), mix(), mix(), mix()];
  const next = (): number => {
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotate(d, 11);
    return result;
  };
  return { next, below: (n) => Math.floor((next() * n) / TWO_32) };
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
