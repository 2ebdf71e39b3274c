/** Checks of the data of each type of event. */
import type { EventData, EventType } from '../events.js';
import { type Check, list, nullable, object, optional } from './checks.js';
import { logData } from './log-data.js';
import { count, json, jsonObject, number, position, text } from './scalars.js';
import { modelCall, trace } from './traces.js';
import {
  bestProgram,
  candidate,
  certificate,
  dataset,
  decision,
  end,
  error,
  frontMember,
  languageModel,
  numbers,
  result,
  runKind,
  texts,
  tokensByRole,
  trialIdentity,
} from './values.js';

/** Members that the starts of compiles and of evaluations share. */
const settings = {
  hyperparameters: jsonObject,
  options: jsonObject,
  lms: list(languageModel),
  metric: nullable(text),
};

/** A check for each type of event. A type or a member of its data that has none does not compile. */
export const EVENT_CHECKS: { readonly [T in EventType]: Check<EventData[T]> } = {
  onRunStart: object<EventData['onRunStart']>({
    name: text,
    kind: runKind,
    tags: texts,
    params: jsonObject,
    externalRunId: optional(text),
    source: jsonObject,
  }),
  onRunEnd: object<EventData['onRunEnd']>(end),
  onCompileStart: object<EventData['onCompileStart']>({
    ...settings,
    index: position,
    optimizer: text,
    method: text,
    parentCompileId: optional(text),
    trainset: nullable(dataset),
    valset: nullable(dataset),
    seed: nullable(candidate),
  }),
  onCompileEnd: object<EventData['onCompileEnd']>({
    ...end,
    trials: position,
    best: nullable(bestProgram),
    reportedScore: nullable(number),
    tokens: tokensByRole,
    result: jsonObject,
  }),
  onEvalStart: object<EventData['onEvalStart']>({
    ...settings,
    name: text,
    evaluator: text,
    devset: nullable(dataset),
    candidate: nullable(candidate),
    index: position,
    key: text,
    step: position,
  }),
  onEvalEnd: object<EventData['onEvalEnd']>({ ...result, name: text, key: text, step: position, n: position }),
  onTrialStart: object<EventData['onTrialStart']>(trialIdentity),
  onTrialEnd: object<EventData['onTrialEnd']>({ ...trialIdentity, ...result }),
  onExampleEnd: object<EventData['onExampleEnd']>({
    index: position,
    exampleId: text,
    example: json,
    prediction: json,
    score: nullable(number),
    scores: optional(numbers),
    feedback: optional(text),
    error: optional(error),
    durationMs: nullable(number),
    traceId: optional(text),
  }),
  onCandidateProposed: object<EventData['onCandidateProposed']>({
    candidate,
    by: text,
    changed: list(text),
    evidence: json,
  }),
  onCandidateAccepted: decision,
  onCandidateRejected: decision,
  onBestChanged: object<EventData['onBestChanged']>({
    candidateId: text,
    trialId: nullable(text),
    key: text,
    step: nullable(position),
    score: number,
    previous: nullable(number),
  }),
  onParetoChanged: object<EventData['onParetoChanged']>({ front: list(frontMember) }),
  onCertificate: certificate,
  onTraceEnd: trace,
  onLMCall: object<EventData['onLMCall']>({ ...modelCall, durationMs: nullable(number), error: optional(error) }),
  onLog: logData,
  onProgress: object<EventData['onProgress']>({
    name: text,
    done: nullable(number),
    total: nullable(number),
    data: json,
  }),
  onWarning: object<EventData['onWarning']>({
    code: text,
    message: text,
    sink: optional(text),
    count,
    data: json,
  }),
};

const BY_TYPE: ReadonlyMap<string, Check<unknown>> = new Map(Object.entries(EVENT_CHECKS));

/** Returns the check of an event's data; `null` for a type that is not known: a newer minor version wrote it. */
export function checkOfData(type: string): Check<unknown> | null {
  return BY_TYPE.get(type) ?? null;
}
