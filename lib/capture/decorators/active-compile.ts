import type { Role } from '../../contract/events.js';
import { received } from '../../support/received.js';
import { currentFrame, withRole } from '../../track/context.js';
import { tracker } from '../../track/tracker.js';
import type { CompileTracker } from '../../track/types.js';
import { guard } from '../observe/guard.js';

import { candidateOf } from './candidate.js';

/** Describes the origin of a proposed candidate. */
export interface Proposal {
  /** Ids of the candidates that it was made from. Default: none. */
  readonly parents?: readonly string[];
  /** The information that the proposer used, such as failed examples. Any value. Default: none. */
  readonly evidence?: unknown;
  /** Name of the step that made it, such as `reflection` or `merge`. Default: `user`. */
  readonly by?: string;
}

/**
 * Records the search of a custom optimizer while its tracked compile runs. Its methods never throw: wrong arguments are
 * reported as the warning `AXL_BAD_OPTIONS`. (`role` throws what its callback throws.)
 */
export interface ActiveCompile {
  /** Id of the compile, as in its events. */
  readonly compileId: string;
  /** Id of the run that the compile belongs to. */
  readonly runId: string;
  /**
   * Records a new candidate. Proposing the same state again records nothing and returns the same id.
   *
   * @param state an ax program, `{ texts, demos }`, or any other state
   * @param about origin of the candidate
   * @returns the candidate's id, which is its content hash; the empty string if there was no state to record
   */
  propose(state: unknown, about?: Proposal): string;
  /** Records that the search keeps a candidate, and why. Default reason: empty. */
  accept(candidateId: string, reason?: string): void;
  /** Records that the search drops a candidate, and why. Default reason: empty. */
  reject(candidateId: string, reason?: string): void;
  /** Runs `fn` with its LM calls attributed to `role`, and returns the value that `fn` returns. */
  role<T>(role: Role, fn: () => T): T;
}

const ROLES: readonly Role[] = ['task', 'reflection', 'teacher', 'judge', 'proposer'];

/**
 * Returns the tracked compile that the calling code runs in; `undefined` outside of a compile and when tracking is off.
 *
 * @example
 * const id = activeCompile()?.propose({ texts: { instruction } }, { parents: [bestId], evidence: failures });
 */
export function activeCompile(): ActiveCompile | undefined {
  const { compile } = currentFrame();
  return compile === null ? undefined : new RunningCompile(compile);
}

class RunningCompile implements ActiveCompile {
  readonly #compile: CompileTracker;

  constructor(compile: CompileTracker) {
    this.#compile = compile;
  }

  get compileId(): string {
    return this.#compile.compileId;
  }

  get runId(): string {
    return this.#compile.run.runId;
  }

  propose(state: unknown, about: Proposal = {}): string {
    const id = guard('recording a proposed candidate', () => {
      const candidate = candidateOf(state);
      if (candidate !== undefined) return this.#compile.propose(candidate, { by: 'user', ...about });
      const expected = "a program or a program's state";
      tracker.warn('AXL_BAD_OPTIONS', `the state in propose() must be ${expected}, got ${received(state)}.`);
      return '';
    });
    return id ?? '';
  }

  accept(candidateId: string, reason = ''): void {
    guard('recording an accepted candidate', () =>
      this.#compile.accept(candidateId, reason, this.#decidedBy(candidateId)),
    );
  }

  reject(candidateId: string, reason = ''): void {
    guard('recording a rejected candidate', () =>
      this.#compile.reject(candidateId, reason, this.#decidedBy(candidateId)),
    );
  }

  /** A decision names no trial, so it is attributed to the one that ran the candidate last. */
  #decidedBy(candidateId: string): { trialId?: string; derived?: readonly string[] } {
    const trialId = this.#compile.lastTrialOf(candidateId);
    return trialId === undefined ? {} : { trialId, derived: ['trialId'] };
  }

  role<T>(role: Role, fn: () => T): T {
    if (ROLES.includes(role)) return withRole(role, fn);
    guard('choosing a role', () =>
      tracker.warn(
        'AXL_BAD_OPTIONS',
        `the role in role() must be one of ${ROLES.join(', ')}, got ${received(role)}. Its calls keep their role.`,
      ),
    );
    return fn();
  }
}
