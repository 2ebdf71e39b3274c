import { statusOf } from '../../../support/abort.js';
import { currentFrame } from '../../../track/context.js';
import { tracker } from '../../../track/tracker.js';
import type { CompileTracker } from '../../../track/types.js';
import { safely } from '../../guard.js';
import { type Callable, isObject, methodOf, safeGet } from '../../inspect.js';
import { labelOf } from '../access/labels.js';
import { patchMethod } from '../access/patch.js';
import type { CompileCall } from '../watch/optimizer-watch.js';
import { endingOf, openCompile } from './compile.js';

/**
 * Tracks `compileStream`: a compile that opens with the first `next()`, as the work does, and in which the `compile`
 * that it calls is a compile of its own. It ends when the generator does.
 */
export function patchStream(owner: object): void {
  patchMethod(owner, 'compileStream', (original, self, args) => {
    const generator = original.apply(self, args);
    if (!tracker.on || !tracker.logsCompiles || !isObject(self) || !isObject(generator)) return generator;
    const call: CompileCall = { self, program: args[0], examples: args[1], metric: args[2], options: args[3] };
    followGenerator(generator, call);
    return generator;
  });
}

function followGenerator(generator: Record<PropertyKey, unknown>, call: CompileCall): void {
  let compile: CompileTracker | undefined;
  const step = (method: Callable, args: unknown[]) => {
    if (compile === undefined && currentFrame().compile?.self !== call.self) {
      compile = openCompile('compileStream', labelOf(call.self), call);
    }
    const open = compile;
    if (open === undefined) return method.apply(generator, args);
    const result = open.within(() => method.apply(generator, args)) as Promise<unknown>;
    return result.then(
      (value) => {
        if (safeGet(value, 'done') === true)
          safely(() => open.end(endingOf(open, safeGet(value, 'value'), call, undefined)));
        return value;
      },
      (error: unknown) => {
        safely(() => open.end({ status: statusOf(error), error }));
        throw error;
      },
    );
  };
  for (const name of ['next', 'return', 'throw']) {
    const method = methodOf(generator, name);
    if (method === undefined) continue;
    const value = (...args: unknown[]) => step(method, args);
    Object.defineProperty(generator, name, { value, configurable: true, enumerable: false, writable: true });
  }
}
