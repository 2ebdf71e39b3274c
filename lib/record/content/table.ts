import type {
  CandidateDecision,
  EndData,
  EvaluationResult,
  EventData,
  EventType,
  FrontMember,
  TrialIdentity,
} from '../../contract/events.js';
import { reduceBest, reduceCandidate, reduceDataset } from './candidates.js';
import {
  ALL,
  type Apply,
  applying,
  BOTH,
  type Context,
  each,
  INPUTS,
  isCaptured,
  KEPT,
  OUTPUTS,
  orNothing,
  orNull,
  type Reduce,
  type Rules,
} from './rules.js';
import { TRACE } from './traces.js';
import { errorOnly, nameOnly, numbersOnly, reduceCheck, reduceLM, settingsOnly } from './values.js';

const END: Rules<EndData> = { status: KEPT, error: errorOnly, durationMs: KEPT };

const TRIAL: Rules<TrialIdentity> = {
  index: KEPT,
  key: KEPT,
  step: KEPT,
  name: KEPT,
  scope: KEPT,
  phase: KEPT,
  n: KEPT,
  of: KEPT,
  candidate: reduceCandidate,
};

const RESULT: Rules<EvaluationResult> = {
  status: KEPT,
  score: KEPT,
  scores: numbersOnly,
  reportedScore: KEPT,
  exampleScores: KEPT,
  errors: KEPT,
  tokens: KEPT,
  durationMs: KEPT,
  error: errorOnly,
};

/** A reason that we inferred names numbers only. One that the optimizer gave may quote. */
const reasonOnly: Reduce<string> = (reason, { capture, derived }) =>
  isCaptured(ALL, capture) || derived.includes('reason') ? reason : '';

const DECISION: Rules<CandidateDecision> = { candidateId: KEPT, reason: reasonOnly, trialId: KEPT };

const reduceMember = applying<FrontMember>({ candidateId: KEPT, scores: numbersOnly });

/**
 * Says for each field of each event whether it is content, and of which kind. A new event, or a new field, does not
 * compile until it is listed. docs/privacy.md has the same table for users.
 */
const TABLE: { readonly [T in EventType]: Rules<EventData[T]> | typeof KEPT } = {
  // `tags` and `params` are what the user passed to `startRun`.
  onRunStart: { name: KEPT, kind: KEPT, tags: KEPT, params: KEPT, externalRunId: KEPT, source: KEPT },
  onRunEnd: END,
  onCompileStart: {
    index: KEPT,
    optimizer: KEPT,
    method: KEPT,
    parentCompileId: KEPT,
    hyperparameters: settingsOnly,
    options: settingsOnly,
    lms: each(reduceLM),
    trainset: reduceDataset,
    valset: reduceDataset,
    seed: reduceCandidate,
    metric: KEPT,
  },
  onCompileEnd: {
    ...END,
    trials: KEPT,
    best: reduceBest,
    reportedScore: KEPT,
    tokens: KEPT,
    result: settingsOnly,
  },
  onEvalStart: {
    name: KEPT,
    evaluator: KEPT,
    hyperparameters: settingsOnly,
    options: settingsOnly,
    lms: each(reduceLM),
    devset: reduceDataset,
    candidate: reduceCandidate,
    metric: KEPT,
    index: KEPT,
    key: KEPT,
    step: KEPT,
  },
  onEvalEnd: { ...RESULT, name: KEPT, key: KEPT, step: KEPT, n: KEPT },
  onTrialStart: TRIAL,
  onTrialEnd: { ...TRIAL, ...RESULT },
  onExampleEnd: {
    index: KEPT,
    exampleId: KEPT,
    example: orNull(INPUTS),
    prediction: orNull(OUTPUTS),
    score: KEPT,
    scores: numbersOnly,
    feedback: orNothing(BOTH),
    error: errorOnly,
    durationMs: KEPT,
    traceId: nameOnly,
  },
  onCandidateProposed: { candidate: reduceCandidate, by: KEPT, changed: KEPT, evidence: orNull(ALL) },
  onCandidateAccepted: DECISION,
  onCandidateRejected: DECISION,
  onBestChanged: KEPT,
  onParetoChanged: { front: each(reduceMember) },
  onCertificate: { candidateId: KEPT, trialId: KEPT, verdict: KEPT, checks: each(reduceCheck) },
  onTraceEnd: TRACE,
  onLMCall: {
    role: KEPT,
    operation: KEPT,
    provider: KEPT,
    model: KEPT,
    tokens: KEPT,
    cost: KEPT,
    cached: KEPT,
    durationMs: KEPT,
    error: errorOnly,
  },
  // What the user logs is recorded as it is.
  onLog: KEPT,
  onProgress: { name: KEPT, done: KEPT, total: KEPT, data: settingsOnly as Reduce<EventData['onProgress']['data']> },
  // A warning also goes to the process's warning channel, so its quotes are removed before it is recorded.
  onWarning: KEPT,
};

const reducers = Object.fromEntries(
  Object.entries(TABLE).map(([type, rules]) => [type, rules === KEPT ? null : applying(rules as Rules<object>)]),
) as { readonly [T in EventType]: Apply<object> | null };

/** Returns the data of an event without content that is not captured. Returns the data itself if nothing is removed. */
export function withoutUncaptured(type: EventType, data: object, context: Context): object {
  return reducers[type]?.(data, context) ?? data;
}
