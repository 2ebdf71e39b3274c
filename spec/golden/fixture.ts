import type { AnyEvent, CandidateData, EventData, EventType, Json, Scope } from 'ax-autolog';
import { envelope } from '../contract/arbitrary.js';
import { reflectionTrace, trace } from './traces.js';

/** Run whose journal and readable files are checked in. */
export const RUN_ID = '20261123-214640-arithmetic-5d0c1e';

const COMPILE = 'c0.w1';
const KEY = 'root::instruction';
const EXAMPLES = [
  { question: 'Was ist 3 + 4? 🧮', answer: '7' },
  { question: 'A pot costs $12, "half off"; how much?\nGive a number.', answer: '6' },
  { question: '値段は -5 ですか', answer: '-5' },
  { question: '=SUM(1,2)', answer: '3' },
];

/** The journal of a GEPA compile with four trials, then an evaluation, as one process tells it. Each event 100 ms later. */
export function fixture(): readonly AnyEvent[] {
  const events: AnyEvent[] = [];
  const add: Add = (type, data, place = {}) => {
    events.push(envelope(type, data, { runId: RUN_ID, seq: events.length, ...place }));
  };
  start(add);
  search(add);
  end(add);
  evaluation(add);
  add('onRunEnd', { status: 'finished', durationMs: 5_600 });
  return events;
}

type Add = <T extends EventType>(type: T, data: EventData[T], place?: object) => void;

const SEED = candidate('5eed000000000000', 'Answer the question.', []);
const STEPS = candidate('57e9000000000000', 'Think step by step.\nThen answer with `one number`.', [SEED.id]);
const SHORT = candidate('5401000000000000', 'Be short.', [STEPS.id]);

function candidate(id: string, text: string, parents: readonly string[]): CandidateData {
  return { id, texts: { [KEY]: text }, demos: [], parents };
}

function dataset(examples: readonly Json[]): EventData['onCompileStart']['trainset'] {
  return {
    size: examples.length,
    digest: '0123456789abcdef0123456789abcdef',
    fields: ['question', 'answer'],
    examples,
  };
}

function start(add: Add): void {
  const source = { script: 'main.js', pid: 4_242 };
  add('onRunStart', { name: 'arithmetic', kind: 'user', tags: { team: 'Größe' }, params: { seed: 7 }, source });
  add('onLog', { kind: 'tag', key: 'stage', value: 'draft' });
  add(
    'onCompileStart',
    {
      index: 0,
      optimizer: 'GEPA',
      method: 'compile',
      hyperparameters: { numTrials: 30, minibatch: true, minibatchSize: 2, merge: { enabled: false } },
      options: { maxMetricCalls: 20 },
      lms: [{ name: 'student', provider: 'OpenAI', model: 'sim-small', settings: { temperature: 0 } }],
      trainset: dataset(EXAMPLES.slice(0, 2)),
      valset: dataset(EXAMPLES),
      seed: SEED,
      metric: 'exactMatch',
    },
    { compileId: COMPILE },
  );
}

function search(add: Add): void {
  const place = { compileId: COMPILE };
  trial(add, 0, SEED, ['full', 0, 'initial'], [1, 0, 0, 0]);
  add('onBestChanged', bestOf(SEED, 't0.w1', 0, 0.25, null), place);
  trial(add, 1, SEED, ['minibatch', 0, 'parent minibatch'], [1, 0]);
  const evidence = [{ question: '…', feedback: 'wrong: 6' }];
  add('onTraceEnd', reflectionTrace('Think step by step.\nThen answer with `one number`.'), place);
  add('onCandidateProposed', { candidate: STEPS, by: 'reflection', changed: [KEY], evidence }, place);
  trial(add, 2, STEPS, ['minibatch', 1, 'child minibatch'], [1, 1]);
  const decision = { candidateId: STEPS.id, reason: 'child=2.000 > parent=1.000', trialId: 't2.w1' };
  add('onCandidateAccepted', decision, place);
  trial(add, 3, STEPS, ['full', 1, 'validation'], [1, 1, 1, null]);
  add('onBestChanged', bestOf(STEPS, 't3.w1', 1, 0.75, 0.25), place);
  add('onParetoChanged', { front: [{ candidateId: STEPS.id, scores: { score: 0.75 } }] }, place);
  add('onCandidateProposed', { candidate: SHORT, by: 'reflection', changed: [KEY], evidence: null }, place);
  add('onCandidateRejected', { candidateId: SHORT.id, reason: 'maxMetricCalls reached', trialId: null }, place);
  add('onProgress', { name: 'RoundProgress', done: 1, total: 30, data: { round: 1 } }, place);
}

function bestOf(of: CandidateData, trialId: string, step: number, score: number, previous: number | null) {
  return { candidateId: of.id, trialId, key: 'full', step, score, previous };
}

