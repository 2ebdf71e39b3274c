import fc from 'fast-check';
import type { AnyEvent, EventType } from '../../contract/events.js';
import { EVENT_TYPES } from '../../contract/events.js';
import { sequenced, type UnplacedEvent } from './envelope.js';
import {
  best,
  byRole,
  candidate,
  dataset,
  decision,
  error,
  identity,
  index,
  json,
  nullable,
  number,
  numbers,
  object,
  program,
  record,
  result,
  status,
  text,
  texts,
  trace,
} from './values.js';

function artifact(content: fc.Arbitrary<unknown>, encoding: fc.Arbitrary<string>): fc.Arbitrary<unknown> {
  return record({ kind: fc.constant('artifact'), path: text, content, encoding });
}

/** Data of every type of event. A type without an entry does not compile. */
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
    artifact(text, fc.constantFrom('utf8', 'base64')),
    artifact(json, fc.constant('json')),
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

/** Makes one event of a type in one of the runs. {@link sequenced} sets its position. */
export function eventOf(type: EventType, runIds: readonly string[]): fc.Arbitrary<UnplacedEvent> {
  return fc.record({
    type: fc.constant(type),
    data: DATA[type],
    runId: fc.constantFrom(...runIds),
    place: place as fc.Arbitrary<object>,
  });
}

/** Makes up to 25 events of any type, in any order. */
export function anyEvents(runIds: readonly string[]): fc.Arbitrary<readonly AnyEvent[]> {
  const any = fc.constantFrom(...EVENT_TYPES).chain((type) => eventOf(type, runIds));
  return fc.array(any, { minLength: 1, maxLength: 25 }).map(sequenced);
}
