/** OpenTelemetry's time: seconds and nanoseconds since the Unix epoch. */
export type HrTime = [number, number];

/**
 * Converts milliseconds since the Unix epoch to OpenTelemetry's pair, because its API takes a small number for a value
 * of `performance.now()`. An invalid time becomes the epoch.
 */
export function hrTime(milliseconds: number): HrTime {
  if (typeof milliseconds !== 'number' || !(milliseconds > 0) || milliseconds > 8.64e15) return [0, 0];
  const seconds = Math.trunc(milliseconds / 1_000);
  return [seconds, Math.round((milliseconds - seconds * 1_000) * 1_000) * 1_000];
}
