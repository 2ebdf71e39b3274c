import type { EventData, EventType } from '../contract/events.js';
import type { SpanData, TraceData } from '../contract/traces.js';
import type { CandidateData } from '../contract/values.js';
import type { Places } from '../support/snapshot/places.js';

/** Names of all fields, also of those that only one member of a union has. */
type FieldsOf<T> = T extends unknown ? keyof T : never;

/** A place for each field: a field without one does not compile. */
type PlacesOf<T> = { readonly [F in FieldsOf<T>]: Places };

/** A candidate's model settings are settings; its texts, demos and state are the user's. */
const CANDIDATE: PlacesOf<CandidateData> = {
  id: 'data',
  texts: 'data',
  demos: 'data',
  modelConfig: 'settings',
  state: 'data',
  parents: 'data',
  withheld: 'data',
};

const BEST: Places = { candidate: CANDIDATE as Places };

const END = { status: 'data', error: 'data', durationMs: 'data' } as const;

const RESULT = {
  ...END,
  score: 'data',
  scores: 'data',
  reportedScore: 'data',
  exampleScores: 'data',
  errors: 'data',
  tokens: 'data',
} as const;

const TRIAL = {
  index: 'data',
  key: 'data',
  step: 'data',
  name: 'data',
  scope: 'data',
  phase: 'data',
  n: 'data',
  of: 'data',
  candidate: CANDIDATE,
} as const;

const DECISION = { candidateId: 'data', reason: 'data', trialId: 'data' } as const;

const SPAN: PlacesOf<SpanData> = {
  spanId: 'own',
  parentId: 'own',
  name: 'data',
  type: 'own',
  startTime: 'data',
  durationMs: 'data',
  status: 'own',
  inputs: 'data',
  outputs: 'data',
  error: 'data',
  lm: 'data',
  // ax's own facts are data. Everything else is what OpenTelemetry calls attributes: settings and headers of calls.
  attributes: { '*': 'settings', signature: 'data', programId: 'data', demos: 'data', description: 'data' },
  events: 'data',
};

/** The arguments of a tool are data, except for its credentials. */
const TOOL_SPAN: PlacesOf<SpanData> = { ...SPAN, inputs: 'tool' };

function spanPlaces(span: object): Places {
  const isTool = (span as Partial<SpanData>).type === 'TOOL';
  return (isTool ? TOOL_SPAN : SPAN) as Places;
}

const TRACE: PlacesOf<TraceData> = {
  traceId: 'own',
  parentSpanId: 'own',
  name: 'data',
  role: 'own',
  status: 'own',
  startTime: 'data',
  durationMs: 'data',
  tokens: 'data',
  spans: spanPlaces,
  dropped: 'data',
};

/**
 * The place of each field of each event. Names such as `password` make a value secret in settings; in data, where a user's
 * signature may have a field of that name, they do not. Texts are redacted in all places.
 */
export const EVENT_PLACES: { readonly [T in EventType]: PlacesOf<EventData[T]> } = {
  onRunStart: {
    name: 'data',
    kind: 'data',
    tags: 'settings',
    params: 'settings',
    externalRunId: 'data',
    source: 'settings',
  },
  onRunEnd: END,
  onCompileStart: {
    index: 'data',
    optimizer: 'data',
    method: 'data',
    parentCompileId: 'data',
    hyperparameters: 'settings',
    options: 'settings',
    lms: 'settings',
    trainset: 'data',
    valset: 'data',
    seed: CANDIDATE,
    metric: 'data',
  },
  onCompileEnd: { ...END, trials: 'data', best: BEST, reportedScore: 'data', tokens: 'data', result: 'settings' },
  onEvalStart: {
    name: 'data',
    evaluator: 'data',
    hyperparameters: 'settings',
    options: 'settings',
    lms: 'settings',
    devset: 'data',
    candidate: CANDIDATE,
    metric: 'data',
    index: 'data',
    key: 'data',
    step: 'data',
  },
  onEvalEnd: { ...RESULT, name: 'data', key: 'data', step: 'data', n: 'data' },
  onTrialStart: TRIAL,
  onTrialEnd: { ...TRIAL, ...RESULT },
  onExampleEnd: {
    index: 'data',
    exampleId: 'data',
    example: 'data',
    prediction: 'data',
    score: 'data',
    scores: 'data',
    feedback: 'data',
    error: 'data',
    durationMs: 'data',
    traceId: 'data',
  },
  onCandidateProposed: { candidate: CANDIDATE, by: 'data', changed: 'data', evidence: 'data' },
  onCandidateAccepted: DECISION,
  onCandidateRejected: DECISION,
  onBestChanged: {
    candidateId: 'data',
    trialId: 'data',
    key: 'data',
    step: 'data',
    score: 'data',
    previous: 'data',
  },
  onParetoChanged: { front: 'data' },
  onCertificate: { candidateId: 'data', trialId: 'data', verdict: 'data', checks: 'data' },
  onTraceEnd: TRACE,
  onLMCall: {
    role: 'data',
    operation: 'data',
    provider: 'data',
    model: 'data',
    tokens: 'data',
    cost: 'data',
    cached: 'data',
    durationMs: 'data',
    error: 'data',
  },
  onLog: {
    kind: 'data',
    key: 'data',
    // The name of a param or tag is in `key`, so the tracker hides its value before. Here, the members of an object.
    value: 'settings',
    step: 'data',
    path: 'data',
    content: 'data',
    encoding: 'data',
    message: 'data',
    data: 'data',
  },
  onProgress: { name: 'data', done: 'data', total: 'data', data: 'data' },
  onWarning: { code: 'data', message: 'data', sink: 'data', count: 'data', data: 'settings' },
};
