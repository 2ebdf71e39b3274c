import { shared } from '../../../support/shared-state.js';
import { tracker } from '../../../track/tracker.js';
import { guard } from '../../observe/guard.js';
import { isObject, methodOf, ownerOf } from '../../observe/inspect.js';
import { patchMethod, restoreObject } from '../access/patch.js';
import { currentWatch, isInside } from '../access/scope.js';
import { patchForward, patchProgram } from './forward.js';

export { instrumentService } from '../calls/services.js';

/** Number of compiles that have instrumented each plain object with own methods. */
const users = shared('temporarily instrumented programs', () => new WeakMap<object, number>());

/**
 * Instruments the class on a program's prototype chain that owns `forward`, so that the right copy of ax is used. An object
 * with own methods is not changed; see {@link instrumentTemporarily}.
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

/** The instrumentation of a program for one compile. */
export interface TemporaryInstrumentation {
  /** Whether its forwards can be observed. False for a frozen object with an own `forward`. */
  readonly visible: boolean;
  /** Restores the replaced methods when the last compile that uses the program ends. */
  release(): void;
}

/** Instruments a program for one compile. Own methods of a plain object are replaced until then. */
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
  users.set(program, (users.get(program) ?? 0) + 1);
  const release = () => {
    const remaining = (users.get(program) ?? 1) - 1;
    users.set(program, remaining);
    if (remaining === 0) restoreObject(program);
  };
  return { visible, release };
}

/** Instruments `applyOptimizedComponents`, to observe the texts that an optimizer puts into a program. */
export function patchAppliedTexts(owner: object): void {
  patchMethod(owner, 'applyOptimizedComponents', (original, self, args) => {
    if (tracker.on && !isInside()) {
      const watch = currentWatch();
      if (watch !== undefined && watch.program === self)
        guard('recording the texts of a candidate', () => watch.applied(args[0]));
    }
    return original.apply(self, args);
  });
}
