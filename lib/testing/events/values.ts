import fc from 'fast-check';
import type { Json, JsonObject } from '../../contract/events.js';
import { MAX_TIME } from '../../contract/schema/scalars.js';

/** Arbitrary values for events: with and without optional fields, with texts and numbers that often break writers. */

const NASTY = [
  '',
  ' ',
  'NaN',
  '\u001b[2J\u001b[1;1Hgone',
  '\u009b31mred',
  'line\r\nbreak\ttab',
  '../../etc/passwd',
  '=HYPERLINK("x")',
  '"quoted", comma',
  'ключ/値/🧮',
  'e\u0301 \u202egnirts\u202c',
  '__proto__',
  'constructor',
  '\u0000',
  'CON',
  'x'.repeat(3_000),
];

/** A text: plain, random, or one that often breaks writers. */
export const text = fc.oneof(
  fc.constantFrom(...NASTY),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.constant('plain'),
);

/** A number, or the text `NaN` or `Infinity`: JSON has no such numbers, so snapshots record them as text. */
export const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer({ min: 0, max: 50 }),
  fc.constantFrom('NaN', 'Infinity').map((value) => value as unknown as number),
);
/** A time that a `Date` can hold, in milliseconds since the Unix epoch. */
export const time = fc.oneof(
  fc.double({ min: 0, max: MAX_TIME, noNaN: true }),
  fc.double({ min: 1_700_000_000_000, max: 1_900_000_000_000, noNaN: true }),
);
/** A position or count. */
export const index = fc.nat({ max: 1_200 });
/** Any JSON value. */
export const json = fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>;
/** An object of JSON values. */
export const object = fc.dictionary(text, json, { maxKeys: 4 }) as fc.Arbitrary<JsonObject>;
/** An object of texts. */
export const texts = fc.dictionary(text, text, { maxKeys: 3 });
/** An object of numbers. */
export const numbers = fc.dictionary(text, number, { maxKeys: 3 });
/** The value, or null. */
export const nullable = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary, { nil: null });
/** How something ended. */
export const status = fc.constantFrom('finished', 'failed', 'cancelled');

/** Makes a record whose optional fields may be missing. */
export function record(
  required: Record<string, fc.Arbitrary<unknown>>,
  optional: Record<string, fc.Arbitrary<unknown>> = {},
) {
  return fc.record({ ...required, ...optional }, { requiredKeys: Object.keys(required) });
}

/** An error. */
export const error = record({ name: text, message: text }, { code: text, stack: text });
/** A candidate. */
export const candidate = record(
  {
    id: fc.oneof(fc.constantFrom('c1', 'c2'), text),
    texts,
    demos: fc.array(json, { maxLength: 2 }),
    parents: fc.array(text, { maxLength: 2 }),
  },
  { modelConfig: object, state: json, withheld: fc.subarray(['texts', 'demos', 'modelConfig', 'state']) },
);
/** A dataset, with or without its examples. */
export const dataset = record(
  {
    size: index,
    digest: text,
    fields: fc.array(text, { maxLength: 2 }),
    examples: nullable(fc.array(json, { maxLength: 3 })),
  },
  { name: text },
);
const tokens = record(
  { calls: number, prompt: number, completion: number, total: number },
  { cached: number, reasoning: number, cost: number },
);
/** Tokens by role. */
export const byRole = record({}, { task: tokens, reflection: tokens, judge: tokens });
/** Settings of language models. */
const lms = fc.array(record({ name: text, provider: text, model: text, settings: object }), { maxLength: 2 });
/** A best program. */
export const best = record({
  candidate,
  score: nullable(number),
  format: fc.constantFrom('state', 'demos', 'ax-optimized-program', 'new-format'),
  program: json,
});
/** The required fields of a trial's identity. */
export const identity = {
  index,
  key: nullable(fc.oneof(fc.constantFrom('full', 'minibatch'), text)),
  step: nullable(index),
  name: nullable(text),
  scope: nullable(fc.constantFrom('full', 'minibatch', 'holdout')),
  phase: nullable(text),
  n: nullable(index),
  of: nullable(index),
  candidate: nullable(candidate),
};
/** The required fields of an evaluation's result. */
export const result = {
  status,
  score: nullable(number),
  exampleScores: fc.array(nullable(number), { maxLength: 3 }),
  errors: index,
  tokens: byRole,
  durationMs: number,
};
/** The acceptance or rejection of a candidate. */
export const decision = record({
  candidateId: fc.oneof(fc.constantFrom('c1', 'c2'), text),
  reason: text,
  trialId: nullable(text),
});
const role = fc.constantFrom('task', 'reflection', 'judge');
const counts = record({ prompt: number, completion: number, total: number });
const spanId = fc.constantFrom('00000000000000a1', '00000000000000a2', '00000000000000a3');
const span = record(
  {
    spanId,
    parentId: nullable(spanId),
    name: text,
    type: fc.constantFrom('CHAIN', 'AGENT', 'LLM', 'CHAT_MODEL', 'EMBEDDING', 'TOOL', 'PARSER', 'RETRIEVER'),
    startTime: time,
    durationMs: number,
    status,
    inputs: json,
    outputs: json,
    attributes: object,
    events: fc.array(record({ name: text, time, attributes: object }), { maxLength: 2 }),
  },
  {
    error,
    lm: record(
      {
        role,
        operation: text,
        provider: text,
        model: text,
        tokens: nullable(counts),
        cost: nullable(number),
        cached: fc.boolean(),
        streaming: fc.boolean(),
        finishReasons: fc.array(text, { maxLength: 2 }),
      },
      { responseId: text },
    ),
  },
);
/** A trace with up to three spans. */
export const trace = record(
  {
    traceId: fc.constantFrom('0000000000000000000000000000000a', '0000000000000000000000000000000b'),
    name: text,
    role,
    status,
    startTime: time,
    durationMs: number,
    tokens,
    spans: fc.array(span, { maxLength: 3 }),
    dropped: index,
  },
  { parentSpanId: spanId },
);
/** The fields that compile starts and evaluation starts share. */
export const program = { hyperparameters: object, options: object, lms, metric: nullable(text) };
