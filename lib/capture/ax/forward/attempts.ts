import { activeSpan } from '../../../track/traces/open.js';
import { tracker } from '../../../track/tracker.js';
import { follow } from '../../observe/follow.js';
import { guard } from '../../observe/guard.js';
import { isObject, safeGet } from '../../observe/inspect.js';
import { patchMethod } from '../access/patch.js';
import { isAttempts } from '../calls/attempts.js';
import { traceTools } from './tools.js';

/** Instruments the attempts of an AxGen, and the functions that the model calls in them. */
export function patchAttempts(owner: object): void {
  patchMethod(owner, 'forwardCore', (original, self, args) => {
    const span = tracker.on ? activeSpan() : undefined;
    const attempts = span?.detail;
    if (!isAttempts(attempts) || span?.subject !== self) return original.apply(self, args);
    const [given] = args;
    const passed = guard('opening an attempt', () => {
      attempts.begin(safeGet(given, 'stepIndex'));
      return [withTools(given), ...args.slice(1)];
    });
    const states = safeGet(given, 'states');
    return follow(() => original.apply(self, passed ?? args), {
      steps: () => ({ skipIfFollowed: true }),
      ended: ({ failed, cancelled, error }) => {
        if (!cancelled) attempts.end(states, failed, error);
      },
    });
  });
}

function withTools(given: unknown): unknown {
  const options = safeGet(given, 'options');
  const functions = safeGet(options, 'functions');
  if (!isObject(given) || !isObject(options) || !Array.isArray(functions) || functions.length === 0) return given;
  return { ...given, options: { ...options, functions: traceTools(functions) } };
}
