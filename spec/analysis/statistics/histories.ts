import type {
  CandidateHistory,
  CompileHistory,
  EvaluationHistory,
  ExampleHistory,
  RunHistory,
  TrialHistory,
} from '../../../lib/analysis/history/types.js';
import type { CandidateData } from '../../../lib/contract/events.js';

/** Scores by example id. */
export type Scores = Readonly<Record<string, number | null>>;

const NO_EVALUATION = {
  status: 'finished',
  score: null,
  errors: 0,
  tokens: {},
  startTime: 0,
  endTime: 0,
  durationMs: 0,
  error: null,
  exampleScores: [],
  spent: { calls: 0, tokens: 0, cost: null },
} as const;

export function examplesOf(scores: Scores): readonly ExampleHistory[] {
  return Object.entries(scores).map(([exampleId, score], index) => ({
    index,
    exampleId,
    example: { id: exampleId },
    prediction: null,
    score,
    scores: null,
    feedback: null,
    error: null,
    durationMs: null,
    traceId: null,
  }));
}

/** The same score for `count` examples from number `from` on. */
export function scores(count: number, score: number | ((i: number) => number), from = 0): Scores {
  return Object.fromEntries(
    Array.from({ length: count }, (_, i) => [`x${from + i}`, typeof score === 'number' ? score : score(i)]),
  );
}

export function candidate(id: string, parents: readonly string[] = []): CandidateData {
  return { id, texts: { 'root::instruction': id }, demos: [], parents };
}

/** A trial of candidate `candidateId`; trials end in the order of their index. */
export function trial(
  index: number,
  candidateId: string,
  scope: TrialHistory['scope'],
  results: Scores,
  about: Partial<TrialHistory> = {},
): TrialHistory {
  return {
    ...NO_EVALUATION,
    trialId: `t${index}`,
    compileId: 'c0',
    candidateId,
    index,
    key: scope,
    step: index,
    name: `eval_${scope}_${index}`,
    scope,
    phase: null,
    n: Object.keys(results).length,
    of: null,
    endTime: index,
    examples: examplesOf(results),
    isBest: false,
    decision: null,
    ...about,
  };
}

export function evaluation(
  evalId: string,
  of: CandidateData | null,
  results: Scores,
  digest = 'other',
): EvaluationHistory {
  return {
    ...NO_EVALUATION,
    evalId,
    index: 0,
    name: 'eval',
    key: 'eval',
    step: 0,
    evaluator: 'Evaluate',
    n: Object.keys(results).length,
    hyperparameters: {},
    options: {},
    lms: [],
    devset: { size: 1, digest, fields: [], examples: null },
    candidate: of,
    metric: null,
    examples: examplesOf(results),
  };
}

/** A decision of the search on a candidate with these parents. */
export function decided(
  id: string,
  parents: readonly string[],
  accepted: boolean,
  trialId: string | null,
  time = 0,
): CandidateHistory {
  const decision = { accepted, reason: '', trialId, time, derived: false };
  return { candidate: candidate(id, parents), by: null, changed: [], evidence: null, time, trialIds: [], decision };
}

export function compile(about: Partial<CompileHistory> = {}): CompileHistory {
  return {
    compileId: 'c0',
    index: 0,
    parentCompileId: null,
    optimizer: 'GEPA',
    method: 'compile',
    hyperparameters: {},
    options: {},
    lms: [],
    trainset: null,
    valset: { size: 1, digest: 'valset', fields: [], examples: null },
    metric: null,
    status: 'finished',
    error: null,
    startTime: 0,
    endTime: 1,
    seed: candidate('seed'),
    candidates: [],
    bests: [],
    pareto: [],
    best: null,
    reportedScore: null,
    result: {},
    certificate: null,
    tokens: {},
    ...about,
  };
}

export function run(about: Partial<RunHistory>): RunHistory {
  return {
    runId: 'r',
    runDir: 'r',
    name: 'r',
    kind: 'compile',
    status: 'finished',
    startTime: 0,
    endTime: 1,
    lastTime: 1,
    parentRunId: null,
    tags: {},
    params: {},
    source: {},
    error: null,
    compiles: [],
    trials: [],
    evaluations: [],
    tokens: {},
    logs: [],
    warnings: [],
    problems: [],
    traces: new Map(),
    ...about,
  };
}
