import type { ErrorCode } from '../contract/errors.js';
import { attempt, thrownText } from '../support/snapshot/leaves.js';

/** Receives a problem with a journal: its code, a message for people, and details as JSON. */
export type OnProblem = (code: ErrorCode, message: string, data?: unknown) => void;

/** Reports problems to a listener. Never throws, even if the listener does. */
export class Problems {
  readonly #onProblem: OnProblem | undefined;
  readonly #reported = new Set<string>();

  constructor(onProblem: OnProblem | undefined) {
    this.#onProblem = onProblem;
  }

  /** Reports a problem, unless the same code and message were reported before. */
  once(code: ErrorCode, message: string, data?: unknown): void {
    const key = `${code} ${message}`;
    if (this.#reported.has(key)) return;
    this.#reported.add(key);
    this.report(code, message, data);
  }

  /** Reports a thrown error, unless an error with the same `code` was reported with the same message before. */
  caught(code: ErrorCode, message: string, error: unknown): void {
    const errno = errnoOf(error);
    const key = `${code} ${message} ${errno ?? thrownText(error)}`;
    if (this.#reported.has(key)) return;
    this.#reported.add(key);
    this.report(code, `${message}: ${thrownText(error)}`, { errno });
  }

  /** Reports a problem every time. */
  report(code: ErrorCode, message: string, data?: unknown): void {
    try {
      this.#onProblem?.(code, message, data);
    } catch {
      // There is no other place to report to.
    }
  }
}

function errnoOf(error: unknown): string | null {
  const code: unknown = attempt(() => (error instanceof Error && 'code' in error ? error.code : null));
  return typeof code === 'string' ? code : null;
}
