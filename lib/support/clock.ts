let last = 0;

/** Milliseconds since the Unix epoch with microseconds as fraction; never decreases within this process. */
export function now(): number {
  const time = Math.round((performance.timeOrigin + performance.now()) * 1000) / 1000;
  if (time > last) last = time;
  return last;
}
