/** Seeded source of random numbers. The same seed gives the same sequence on every machine. */
export interface Random {
  /** Returns a float in [0, 1). */
  next(): number;
  /** Returns an integer in [low, high], both included. */
  int(low: number, high: number): number;
  /** Returns one item. Throws on an empty list. */
  pick<T>(items: readonly T[]): T;
  /** Returns a shuffled copy (Fisher-Yates). */
  shuffle<T>(items: readonly T[]): T[];
  /** Returns `n` distinct items in random order; all of them, shuffled, if there are fewer. */
  sample<T>(items: readonly T[], n: number): T[];
  /** Returns an independent source derived from this seed and a label: drawing from one does not affect the other. */
  fork(label: string): Random;
}

/** Returns the 32-bit FNV-1a hash of a text, with a final mix so that similar texts get distant hashes. */
export function hash32(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** Returns a float in [0, 1) that depends on the text alone. */
export const unitHash = (text: string): number => hash32(text) / 4294967296;

/** mulberry32 by Tommy Ettinger (public domain): one 32-bit word of state, period 2^32, ample for sampling. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Creates a seeded source. Any finite number or text can be a seed. */
export function random(seed: number | string): Random {
  const key = String(seed);
  const next = mulberry32(hash32(key));
  const int = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1));
  const shuffle = <T>(items: readonly T[]): T[] => {
    const out = [...items];
    for (let i = out.length - 1; i > 0; i--) {
      const j = int(0, i);
      const swapped = out[i] as T;
      out[i] = out[j] as T;
      out[j] = swapped;
    }
    return out;
  };
  const pick = <T>(items: readonly T[]): T => {
    if (items.length === 0) throw new RangeError('random.pick: expected at least one item, got an empty list');
    return items[int(0, items.length - 1)] as T;
  };
  const sample = <T>(items: readonly T[], n: number): T[] => shuffle(items).slice(0, Math.max(0, n));
  return { next, int, pick, shuffle, sample, fork: (label) => random(`${key}/${label}`) };
}
