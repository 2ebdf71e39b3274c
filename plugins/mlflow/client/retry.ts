import { randomInt } from 'node:crypto';
import { isTransient, type MlflowError } from './errors.js';

/** When a failed request is sent again. */
export interface RetryPolicy {
  /** Repeats after the first attempt. */
  readonly retries: number;
  /** Longest pause before the first repeat, in milliseconds; it doubles with each. */
  readonly firstPauseMs: number;
  readonly lastPauseMs: number;
}

/** A server that asks for more patience than this is given up on for now, in milliseconds. */
const MAX_RETRY_AFTER_MS = 120_000;

/**
 * Pause before repeat number `attempt` (from 0): full jitter, or at least what the server asked for in `Retry-After`.
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function pauseBefore(attempt: number, policy: RetryPolicy, retryAfterMs: number | undefined): number {
  const limit = Math.min(policy.lastPauseMs, policy.firstPauseMs * 2 ** Math.min(attempt, 30));
  const jitter = limit < 1 ? 0 : randomInt(0, Math.floor(limit) + 1);
  return retryAfterMs === undefined ? jitter : retryAfterMs + Math.min(jitter, retryAfterMs);
}

/**
 * Whether to send a request again that failed: on 408, 429, 5xx and network errors, never on another 4xx. One that must
 * not arrive twice is only repeated when the server cannot have acted on it.
 */
export function mayRepeat(error: unknown, isSafe: boolean): error is MlflowError {
  if (!isTransient(error)) return false;
  if ((error.retryAfterMs ?? 0) > MAX_RETRY_AFTER_MS) return false;
  return isSafe || error.untouched;
}

/** `Retry-After` in milliseconds from `now`: seconds or an HTTP date (RFC 9110, 10.2.3). `undefined` for anything else. */
export function parseRetryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  if (/^\d+$/.test(text)) return Number(text) * 1_000;
  if (!/[a-z]/i.test(text)) return undefined;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
