import type { Json } from '../events.js';
import { capturedInput, capturedOutput } from '../settings.js';
import { snapshot } from '../snapshot.js';
import { cutBinary } from './binary.js';

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
export function keepInputs(value: unknown): Json {
  return capturedInput(value) === null ? null : keepContent(value);
}

/** What a span gave; `null` where outputs are not captured. */
export function keepOutputs(value: unknown): Json {
  return capturedOutput(value) === null ? null : keepContent(value);
}
