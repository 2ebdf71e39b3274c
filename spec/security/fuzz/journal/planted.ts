import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { HOSTILE_NAMES, hostileValue, withRaw } from './hostile-values.js';
import type { Random } from './random.js';

/** Something in a run's folder besides its segments and blobs. */
export interface Planted {
  /** Path in the folder of the run. */
  readonly path: string;
  /** `link`: `content` is where it points, from the home; `fifo` and `folder` have none. */
  readonly kind: 'file' | 'link' | 'fifo' | 'folder';
  readonly content: string;
}

/** What a link points at: files and folders of the home that are nobody's business, and places that are odd. */
const TARGETS = ['.ssh', '.ssh/authorized_keys', '.bashrc', 'project', 'project/src/a.ts', 'victims', 'nowhere', '.'];

/** Names that the project's own writers use in the folder of a run. */
const OWN_NAMES = [
  ...['run.json', 'params.json', 'metrics.csv', 'candidates.csv', 'best_model.json', 'best_prompt.md', 'report.html'],
  ...['trials', 'evals', 'candidates', 'artifacts', 'writers', 'compile_1', 'result.json', 'certificate.json'],
  ...['.state', 'blobs', 'pareto.json', 'trainset.jsonl', 'valset.jsonl', 'events.jsonl', 'events.w2.jsonl'],
  ...['artifacts/escaped', 'trials/000-full', 'candidates/c1.json', 'trials/000-full/results.csv', 'run.json.tmp'],
];

/** Things planted in the folder of a run. `targets`: what the sinks' state files are named after. */
export function plant(random: Random, targets: readonly string[]): Planted[] {
  return Array.from({ length: 1 + random.below(3) }, () => {
    const make = random.pick([link, link, wrongKind, stateFile, stateFile, lease, bestModel, oddSegment]);
    return make(random, targets);
  }).flat();
}

function link(random: Random): Planted[] {
  return [{ path: random.pick(OWN_NAMES), kind: 'link', content: random.pick(TARGETS) }];
}

/** A folder or a FIFO where a file belongs, a file where a folder belongs. */
function wrongKind(random: Random): Planted[] {
  const kind = random.pick(['file', 'fifo', 'folder'] as const);
  return [{ path: random.pick(OWN_NAMES), kind, content: withRaw(JSON.stringify(hostileValue(random))) }];
}

function stateFile(random: Random, targets: readonly string[]): Planted[] {
  const target = random.pick([...targets, ...HOSTILE_NAMES]);
  const offset = random.pick<unknown>([0, 10, 1e15, -1, 0.5, '1', null, {}, 4_294_967_290]);
  const content = random.pick<() => string>([
    () => JSON.stringify({ v: 1, target, segments: {} }),
    () => JSON.stringify({ v: 1, target, segments: { 'events.jsonl': offset } }),
    () => JSON.stringify({ v: 1, target, segments: { [random.pick(HOSTILE_NAMES)]: offset } }),
    () => `{"v":1,"target":"x","segments":{"__proto__":{"polluted":1},"events.jsonl":5}}`,
    () => withRaw(JSON.stringify(hostileValue(random))),
    () => `${'['.repeat(20_000)}`,
    () => '',
  ])();
  return [
    { path: `.state/${nameOf(target)}${random.pick(['.json', '.json', '.mlflow', '.jsonl'])}`, kind: 'file', content },
  ];
}

function lease(random: Random, targets: readonly string[]): Planted[] {
  const content = random.pick<() => string>([
    () => JSON.stringify({ id: random.pick(HOSTILE_NAMES), pid: 2 ** 22 + 1, started: null, host: hostname() }),
    () => JSON.stringify({ id: {}, pid: random.pick([0, -1, 0.5, 1e300, 2 ** 32]), started: {}, host: hostname() }),
    () => JSON.stringify({ id: 'x', pid: 1, started: '0', host: hostname(), __proto__: null }),
    () => withRaw(JSON.stringify(hostileValue(random))),
    () => '',
  ])();
  return [{ path: `.state/${nameOf(random.pick(targets))}.lock`, kind: 'file', content }];
}

function bestModel(random: Random): Planted[] {
  const valid = {
    ...{ v: 1, runId: random.pick(HOSTILE_NAMES), compileId: null, optimizer: null, score: 1, format: 'state' },
    ...{ candidate: { id: 'x', texts: {}, demos: [], parents: [] }, program: {} },
  };
  const key = random.pick(Object.keys(valid));
  const content = random.pick<() => string>([
    () => withRaw(JSON.stringify({ ...valid, [key]: hostileValue(random) })),
    () => withRaw(JSON.stringify({ ...valid, program: hostileValue(random) })),
    () => '{"__proto__":{"polluted":1},"v":1}',
    () => withRaw(JSON.stringify(hostileValue(random))),
  ])();
  return [{ path: random.pick(['best_model.json', 'compile_1/best_model.json']), kind: 'file', content }];
}

/** A segment with an odd name: its events are those of a run, too. */
function oddSegment(random: Random): Planted[] {
  const name = random.pick(['__proto__', '..', '\u202ew', 'w\u001b[2J', 'constructor', 'x'.repeat(200), 'w2']);
  const data = { kind: 'tag', key: 'k', value: 'v' };
  const event = { v: 1, seq: 0, time: 1, writer: name, runId: 'hostile', type: 'onLog', data, derived: [] };
  const kind = random.pick(['file', 'file', 'fifo', 'folder', 'link'] as const);
  return [
    {
      path: `events.${name}.jsonl`,
      kind,
      content: kind === 'link' ? random.pick(TARGETS) : `${JSON.stringify(event)}\n`,
    },
  ];
}

function nameOf(target: string): string {
  return createHash('sha256').update(target).digest('hex').slice(0, 32);
}
