import { followGenerator } from '../observe.js';
import { finish, type OpenCall, runInside } from './call.js';

/**
 * Follows a generator that a tracked method returned to its end: each step runs in the call's frame. One that returns
 * nothing has as result what it yielded last.
 *
 * @returns false where the object cannot be followed
 */
export function attachToGenerator(generator: object, call: OpenCall): boolean {
  let last: unknown;
  return followGenerator(generator, {
    within: (step) => runInside(call, step),
    yielded: (value) => {
      last = value;
    },
    end: ({ failed, cancelled = false, value, error }) => {
      if (failed) finish(call, { failed, seen: true, error });
      else if (cancelled) finish(call, { failed, seen: true, cancelled });
      else finish(call, { failed, seen: true, value: value === undefined ? last : value });
    },
  });
}
