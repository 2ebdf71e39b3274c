import fc from 'fast-check';
import type { AnyEvent, EventData, EventType, Json, JsonObject } from '../../lib/contract/events.js';
import { EVENT_TYPES } from '../../lib/contract/events.js';

/** Any event: every type, every optional field there or not, text and numbers of the kinds that break writers. */

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

const text = fc.oneof(fc.constantFrom(...NASTY), fc.string({ unit: 'grapheme', maxLength: 12 }), fc.constant('plain'));

/** JSON has no NaN: the snapshot writes such a number as text, so a field that is a number may hold that text. */
const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer({ min: 0, max: 50 }),
  fc.constantFrom('NaN', 'Infinity').map((value) => value as unknown as number),
);
const index = fc.nat({ max: 1_200 });
const json = fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>;
const object = fc.dictionary(text, json, { maxKeys: 4 }) as fc.Arbitrary<JsonObject>;
const texts = fc.dictionary(text, text, { maxKeys: 3 });
const numbers = fc.dictionary(text, number, { maxKeys: 3 });
const nullable = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary, { nil: null });
const status = fc.constantFrom('finished', 'failed', 'cancelled');

/** A record whose optional fields may be missing. */
function record(required: Record<string, fc.Arbitrary<unknown>>, optional: Record<string, fc.Arbitrary<unknown>> = {}) {
  return fc.record({ ...required, ...optional }, { requiredKeys: Object.keys(required) });
}

