import { currentFrame } from '../../../track/context.js';
import { tracker } from '../../../track/tracker.js';
import { type Entry, isPartOf, type OpenCompile } from '../../compile-call.js';
import { follow } from '../../observe/follow.js';
import { isObject } from '../../observe/inspect.js';
import { optimizerLabel } from '../access/labels.js';
import { patchMethod } from '../access/patch.js';
import { compileCall } from '../watch/optimizer-watch.js';
import { openAxCompile } from './compile.js';

/**
 * Tracks `compileStream` as a compile. It opens at the first `next()`, when the work starts, and contains the `compile` that
 * it calls as a nested compile. It ends when the generator ends, is abandoned or is garbage-collected.
 */
export function patchStream(owner: object): void {
  const entry: Entry = { method: 'compileStream', wrapper: owner, holdsCompiles: true };
  patchMethod(owner, entry.method, (original, self, args) => {
    if (!tracker.on || !tracker.logsCompiles || !isObject(self)) return original.apply(self, args);
    const call = compileCall(self, args);
    let compile: OpenCompile | undefined;
    const within = <T>(step: () => T): T => {
      if (compile === undefined && !isPartOf(currentFrame().compile, self, entry)) {
        compile = openAxCompile(entry, optimizerLabel(self), call);
      }
      return compile === undefined ? step() : compile.within(step);
    };
    return follow(() => original.apply(self, args), {
      steps: () => ({ within }),
      ended: (outcome) => compile?.ended(outcome),
    });
  });
}
