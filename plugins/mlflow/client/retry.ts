import { randomInt } from 'node:crypto';
import { isTransient, type MlflowError } from './errors.js';

/** Number of retries and pauses between them. */
export interface RetryPolicy {
  /** Retries after the first attempt. */
  readonly retries: number;
  /** Longest pause before the first retry, in milliseconds. It doubles with each retry. */
  readonly firstPauseMs: number;
  /** Upper limit of the pause, in milliseconds. */
  readonly lastPauseMs: number;
}

/** Longest `Retry-After` that is waited for, in milliseconds. */
const MAX_RETRY_AFTER_MS = 120_000;

/**
 * Returns the pause in milliseconds before retry number `attempt` (from 0): full jitter, or at least the `Retry-After` of the
 * server.
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function pauseBefore(attempt: number, policy: RetryPolicy, retryAfterMs: number | undefined): number {
  const limit = Math.min(policy.lastPauseMs, policy.firstPauseMs * 2 ** Math.min(attempt, 30));
  const jitter = limit < 1 ? 0 : randomInt(0, Math.floor(limit) + 1);
  return retryAfterMs === undefined ? jitter : retryAfterMs + Math.min(jitter, retryAfterMs);
}

/**
 * Whether to retry a failed request: on 408, 429, 5xx and network errors, never on another 4xx. A request that must not be
 * processed twice is retried only if the server cannot have processed it.
 */
export function mayRepeat(error: unknown, isSafe: boolean): error is MlflowError {
  if (!isTransient(error)) return false;
  if ((error.retryAfterMs ?? 0) > MAX_RETRY_AFTER_MS) return false;
  return isSafe || error.untouched;
}

/**
 * Parses `Retry-After`, seconds or an HTTP date (RFC 9110, 10.2.3), to milliseconds from `now`. Returns `undefined` for
 * anything else.
 */
export function parseRetryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  if (/^\d+$/.test(text)) return Number(text) * 1_000;
  if (!/[a-z]/i.test(text)) return undefined;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