const error = record({ name: text, message: text }, { code: text, stack: text });
const candidate = record(
  {
    id: fc.oneof(fc.constantFrom('c1', 'c2'), text),
    texts,
    demos: fc.array(json, { maxLength: 2 }),
    parents: fc.array(text, { maxLength: 2 }),
  },
  { modelConfig: object, state: json },
);
const dataset = record(
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
const byRole = record({}, { task: tokens, reflection: tokens, judge: tokens });
const lms = fc.array(record({ name: text, provider: text, model: text, settings: object }), { maxLength: 2 });
const best = record({
  candidate,
  score: nullable(number),
  format: fc.constantFrom('state', 'demos', 'ax-optimized-program', 'new-format'),
  program: json,
});
const identity = {
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
const result = {
  status,
  score: nullable(number),
  exampleScores: fc.array(nullable(number), { maxLength: 3 }),
  errors: index,
  tokens: byRole,
  durationMs: number,
};
const decision = record({
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
    startTime: number,
    durationMs: number,
    status,
    inputs: json,
    outputs: json,
    attributes: object,
    events: fc.array(record({ name: text, time: number, attributes: object }), { maxLength: 2 }),
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
const trace = record(
  {
    traceId: fc.constantFrom('0000000000000000000000000000000a', '0000000000000000000000000000000b'),
    name: text,
    role,
    status,
    startTime: number,
    durationMs: number,
    tokens,
    spans: fc.array(span, { maxLength: 3 }),
    dropped: index,
  },
  { parentSpanId: spanId },
);
const program = { hyperparameters: object, options: object, lms, metric: nullable(text) };

const DATA: { readonly [T in EventType]: fc.Arbitrary<unknown> } = {
  onRunStart: record(
    {
      name: text,
      kind: fc.constantFrom('compile', 'eval', 'user', 'predictions'),
      tags: texts,
      params: object,
      source: object,
    },
    { externalRunId: text },
  ),
  onRunEnd: record({ status, durationMs: number }, { error }),
  onCompileStart: record(
    {
      index: fc.nat({ max: 3 }),
      optimizer: text,
      method: text,
      trainset: nullable(dataset),
      valset: nullable(dataset),
      seed: nullable(candidate),
      ...program,
    },
    { parentCompileId: fc.constantFrom('k0', 'k1') },
  ),
  onCompileEnd: record(
    {
      status,
      durationMs: number,
      trials: index,
      best: nullable(best),
      reportedScore: nullable(number),
      tokens: byRole,
      result: object,
    },
    { error },
  ),
  onEvalStart: record({
    name: text,
    evaluator: text,
    devset: nullable(dataset),
    candidate: nullable(candidate),
    index,
    key: text,
    step: index,
    ...program,
  }),
  onEvalEnd: record({ name: text, key: text, step: index, n: index, ...result }, { error, scores: numbers }),
  onTrialStart: record(identity),
  onTrialEnd: record({ ...identity, ...result }, { error, scores: numbers }),
  onExampleEnd: record(
    { index, exampleId: text, example: json, prediction: json, score: nullable(number), durationMs: nullable(number) },
    { scores: numbers, feedback: text, error, traceId: text },
  ),
  onCandidateProposed: record({ candidate, by: text, changed: fc.array(text, { maxLength: 2 }), evidence: json }),
  onCandidateAccepted: decision,
  onCandidateRejected: decision,
  onBestChanged: record({
    candidateId: text,
    trialId: nullable(text),
    key: text,
    step: nullable(index),
    score: number,
    previous: nullable(number),
  }),
  onCertificate: record({
    candidateId: nullable(text),
    trialId: nullable(text),
    verdict: fc.constantFrom('certified', 'failed', 'incomplete'),
    checks: fc.array(
      record({
        name: fc.constantFrom('returned', 'serialized', 'loaded', 'rendered'),
        passed: nullable(fc.boolean()),
        detail: text,
      }),
      { maxLength: 4 },
    ),
  }),
  onParetoChanged: record({ front: fc.array(record({ candidateId: text, scores: numbers }), { maxLength: 3 }) }),
  onTraceEnd: trace,
  onLMCall: record(
    {
      role: fc.constantFrom('task', 'reflection'),
      operation: text,
      provider: text,
      model: text,
      tokens: nullable(record({ prompt: number, completion: number, total: number })),
      cost: nullable(number),
      cached: fc.boolean(),
      durationMs: nullable(number),
    },
    { error },
  ),
  onLog: fc.oneof(
    record({ kind: fc.constant('metric'), key: text, value: number, step: nullable(index) }),
    record({ kind: fc.constant('param'), key: text, value: json }),
    record({ kind: fc.constant('tag'), key: text, value: text }),
    record({
      kind: fc.constant('artifact'),
      path: text,
      content: json,
      encoding: fc.constantFrom('utf8', 'base64', 'json'),
    }),
    record({ kind: fc.constant('message'), message: text, data: json }),
  ),
  onProgress: record({ name: text, done: nullable(number), total: nullable(number), data: json }),
  onWarning: record({ code: text, message: text, count: index, data: json }, { sink: text }),
};

const place = record(
  {},
  {
    compileId: fc.constantFrom('k0', 'k1'),
    evalId: fc.constantFrom('e0', 'e1'),
    trialId: fc.constantFrom('t0', 't1', 't2'),
    candidateId: fc.constantFrom('c1', 'c2'),
    parentRunId: fc.constant('outer'),
  },
);

type Loose = { readonly type: EventType; readonly data: unknown; readonly runId: string; readonly place: object };

/** One event of the given type in one of the runs; its position is set by {@link sequenced}. */
export function eventOf(type: EventType, runIds: readonly string[]): fc.Arbitrary<Loose> {
  return fc.record({
    type: fc.constant(type),
    data: DATA[type],
    runId: fc.constantFrom(...runIds),
    place: place as fc.Arbitrary<object>,
  });
}

/** Any events in any order. */
export function anyEvents(runIds: readonly string[]): fc.Arbitrary<readonly AnyEvent[]> {
  const any = fc.constantFrom(...EVENT_TYPES).chain((type) => eventOf(type, runIds));
  return fc.array(any, { minLength: 1, maxLength: 25 }).map(sequenced);
}

/** Makes envelopes: JSON-safe, deep-frozen, with positions and times that grow as a writer's do. */
export function sequenced(events: readonly Loose[]): readonly AnyEvent[] {
  return events.map(({ type, data, runId, place }, at) =>
    envelope(type, data as EventData[EventType], { runId, seq: at, ...place }),
  );
}

/** One frozen envelope. Time grows by 100 ms with `seq`. */
export function envelope<T extends EventType>(
  type: T,
  data: EventData[T],
  place: { readonly runId: string; readonly seq: number; readonly [name: string]: unknown },
): AnyEvent {
  const time = 1_795_000_000_000 + place.seq * 100;
  const event = { v: 1, time, writer: 'w1', ...place, type, data, derived: [] };
  return freeze(JSON.parse(JSON.stringify(event))) as AnyEvent;
}

function freeze<T>(value: T): T {
  if (value !== null && typeof value === 'object' && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const member of Object.values(value)) freeze(member);
  }
  return value;
}
