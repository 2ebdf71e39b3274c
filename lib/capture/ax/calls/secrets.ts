import { settings } from '../../../support/settings.js';
import { tracker } from '../../../track/tracker.js';
import { observe } from '../../promises.js';
import { safely } from '../../safely.js';
import { isBag, ownerOf } from '../access/objects.js';
import { patchMethod } from '../access/patch.js';
import { secretsOf } from './lm-settings.js';

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
  if (!isBag(headers)) return;
  const { redactor } = settings();
  for (const [name, value] of Object.entries(headers)) {
    if (typeof value === 'string' && redactor.isSecretKey(name)) redactor.learn(value.replace(SCHEME, ''));
  }
}
