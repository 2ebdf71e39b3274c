import type { Json } from '../../contract/events.js';
import { settings } from '../../support/settings.js';
import { snapshot } from '../../support/snapshot/snapshot.js';
import { cutBinary } from './content.js';

/** Stands for an answer of a model where outputs are not captured. */
export const NOT_CAPTURED = '[not captured]';

/**
 * The value as it is at this moment, with binary parts cut. Secrets are taken out when the trace is recorded: one that
 * only becomes known meanwhile is found too.
 */
export function keepContent(value: unknown): Json {
  return cutBinary(snapshot(value));
}

/** What a span was called with; `null` where inputs are not captured. */
export function keepInputs(copy: () => unknown): Json {
  return settings().capture.inputs ? (copy() as Json) : null;
}

/** What a span gave, as a copy or to be copied; `null` where outputs are not captured. */
export function keepOutputs(copy: unknown, outputs: unknown): Json {
  if (!settings().capture.outputs) return null;
  if (copy !== undefined) return copy as Json;
  return outputs === undefined ? null : keepContent(outputs);
}
