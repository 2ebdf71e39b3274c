import type { Envelope } from '../events.js';
import { type Check, check, list, object, optional } from './checks.js';
import { count, fileName, jsonObject, text, time } from './scalars.js';

const version: Check<number> = check(
  'a whole number from 1',
  (value) => Number.isSafeInteger(value) && (value as number) >= 1,
  () => 1,
);

/** A check for each member of an event's envelope. It does not look into the data. */
export const ENVELOPE: Check<object> = object<Omit<Envelope, 'data'> & { readonly data: object }>({
  v: version,
  seq: count,
  time,
  writer: fileName(),
  runId: fileName(),
  compileId: optional(text),
  evalId: optional(text),
  trialId: optional(text),
  candidateId: optional(text),
  parentRunId: optional(fileName()),
  type: text as Check<never>,
  data: jsonObject,
  derived: optional(list(text)),
});
