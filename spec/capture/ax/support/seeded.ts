import { withoutChance } from './scripted.js';

/** Runs `fn` with `Math.random` replaced by a generator that starts at `seed`, and puts it back. */
export async function seeded<T>(seed: number, fn: () => Promise<T>): Promise<T> {
  const { random } = Math;
  let state = seed >>> 0;
  Math.random = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  try {
    return await fn();
  } finally {
    Math.random = random;
  }
}

/** A result without the clock's part in it, and without random ids. */
export function timeless(result: unknown): unknown {
  const text = JSON.stringify(result ?? null, (key, value: unknown) =>
    ['optimizationTime', 'totalTime', 'avgLatencyPerEval', 'timestamp', 'createdAt', 'updatedAt'].includes(key)
      ? undefined
      : value,
  );
  return JSON.parse(withoutChance(text));
}
