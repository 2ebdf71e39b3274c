/** Seconds and nanoseconds since the Unix epoch, as OpenTelemetry counts time. */
export type HrTime = [number, number];

/**
 * Milliseconds as OpenTelemetry's pair: a number would be taken for `performance.now()` where it is small. What is no time
 * becomes the epoch.
 */
export function hrTime(milliseconds: number): HrTime {
  if (typeof milliseconds !== 'number' || !(milliseconds > 0) || milliseconds > 8.64e15) return [0, 0];
  const seconds = Math.trunc(milliseconds / 1_000);
  return [seconds, Math.round((milliseconds - seconds * 1_000) * 1_000) * 1_000];
}
