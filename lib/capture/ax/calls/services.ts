import { settings } from '../../../support/settings.js';
import { currentFrame, within } from '../../../track/context.js';
import { tracker } from '../../../track/tracker.js';
import { safely } from '../../guard.js';
import { type Callable, isObject, methodOf, ownerOf } from '../../inspect.js';
import { observe } from '../../observe.js';
import { patchMethod } from '../access/patch.js';
import { currentCall, insideCall, type OpenCall } from '../access/scope.js';
import { readCall } from './lm-call.js';
import { secretsOf } from './lm-settings.js';
import { openModelSpan } from './model-span.js';
import { type Outcome, type Report, watchStream } from './streams.js';

const NOTHING: Outcome = Object.freeze({ response: undefined, error: undefined, failed: false });

let instrumented = new WeakSet<object>();

/** Makes LM calls of that service visible: `chat` and `embed` of the very class it is made of. */
export function instrumentService(ai: unknown): void {
  if (!isObject(ai) || instrumented.has(ai)) return;
  if (methodOf(ai, 'chat') === undefined) return;
  instrumented.add(ai);
  learnSecrets(ai);
  for (const operation of ['chat', 'embed']) {
    const owner = ownerOf(ai, operation);
    if (owner !== undefined) patchService(owner, operation);
  }
}

/** Forgets which services were instrumented. */
export function forgetServices(): void {
  instrumented = new WeakSet();
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
function countCall(original: Callable, operation: string, self: unknown, args: unknown[]): unknown {
  const outer = currentCall();
  if (outer !== undefined) outer.delegated = true;
  const call: OpenCall = { delegated: false };
  const frame = currentFrame();
  const started = performance.now();
  const span = openModelSpan(operation, self, args[0]);
  const readOutcome = (outcome: Outcome) =>
    readCall({ operation, service: self, request: args[0], durationMs: performance.now() - started, ...outcome });
  const report = (outcome: Outcome, streaming = false) =>
    safely(() => {
      const read = readOutcome(outcome);
      span.end(read, outcome.response, call.delegated, streaming);
      if (!call.delegated) tracker.lmCall(read);
    });
  let result: unknown;
  try {
    result = span.within(() => insideCall(call, () => original.apply(self, args)));
  } catch (error) {
    report({ response: undefined, error, failed: true });
    throw error;
  }
  if (!(result instanceof Promise)) return result;
  return observe(result, (error, value, failed) => {
    if (failed || !(value instanceof ReadableStream)) report({ response: value, error, failed });
    else if (call.delegated) report(NOTHING);
    else {
      // Whoever reads it may do so in another frame.
      const end: Report = (outcome) => within(frame, () => report(outcome, true));
      watchStream(value, (chunk) => span.chunk(chunk), end);
      safely(() => span.streams(() => readOutcome(NOTHING)));
    }
  });
}

/** Schemes before a credential in an `Authorization` header. */
const SCHEME = /^(?:bearer|basic|token|apikey)\s+/i;

/**
 * Makes the keys of a service known to the redactor, so that one that comes back in an answer or an error is recognised:
 * those in its fields now, and those in its headers (most providers keep the key in a closure) when it sends them.
 */
export function learnSecrets(ai: unknown): void {
  for (const secret of secretsOf(ai)) settings().redactor.learn(secret);
  const owner = ownerOf(ai, 'buildHeaders');
  if (owner === undefined) return;
  patchMethod(owner, 'buildHeaders', (original, self, args) => {
    const headers = original.apply(self, args);
    if (!tracker.on || !(headers instanceof Promise)) return headers;
    return observe(headers, (_error, value, failed) => {
      if (!failed) safely(() => learnHeaders(value));
    });
  });
}

function learnHeaders(headers: unknown): void {
  if (!isObject(headers)) return;
  const { redactor } = settings();
  for (const [name, value] of Object.entries(headers)) {
    if (typeof value === 'string' && redactor.isSecretKey(name)) redactor.learn(value.replace(SCHEME, ''));
  }
}
