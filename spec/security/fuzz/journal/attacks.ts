import { type Loose, RUN_ID } from './base-journals.js';
import { asRaw, HOSTILE_NAMES, hostileValue } from './hostile-values.js';
import type { Random } from './random.js';

type Attack = (random: Random) => readonly Loose[];

const COMPILE = 'k';

function event(type: string, data: unknown, place: Loose = {}): Loose {
  return { v: 1, seq: 900, time: 1_795_000_000_900, writer: 'w', runId: RUN_ID, ...place, type, data, derived: [] };
}

const name = (random: Random): string => random.pick(HOSTILE_NAMES);
const candidate = (id: unknown, parents: unknown, text: unknown = 'x') => ({
  id,
  parents,
  texts: { p: text },
  demos: [],
});

/** Events that each aim at something a reader may do with what it has read. */
const ATTACKS: readonly Attack[] = [
  artifacts,
  movingTrial,
  laterCompile,
  logged,
  cyclicCandidates,
  cyclicCompiles,
  cyclicSpans,
  hugeIndexes,
  deepError,
  bestProgram,
  wideFront,
  manyComponents,
  longTexts,
  certificate,
  nestedEvaluation,
];

/** The events of one attack. */
export function attack(random: Random): readonly Loose[] {
  return random.pick(ATTACKS)(random);
}

/** Artifacts at paths outside, in each other's way, and in place of the journal's own files. */
function artifacts(random: Random): Loose[] {
  const encoding = random.pick(['utf8', 'base64', 'json', 'latin1', '__proto__']);
  const paths = Array.from({ length: 1 + random.below(4) }, () => name(random));
  const place = random.chance(0.5) ? { compileId: random.pick([COMPILE, name(random)]) } : {};
  return [...paths, ...paths.map((path) => `${path}/inner`)].map((path) =>
    event('onLog', { kind: 'artifact', path, content: random.pick(['PLANTED\n', 'UExBTlRFRA==', 1]), encoding }, place),
  );
}

/** A trial whose series, and with it its folder, changes: the folder under its first name is removed. */
function movingTrial(random: Random): Loose[] {
  const index = random.pick<unknown>(['/../../../../project', '../../victim', 0, -1, 1e21, name(random)]);
  const trial = { index, step: 0, scope: 'full', n: 1, candidate: candidate('c1', []) };
  const place = { compileId: COMPILE, trialId: name(random) };
  const end = { score: 1, status: 'finished', durationMs: 1, errors: 0, exampleScores: [1], tokens: {} };
  const example = { index: 0, exampleId: 'e', example: 1, prediction: 1, score: 1, durationMs: 1 };
  return [
    event('onTrialStart', { ...trial, key: name(random) }, place),
    event('onExampleEnd', example, place),
    event('onTrialEnd', { ...trial, ...end, key: name(random) }, place),
  ];
}

function laterCompile(random: Random): Loose[] {
  const about = { optimizer: name(random), trainset: dataset(random), valset: dataset(random), method: 'compile' };
  const rest = { hyperparameters: {}, options: {}, lms: [], seed: candidate(name(random), []), metric: null };
  const index = random.pick<unknown>(['/../../../../../.ssh', name(random), -1, 0, 7, 1e300]);
  return [event('onCompileStart', { index, ...about, ...rest }, { compileId: random.pick([COMPILE, name(random)]) })];
}

function dataset(random: Random): unknown {
  const size = random.pick<unknown>([4_294_967_290, -1, 1, '1', asRaw('1e999')]);
  return { size, digest: name(random), fields: [name(random)], examples: random.pick<unknown>([null, [1], 'x', {}]) };
}

function logged(random: Random): Loose[] {
  return [
    event('onLog', { kind: 'metric', key: name(random), value: hostileValue(random), step: hostileValue(random) }),
    event('onLog', { kind: 'param', key: name(random), value: hostileValue(random) }),
    event('onLog', { kind: 'tag', key: name(random), value: hostileValue(random) }),
    event('onLog', { kind: 'message', message: hostileValue(random), data: hostileValue(random) }),
    event('onLog', { kind: name(random) }),
  ];
}

function cyclicCandidates(random: Random): Loose[] {
  const ids = ['a', 'b', name(random)];
  return ids.map((id, at) => {
    const proposed = candidate(id, [ids[(at + 1) % ids.length], id], `text ${at}`);
    return event(
      'onCandidateProposed',
      { candidate: proposed, by: 'merge', changed: ['p'], evidence: null },
      { compileId: COMPILE },
    );
  });
}

function cyclicCompiles(random: Random): Loose[] {
  const about = { optimizer: 'O', method: 'compile', hyperparameters: {}, options: {}, lms: [], metric: null };
  const start = (compileId: string, parentCompileId: string) =>
    event(
      'onCompileStart',
      { index: 0, ...about, trainset: null, valset: null, seed: null, parentCompileId },
      { compileId },
    );
  return [start('p', 'q'), start('q', 'p'), start('self', 'self'), start(name(random), '__proto__')];
}

function cyclicSpans(random: Random): Loose[] {
  const span = (spanId: unknown, parentId: unknown) => ({
    ...{ spanId, parentId, name: name(random), type: 'LLM', startTime: 1, durationMs: 1, status: 'finished' },
    ...{ inputs: hostileValue(random), outputs: hostileValue(random), attributes: { [name(random)]: 1 }, events: [] },
  });
  const chain = Array.from({ length: random.pick([0, 20, 2_000]) }, (_, at) => span(`s${at}`, `s${at + 1}`));
  const spans = [span('a', 'b'), span('b', 'a'), span('c', 'c'), span(name(random), name(random)), ...chain];
  const about = {
    traceId: name(random),
    name: name(random),
    role: 'task',
    status: 'finished',
    startTime: 1,
    durationMs: 1,
  };
  return [event('onTraceEnd', { ...about, tokens: {}, spans, dropped: random.pick<unknown>([0, -1, 'x']) })];
}

