import { currentFrame, within } from '../session.js';
import { tracker } from '../tracker.js';
import { reportCall } from './lm-calls.js';
import { patchMethod } from './patch.js';
import { observe } from './promises.js';
import { currentCall, insideCall, type OpenCall } from './scope.js';
import { learnSecrets } from './secrets.js';
import { watchStream } from './streams.js';
import { isBag, type Method, methodOf, ownerOf } from './types.js';

let met = new WeakSet<object>();

/** Makes LM calls of that service visible: `chat` and `embed` of the very class it is made of. */
export function meetService(ai: unknown): void {
  if (!isBag(ai) || met.has(ai)) return;
  if (methodOf(ai, 'chat') === undefined) return;
  met.add(ai);
  learnSecrets(ai);
  for (const operation of ['chat', 'embed']) {
    const owner = ownerOf(ai, operation);
    if (owner !== undefined) patchService(owner, operation);
  }
}

/** Forgets which services were met. */
export function forgetServices(): void {
  met = new WeakSet();
}

/** Patches one operation of a service class. */
export function patchService(owner: object, operation: string): void {
  patchMethod(owner, operation, (original, self, args) => {
    if (!tracker.on) return original.apply(self, args);
    return countCall(original, operation, self, args);
  });
}

/**
 * Balancers, routers and wrappers ask another service: the innermost call is the real one and is the one reported, so a
 * balancer's failed first try and its second try are two calls, and a wrapper's call is one.
 */
function countCall(original: Method, operation: string, self: unknown, args: unknown[]): unknown {
  const outer = currentCall();
  if (outer !== undefined) outer.delegated = true;
  const call: OpenCall = { delegated: false };
  const frame = currentFrame();
  const started = performance.now();
  const report = (response: unknown, error: unknown, failed: boolean) => {
    if (call.delegated) return;
    const durationMs = performance.now() - started;
    reportCall({ operation, service: self, request: args[0], response, failed, error, durationMs });
  };
  let result: unknown;
  try {
    result = insideCall(call, () => original.apply(self, args));
  } catch (error) {
    report(undefined, error, true);
    throw error;
  }
  if (!(result instanceof Promise)) return result;
  return observe(result, (error, value, failed) => {
    if (!failed && value instanceof ReadableStream) {
      // Whoever reads it may do so in another frame.
      if (!call.delegated) watchStream(value, (...seen) => within(frame, () => report(...seen)));
    } else report(value, error, failed);
  });
}