function trial(
  add: Add,
  index: number,
  of: CandidateData,
  [scope, step, phase]: readonly [Scope, number, string],
  scores: readonly (number | null)[],
): void {
  const place = { compileId: COMPILE, trialId: `t${index}.w1`, candidateId: of.id };
  const series = { key: scope, step, name: `eval_${scope}_${step}`, scope };
  const identity = { index, ...series, phase, n: scores.length, of: 4, candidate: of };
  add('onTrialStart', identity, place);
  // Two workers: results come in another order than the batch.
  for (const at of [...scores.keys()].sort((a, b) => (a % 2) - (b % 2))) example(add, at, scores[at] ?? null, place);
  const mean = scores.reduce<number>((sum, score) => sum + (score ?? 0), 0) / scores.length;
  const errors = scores.filter((score) => score === null).length;
  const result = { status: 'finished', exampleScores: scores, errors, tokens: {}, durationMs: 250 } as const;
  add('onTrialEnd', { ...identity, ...result, score: mean }, place);
}

function example(add: Add, index: number, score: number | null, place: object): void {
  const { question, answer } = EXAMPLES[index] ?? { question: '', answer: '' };
  const tokens = { prompt: 40, completion: 10, total: 50 };
  const call = { operation: 'chat', provider: 'OpenAI', model: 'sim-small', cost: null, cached: false, durationMs: 12 };
  add('onLMCall', { role: 'task', ...call, tokens }, place);
  const error = { name: 'Error', message: 'no \u001b[31mnumber\u001b[0m in the answer' };
  const prediction =
    score === null ? null : { reasoning: 'because, \u001b[2Jof course', answer: score === 1 ? answer : '+' };
  // Traces of compiles are kept for the last trial only.
  const isTraced = !('trialId' in place) || place.trialId === 't3.w1';
  const traced = isTraced ? trace(index, question, prediction, error, 'trialId' in place) : null;
  if (traced) add('onTraceEnd', traced, place);
  add(
    'onExampleEnd',
    {
      index,
      exampleId: `000000000000000${index}`,
      example: { question, answer },
      prediction,
      score,
      ...(traced ? { traceId: traced.traceId } : {}),
      durationMs: 20 + index,
      ...(score === null ? { error } : { feedback: score === 1 ? 'right' : `wrong: ${answer}` }),
    },
    place,
  );
}

function end(add: Add): void {
  const program = { bestScore: 0.75, optimizerType: 'GEPA', componentMap: STEPS.texts };
  const tokens = { calls: 12, prompt: 480, completion: 120, total: 600, cost: 0.0012 };
  add(
    'onCompileEnd',
    {
      status: 'finished',
      durationMs: 4_000,
      trials: 4,
      best: { candidate: STEPS, score: 0.75, format: 'ax-optimized-program', program },
      reportedScore: 0.75,
      tokens: { task: tokens },
      result: { stats: { totalCalls: 12 }, converged: false },
    },
    { compileId: COMPILE },
  );
  const passed = (name: 'returned' | 'serialized' | 'loaded', detail: string) => ({ name, passed: true, detail });
  const checks = [
    passed('returned', 'its state is that of eval_full_1, which scored 0.75'),
    passed('serialized', 'read back from JSON, its state is the same'),
    passed('loaded', 'a fresh program that loads it has the same state'),
    { name: 'rendered', passed: null, detail: 'not checked: no \u001b[31mcopy' } as const,
  ];
  add(
    'onCertificate',
    { candidateId: STEPS.id, trialId: 't3.w1', verdict: 'incomplete', checks },
    { compileId: COMPILE, candidateId: STEPS.id },
  );
  add('onLog', { kind: 'metric', key: 'cost/total', value: 0.0012, step: 0 });
  add('onLog', { kind: 'param', key: 'note', value: 'kept' });
  add('onLog', { kind: 'artifact', path: 'notes/../hello world.txt', content: 'Grüße\n', encoding: 'utf8' });
  add('onWarning', { code: 'AXL_SINK_TIMEOUT', message: "sink 'slow' took over 2000 ms", count: 1, data: null });
}

function evaluation(add: Add): void {
  const place = { evalId: 'e0.w1', candidateId: STEPS.id };
  const series = { name: 'eval_test_0', key: 'test', step: 0 };
  const about = {
    evaluator: 'Evaluate',
    hyperparameters: { numThreads: 2 },
    options: {},
    lms: [],
    metric: 'exactMatch',
  };
  add('onEvalStart', { ...series, ...about, devset: dataset(EXAMPLES.slice(0, 2)), candidate: STEPS, index: 0 }, place);
  for (const index of [1, 0]) example(add, index, 1, place);
  const result = {
    status: 'finished',
    score: 1,
    exampleScores: [1, 1],
    errors: 0,
    tokens: {},
    durationMs: 300,
  } as const;
  add('onEvalEnd', { ...series, ...result, n: 2 }, place);
}