function hugeIndexes(random: Random): Loose[] {
  const index = random.pick([4_294_967_290, 1e9, 2 ** 53, -1, 0.5]);
  const trial = {
    index,
    step: index,
    key: 'full',
    name: 'eval_full',
    scope: 'full',
    n: index,
    of: index,
    phase: null,
    candidate: null,
  };
  const end = { status: 'finished', score: 1, exampleScores: [1, null, 'x'], errors: index, tokens: {}, durationMs: 1 };
  const place = { compileId: COMPILE, trialId: 'huge' };
  const example = { index, exampleId: 'e', example: 1, prediction: 1, score: 1, durationMs: 1 };
  return [
    event('onTrialStart', trial, place),
    event('onExampleEnd', example, place),
    event('onTrialEnd', { ...trial, ...end }, place),
    event('onProgress', { name: 'p', done: index, total: -1, data: null }, place),
  ];
}

function deepError(random: Random): Loose[] {
  const depth = random.pick([5, 500, 5_000]);
  const cause = `${'{"name":"E","message":"m","cause":'.repeat(depth)}null${'}'.repeat(depth)}`;
  const error = { name: name(random), message: name(random), code: hostileValue(random), cause: asRaw(cause) };
  return [
    event('onRunEnd', { status: random.pick(['failed', 'x', '__proto__']), error, durationMs: hostileValue(random) }),
  ];
}

function bestProgram(random: Random): Loose[] {
  const texts = { [name(random)]: hostileValue(random) };
  const program = random.pick<unknown>([
    { componentMap: { __proto__: 'x', 'root::instruction': hostileValue(random) } },
    { demos: hostileValue(random) },
    { instruction: { toString: 1 } },
    asRaw('{"__proto__":{"polluted":1},"componentMap":{"__proto__":{"polluted":1}}}'),
    hostileValue(random),
  ]);
  const format = random.pick(['ax-optimized-program', 'ax-ace-program', 'demos', 'state', '__proto__']);
  const best = { candidate: { id: 'b', texts, demos: [hostileValue(random)], parents: [] }, score: 1, format, program };
  const end = {
    status: 'finished',
    durationMs: 1,
    trials: 1,
    best,
    reportedScore: 1,
    tokens: { [name(random)]: hostileValue(random) },
    result: hostileValue(random),
  };
  return [event('onCompileEnd', end, { compileId: random.pick([COMPILE, 'c0.w', `c0.${RUN_ID}`]) })];
}

function wideFront(random: Random): Loose[] {
  const front = Array.from({ length: random.pick([2, 50, 1_000]) }, (_, at) => ({
    candidateId: random.pick([`c${at}`, name(random)]),
    scores: { [name(random)]: hostileValue(random), [`o${at}`]: at },
  }));
  return [event('onParetoChanged', { front }, { compileId: COMPILE })];
}

function manyComponents(random: Random): Loose[] {
  const texts = Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`${name(random)}${at}`, `text ${at}`]));
  const proposed = { id: 'wide', texts, demos: [], parents: ['a'] };
  return [
    event(
      'onCandidateProposed',
      { candidate: proposed, by: 'x', changed: Object.keys(texts), evidence: null },
      { compileId: COMPILE },
    ),
  ];
}

/** Long texts that differ everywhere: what compares them must not take time without bound. */
function longTexts(random: Random): Loose[] {
  const size = random.pick([100, 400, 4_000]);
  const text = (by: number) =>
    Array.from({ length: size }, (_, at) => `Line ${(at * by) % size}. And so on.`).join(random.pick(['\n', ' ']));
  return [
    candidate('long-1', [], text(1)),
    candidate('long-2', ['long-1'], text(7)),
    candidate('long-3', ['long-2', 'long-1'], text(13)),
  ].map((one) =>
    event(
      'onCandidateProposed',
      { candidate: one, by: 'reflection', changed: ['p'], evidence: null },
      { compileId: COMPILE },
    ),
  );
}

function certificate(random: Random): Loose[] {
  const checks = [{ name: name(random), passed: hostileValue(random), detail: hostileValue(random) }];
  const verdict = random.pick(['certified', '__proto__', name(random)]);
  return [
    event(
      'onCertificate',
      { candidateId: name(random), trialId: name(random), verdict, checks },
      { compileId: COMPILE },
    ),
  ];
}

function nestedEvaluation(random: Random): Loose[] {
  const index = random.pick<unknown>([0, '/../../..', 1e300]);
  const place = { evalId: name(random) };
  const about = { name: name(random), key: name(random), step: random.pick<unknown>([0, -1, '../x']) };
  const start = {
    ...about,
    evaluator: name(random),
    hyperparameters: {},
    options: {},
    lms: [],
    devset: dataset(random),
    candidate: null,
    metric: null,
    index,
  };
  const end = {
    ...about,
    n: 1,
    status: 'finished',
    score: 1,
    exampleScores: hostileValue(random),
    errors: 0,
    tokens: {},
    durationMs: 1,
  };
  return [event('onEvalStart', start, place), event('onEvalEnd', end, place)];
}
