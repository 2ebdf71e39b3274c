import { settings } from '../../../support/settings.js';
import { shared } from '../../../support/shared-state.js';
import { currentFrame, within } from '../../../track/context.js';
import { tracker } from '../../../track/tracker.js';
import { follow } from '../../observe/follow.js';
import { type Callable, isObject, ownerOf, safeGet } from '../../observe/inspect.js';
import type { Outcome } from '../../observe/outcome.js';
import { patchMethod } from '../access/patch.js';
import { currentCall, insideCall, type OpenModelCall } from '../access/scope.js';
import { readCall } from './lm-call.js';
import { isService, secretsOf } from './lm-settings.js';
import { openModelSpan } from './model-span.js';

const services = shared('services', () => ({ instrumented: new WeakSet<object>() }));

/** Instruments `chat` and `embed` on the class of a service, so that its calls are recorded. */
export function instrumentService(ai: unknown): void {
  if (!isObject(ai) || services.instrumented.has(ai) || !isService(ai)) return;
  services.instrumented.add(ai);
  learnSecrets(ai);
  for (const operation of ['chat', 'embed']) {
    const owner = ownerOf(ai, operation);
    if (owner !== undefined) patchService(owner, operation);
  }
}

/** Forgets which services were instrumented, so that they can be instrumented again. */
export function forgetServices(): void {
  services.instrumented = new WeakSet();
}

/** Patches one operation of a service class. */
export function patchService(owner: object, operation: string): void {
  patchMethod(owner, operation, (original, self, args) => {
    if (!tracker.on) return original.apply(self, args);
    return countCall(original, operation, self, args);
  });
}

/**
 * Runs and records one call. Balancers, routers and wrappers call another service, and only the innermost call is recorded:
 * a balancer's failed first try and its second try are two calls, a wrapper's call is one.
 */
function countCall(original: Callable, operation: string, self: unknown, args: unknown[]): unknown {
  const outer = currentCall();
  if (outer !== undefined) outer.delegated = true;
  const call: OpenModelCall = { delegated: false };
  const frame = currentFrame();
  const started = performance.now();
  const span = openModelSpan(operation, self, args[0]);
  const readOutcome = (outcome: Outcome, response: unknown) =>
    readCall({ operation, service: self, request: args[0], response, started, outcome });
  const report = (outcome: Outcome, response: unknown, streaming: boolean): void => {
    const read = readOutcome(outcome, response);
    span.end(read, response, { delegated: call.delegated, streaming });
    if (!call.delegated) tracker.lmCall(read);
  };
  let streaming = false;
  /** The last chunk of a stream that contained usage. */
  let usage: unknown;
  return follow(() => span.within(() => insideCall(call, () => original.apply(self, args))), {
    steps(value) {
      if (!(value instanceof ReadableStream) || call.delegated) return undefined;
      streaming = true;
      span.streams(() => readOutcome({ failed: false }, undefined));
      const yielded = (chunk: unknown): void => {
        if (safeGet(chunk, 'modelUsage') !== undefined) usage = chunk;
        span.chunk(chunk);
      };
      return { yielded };
    },
    ended(outcome) {
      // The stream may be read in another frame.
      if (streaming) within(frame, () => report(outcome, usage, true));
      else report(outcome, outcome.value instanceof ReadableStream ? undefined : outcome.value, false);
    },
  });
}

/** Matches the scheme before the credential in an `Authorization` header. */
const SCHEME = /^(?:bearer|basic|token|apikey)\s+/i;

/**
 * Adds the keys of a service to the redactor, which then removes them from answers and errors too. Keys in fields are read
 * now. Most providers keep the key in a closure, so keys in headers are read when headers are built.
 */
function learnSecrets(ai: unknown): void {
  for (const secret of secretsOf(ai)) settings().redactor.learn(secret);
  const owner = ownerOf(ai, 'buildHeaders');
  if (owner === undefined) return;
  patchMethod(owner, 'buildHeaders', (original, self, args) => {
    if (!tracker.on) return original.apply(self, args);
    return follow(() => original.apply(self, args), {
      ended: ({ failed, value }) => {
        if (!failed) learnHeaders(value);
      },
    });
  });
}

function learnHeaders(headers: unknown): void {
  if (!isObject(headers)) return;
  const { redactor } = settings();
  for (const [name, value] of Object.entries(headers)) {
    if (typeof value === 'string' && redactor.isSecretKey(name, 'headers')) redactor.learn(value.replace(SCHEME, ''));
  }
}
