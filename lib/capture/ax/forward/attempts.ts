import { openedSpan } from '../../../track/traces/open.js';
import { tracker } from '../../../track/tracker.js';
import { safely } from '../../guard.js';
import { isObject, safeGet } from '../../inspect.js';
import { followGenerator } from '../../observe.js';
import { patchMethod } from '../access/patch.js';
import { Attempts } from '../calls/attempts.js';
import { watchTools } from './tools.js';

/** Makes the attempts of an AxGen visible, and the functions that the model calls in them. */
export function patchAttempts(owner: object): void {
  patchMethod(owner, 'forwardCore', (original, self, args) => {
    const span = tracker.on ? openedSpan() : undefined;
    const attempts = span?.detail;
    if (!(attempts instanceof Attempts) || span?.subject !== self) return original.apply(self, args);
    const given = args[0];
    let passed = args;
    safely(() => {
      attempts.begin(safeGet(given, 'stepIndex'));
      passed = [withTools(given), ...args.slice(1)];
    });
    const generator = original.apply(self, passed);
    const states = safeGet(given, 'states');
    if (isObject(generator)) follow(generator, attempts, states);
    return generator;
  });
}

function follow(generator: object, attempts: Attempts, states: unknown): void {
  let open = true;
  followGenerator(generator, {
    within: (step) => step(),
    yielded: () => undefined,
    end: ({ failed, cancelled, error }) => {
      if (open && !cancelled) safely(() => attempts.end(states, failed, error));
      open = false;
    },
  });
}

function withTools(given: unknown): unknown {
  const options = safeGet(given, 'options');
  const functions = safeGet(options, 'functions');
  if (!isObject(given) || !isObject(options) || !Array.isArray(functions) || functions.length === 0) return given;
  return { ...given, options: { ...options, functions: watchTools(functions) } };
}
