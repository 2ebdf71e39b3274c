import type { AnyEvent, CandidateData, EventData, EventType } from '../../../../lib/contract/events.js';
import { envelope } from '../../../contract/arbitrary.js';

type Add = <T extends EventType>(type: T, data: EventData[T], place?: object) => void;

const CANDIDATE: CandidateData = {
  id: 'c0ffee0000000000',
  texts: { 'root::instruction': 'Réponds. 値' },
  demos: [],
  parents: [],
};
const EMPTY = { size: 0, digest: 'e3b0c44298fc1c149afbf4c8996fb924', fields: [], examples: [] };
const SOURCE = { script: 'main.js', git: { commit: 'c0ffee', branch: 'main' }, 'ax-autolog': '0.1.0' };

/** A small run of each kind, as the tracker tells it. */
export function kinds(): Readonly<Record<string, readonly AnyEvent[]>> {
  return {
    failed: told((add) => {
      start(add, 'compile');
      compile(add, 0, 'Custom', 'failed');
      const error = { name: 'TypeError', message: 'no metric', stack: 'TypeError: no metric\n    at compile' };
      add('onRunEnd', { status: 'failed', durationMs: 900, error });
    }),
    cancelled: told((add) => {
      start(add, 'compile');
      compile(add, 0, 'GEPA', 'cancelled');
      add('onRunEnd', { status: 'cancelled', durationMs: 900 });
    }),
    bootstrap: told((add) => {
      start(add, 'compile');
      compile(add, 0, 'BootstrapFewShot', 'finished', 'demos');
      add('onRunEnd', { status: 'finished', durationMs: 900 });
    }),
    ace: told((add) => {
      start(add, 'compile');
      compile(add, 0, 'ACE', 'finished', 'ax-ace-program');
      add('onRunEnd', { status: 'finished', durationMs: 900 });
    }),
    'two-compiles': told((add) => {
      start(add, 'user');
      compile(add, 0, 'BootstrapFewShot', 'finished', 'demos');
      compile(add, 1, 'GEPA', 'finished', 'ax-optimized-program');
      add('onRunEnd', { status: 'finished', durationMs: 900 });
    }),
    'evaluation-alone': told((add) => {
      start(add, 'eval');
      evaluation(add, 'eval');
      add('onRunEnd', { status: 'finished', durationMs: 900 });
    }),
    'evaluation-in-a-run': told((add) => {
      start(add, 'user');
      evaluation(add, 'accuracy');
      add('onRunEnd', { status: 'finished', durationMs: 900 });
    }),
  };
}

function told(tell: (add: Add) => void): readonly AnyEvent[] {
  const events: AnyEvent[] = [];
  tell((type, data, place = {}) => {
    events.push(envelope(type, data, { runId: '20261123-214640-kinds-5d0c1e', seq: events.length, ...place }));
  });
  return events;
}

function start(add: Add, kind: 'compile' | 'eval' | 'user'): void {
  add('onRunStart', {
    name: kind === 'eval' ? 'eval' : 'kinds',
    kind,
    tags: { 'bad#tag': 'x' },
    params: { 'a//b': [1] },
    source: SOURCE,
  });
}

function compile(
  add: Add,
  index: number,
  optimizer: string,
  status: 'finished' | 'failed' | 'cancelled',
  format?: string,
): void {
  const place = { compileId: `c${index}.w1` };
  const about = { method: 'compile', hyperparameters: { maxDemos: 4 }, options: { verbose: true }, metric: 'exact' };
  const lms = [{ name: 'student', provider: 'OpenAI', model: 'sim', settings: { temperature: 0 } }];
  add('onCompileStart', { index, optimizer, ...about, lms, trainset: EMPTY, valset: null, seed: CANDIDATE }, place);
  trial(add, index, status === 'cancelled' ? 'cancelled' : 'finished', place);
  const best = format === undefined ? null : { candidate: CANDIDATE, score: 0.5, format, program: { demos: [] } };
  const error = status === 'failed' ? { error: { name: 'TypeError', message: 'no metric' } } : {};
  const tokens = { task: { calls: 2, prompt: 20, completion: 4, total: 24, cost: 0.001 } };
  add(
    'onCompileEnd',
    { status, durationMs: 800, trials: 1, best, reportedScore: null, tokens, result: {}, ...error },
    place,
  );
}

/** One that is named only at its end, with two objectives, one of them no finite number. */
function trial(add: Add, index: number, status: 'finished' | 'cancelled', place: object): void {
  const within = { ...place, trialId: `t${index}.w1`, candidateId: CANDIDATE.id };
  const unknown = { key: null, step: null, name: null, scope: null, n: null, of: null };
  add('onTrialStart', { index, ...unknown, phase: 'round 0', candidate: CANDIDATE }, within);
  const example = { index: 0, exampleId: 'x0', example: 'plain', prediction: ['a', { b: 1 }], durationMs: 5 };
  add('onExampleEnd', { ...example, score: 0.5, scores: { short: 1, right: 'NaN' as unknown as number } }, within);
  const known = { key: 'full', step: index, name: `eval_full_${index}`, scope: 'full', n: 1, of: 1 } as const;
  const result = { status, exampleScores: [0.5], errors: 0, tokens: {}, durationMs: 10 };
  const scores = { short: 1, right: 'NaN' as unknown as number };
  add('onTrialEnd', { index, ...known, phase: 'round 0', candidate: CANDIDATE, ...result, score: 0.5, scores }, within);
}

function evaluation(add: Add, key: string): void {
  const place = { evalId: 'e0.w1', candidateId: CANDIDATE.id };
  const about = { evaluator: 'Evaluate', hyperparameters: { numThreads: 2 }, options: {}, lms: [], metric: 'exact' };
  const devset = { size: 1, digest: '00', fields: ['q', 'n'], examples: [{ q: 'Größe?', n: 1.5 }] };
  add('onEvalStart', { name: key, key, step: 0, index: 0, ...about, devset, candidate: CANDIDATE }, place);
  const result = { status: 'finished', score: 1, exampleScores: [1], errors: 0, tokens: {}, durationMs: 5 } as const;
  add('onEvalEnd', { name: key, key, step: 0, n: 1, ...result }, place);
}
