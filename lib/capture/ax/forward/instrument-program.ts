import { shared } from '../../../support/shared-state.js';
import { tracker } from '../../../track/tracker.js';
import { guard } from '../../observe/guard.js';
import { isObject, methodOf, ownerOf } from '../../observe/inspect.js';
import { patchMethod, restoreObject } from '../access/patch.js';
import { currentWatch, isInside } from '../access/scope.js';
import { patchForward, patchProgram } from './forward.js';

export { instrumentService } from '../calls/services.js';

/** How many compiles watch each plain object that owns its methods. */
const borrowed = shared('borrowed programs', () => new WeakMap<object, number>());

/**
 * Makes a program's calls visible, in the copy of ax that it is made of: the class on its prototype chain that owns
 * `forward` is the one that is instrumented. An object that owns its methods itself is left alone; see `instrumentTemporarily`.
 */
export function instrumentProgram(program: unknown): void {
  if (methodOf(program, 'forward') === undefined) return;
  const forward = ownerOf(program, 'forward');
  if (forward !== undefined && forward !== program) patchForward(forward);
  for (const name of ['streamingForward', 'forwardCore']) {
    const owner = ownerOf(program, name);
    if (owner !== undefined && owner !== program) patchProgram(owner);
  }
  const applied = ownerOf(program, 'applyOptimizedComponents');
  if (applied !== undefined && applied !== program) patchAppliedTexts(applied);
}

/** A program that is visible for the time of one compile. */
export interface TemporaryInstrumentation {
  /** Whether its forwards can be seen. Not so for a frozen object that owns its `forward`. */
  readonly visible: boolean;
  /** Puts back what was replaced, at the end of the last compile that watches the program. */
  release(): void;
}

/**
 * Makes a program visible for the time of one compile. A plain object's own methods are replaced meanwhile.
 */
export function instrumentTemporarily(program: unknown): TemporaryInstrumentation {
  instrumentProgram(program);
  if (
    !isObject(program) ||
    (!Object.hasOwn(program, 'forward') && !Object.hasOwn(program, 'applyOptimizedComponents'))
  ) {
    return { visible: true, release: () => {} };
  }
  const visible = !Object.hasOwn(program, 'forward') || patchForward(program);
  patchAppliedTexts(program);
  borrowed.set(program, (borrowed.get(program) ?? 0) + 1);
  const release = () => {
    const left = (borrowed.get(program) ?? 1) - 1;
    borrowed.set(program, left);
    if (left === 0) restoreObject(program);
  };
  return { visible, release };
}

/** Makes the texts that an optimizer puts into a program visible. */
export function patchAppliedTexts(owner: object): void {
  patchMethod(owner, 'applyOptimizedComponents', (original, self, args) => {
    if (tracker.on && !isInside()) {
      const watch = currentWatch();
      if (watch !== undefined && watch.program === self)
        guard('noting the texts of a candidate', () => watch.applied(args[0]));
    }
    return original.apply(self, args);
  });
}
