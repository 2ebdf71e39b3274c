import type { Role } from '../../contract/events.js';
import { currentFrame, withRole } from '../../track/context.js';
import { tracker } from '../../track/tracker.js';
import type { CompileTracker } from '../../track/types.js';
import { guard } from '../guard.js';
import { kindOf } from '../inspect.js';
import { candidateOf } from './candidate.js';

/** What a custom optimizer can say of its search while its tracked compile runs. Nothing here throws. */
export interface ActiveCompile {
  readonly compileId: string;
  readonly runId: string;
  /**
   * Says that a candidate was made. The same state proposed again is the same candidate and fires nothing.
   *
   * @param state an ax program, `{ texts, demos }`, or any other state
   * @param about ids of the candidates it was made from; what its proposer saw; how it came to be (default `user`)
   * @returns the candidate's id: its content hash; the empty string when there was nothing to record
   */
  propose(
    state: unknown,
    about?: { readonly parents?: readonly string[]; readonly evidence?: unknown; readonly by?: string },
  ): string;
  /** Says that the search keeps a candidate, and why. */
  accept(candidateId: string, reason?: string): void;
  /** Says that the search drops a candidate, and why. */
  reject(candidateId: string, reason?: string): void;
  /** Runs `fn`, with its LM calls counted as made by `role`, and returns what it returns. */
  role<T>(role: Role, fn: () => T): T;
}

const ROLES: readonly Role[] = ['task', 'reflection', 'teacher', 'judge', 'proposer'];

/**
 * The tracked compile that runs now; `undefined` outside of one and while tracking is off.
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

  propose(
    state: unknown,
    about: { readonly parents?: readonly string[]; readonly evidence?: unknown; readonly by?: string } = {},
  ): string {
    const id = guard('recording a proposed candidate', () => {
      const candidate = candidateOf(state);
      if (candidate !== undefined) return this.#compile.propose(candidate, { by: 'user', ...about });
      tracker.warn('AXL_BAD_OPTIONS', `propose() came with ${kindOf(state)}; expected a program or a program's state`);
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

  /** Whoever decides about a candidate names no trial: it is taken to be the one that ran the candidate last. */
  #decidedBy(candidateId: string): { trialId?: string; derived?: readonly string[] } {
    const trialId = this.#compile.lastTrialOf(candidateId);
    return trialId === undefined ? {} : { trialId, derived: ['trialId'] };
  }

  role<T>(role: Role, fn: () => T): T {
    if (ROLES.includes(role)) return withRole(role, fn);
    guard('choosing a role', () =>
      tracker.warn('AXL_BAD_OPTIONS', `role() came with ${kindOf(role)}; expected one of ${ROLES.join(', ')}`),
    );
    return fn();
  }
}
