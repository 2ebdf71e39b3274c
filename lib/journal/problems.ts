import type { ErrorCode } from '../contract/errors.js';
import { attempt, thrownText } from '../support/snapshot/leaves.js';

/** Receives what is wrong with a journal: a code, a sentence, details. */
export type OnProblem = (code: ErrorCode, message: string, data?: unknown) => void;

/** Reports each problem once. Never throws, whatever the listener does. */
export class Problems {
  readonly #onProblem: OnProblem | undefined;
  readonly #reported = new Set<string>();

  constructor(onProblem: OnProblem | undefined) {
    this.#onProblem = onProblem;
  }

  /** Reports `message` unless it was reported before. */
  once(code: ErrorCode, message: string, data?: unknown): void {
    const key = `${code} ${message}`;
    if (this.#reported.has(key)) return;
    this.#reported.add(key);
    this.report(code, message, data);
  }

  /** As {@link once}, with what was thrown: errors with the same `code` are the same problem. */
  caught(code: ErrorCode, message: string, error: unknown): void {
    const errno = errnoOf(error);
    const key = `${code} ${message} ${errno ?? thrownText(error)}`;
    if (this.#reported.has(key)) return;
    this.#reported.add(key);
    this.report(code, `${message}: ${thrownText(error)}`, { errno });
  }

  /** Reports every time. */
  report(code: ErrorCode, message: string, data?: unknown): void {
    try {
      this.#onProblem?.(code, message, data);
    } catch {
      // The listener is the last resort: there is nobody left to tell.
    }
  }
}

function errnoOf(error: unknown): string | null {
  const code: unknown = attempt(() => (error instanceof Error && 'code' in error ? error.code : null));
  return typeof code === 'string' ? code : null;
}
