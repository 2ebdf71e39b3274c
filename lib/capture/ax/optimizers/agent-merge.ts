import { statusOf } from '../../../support/abort.js';
import { currentFrame, surroundedBy } from '../../../track/context.js';
import { tracker } from '../../../track/tracker.js';
import type { RunTracker } from '../../../track/types.js';
import { observe } from '../../promises.js';
import { safely } from '../../safely.js';
import { patchMethod } from '../access/patch.js';

/**
 * Makes everything that a call of `owner[method]` does one run: the optimizers it starts, and its LM calls before and
 * after them. Inside a run that is open already, the call belongs to that.
 */
export function patchAround(owner: object, method: string, name: string): void {
  patchMethod(owner, method, (original, self, args) => {
    if (!tracker.on) return original.apply(self, args);
    const call = () => surroundedBy('compile', () => original.apply(self, args));
    if (!tracker.logsCompiles || currentFrame().run !== null) return call();
    let run: RunTracker | undefined;
    safely(() => {
      run = tracker.startRun({ name, kind: 'compile' });
    });
    const open = run;
    if (open === undefined) return call();
    const end = (error: unknown, _value: unknown, failed: boolean) =>
      safely(() => open.end(failed ? { status: statusOf(error), error } : { status: 'finished' }));
    try {
      return observe(open.within(call), end);
    } catch (error) {
      end(error, undefined, true);
      throw error;
    }
  });
}
