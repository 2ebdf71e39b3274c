import type { AnyEvent, CandidateData, EventData, EventType } from '../../contract/events.js';
import { envelope } from './envelope.js';

/** A small compile as the tracker records it: two trials of two examples each. The second trial is the best one. */
export interface Story {
  readonly runId: string;
  /** The 14 events, in order. */
  readonly events: readonly AnyEvent[];
  /** The scores of the trials as decimals, which the text of a sink contains. */
  readonly scores: readonly [string, string];
}

/**
 * Makes the events of a small compile.
 *
 * @param mark two digits that make the scores of this run different from those of other runs
 * @param writer id of the process that wrote the events. Default: `w1`, a process that has ended
 */
export function story(runId: string, mark: string, writer = 'w1'): Story {
  const events: AnyEvent[] = [];
  const scores = [`0.1${mark}`, `0.8${mark}`] as const;
  const add = <T extends EventType>(type: T, data: EventData[T], place: object = {}): void => {
    events.push(envelope(type, data, { runId, seq: events.length, writer, ...place }));
  };
  const compileId = `c0.${runId}`;
  add('onRunStart', { name: `run of ${runId}`, kind: 'compile', tags: {}, params: {}, source: {} });
  add('onCompileStart', compileStart(runId), { compileId });
  scores.forEach((score, index) => {
    const place = { compileId, trialId: `t${index}.${runId}` };
    const identity = trial(index, runId);
    add('onTrialStart', identity, place);
    for (const at of [0, 1]) add('onExampleEnd', example(at, Number(score)), place);
    add('onTrialEnd', { ...identity, ...finished(Number(score)) }, place);
    const best = { candidateId: `${runId}-${index}`, trialId: place.trialId, key: 'full', step: index };
    add('onBestChanged', { ...best, score: Number(score), previous: null }, { compileId });
  });
  add('onCompileEnd', compileEnd(runId, Number(scores[1])), { compileId });
  add('onRunEnd', { status: 'finished', durationMs: 1_000 });
  return { runId, events, scores };
}

/** Interleaves the events of several stories. The events of each story keep their order. */
export function interleave(...stories: readonly Story[]): readonly AnyEvent[] {
  const longest = Math.max(...stories.map(({ events }) => events.length));
  return Array.from({ length: longest }, (_, at) => stories.flatMap(({ events }) => events[at] ?? [])).flat();
}

function candidate(id: string): CandidateData {
  return { id, texts: { 'root::instruction': `Answer for ${id}.` }, demos: [], parents: [] };
}

function compileStart(runId: string): EventData['onCompileStart'] {
  return {
    index: 0,
    optimizer: `Opt-${runId}`,
    method: 'compile',
    hyperparameters: { numTrials: 2 },
    options: {},
    lms: [],
    trainset: { size: 1, digest: 'd', fields: ['q'], examples: [{ q: `train ${runId}` }] },
    valset: { size: 2, digest: 'd', fields: ['q'], examples: [{ q: 'a' }, { q: 'b' }] },
    seed: candidate(`${runId}-0`),
    metric: 'exact',
  };
}

function trial(index: number, runId: string): EventData['onTrialStart'] {
  const series = { key: 'full', step: index, name: `eval_full_${index}`, scope: 'full' } as const;
  return { index, ...series, phase: null, n: 2, of: 2, candidate: candidate(`${runId}-${index}`) };
}

function example(index: number, score: number): EventData['onExampleEnd'] {
  return { index, exampleId: `x${index}`, example: { q: index }, prediction: { a: index }, score, durationMs: 5 };
}

function finished(score: number) {
  return { status: 'finished', score, exampleScores: [score, score], errors: 0, tokens: {}, durationMs: 10 } as const;
}

function compileEnd(runId: string, score: number): EventData['onCompileEnd'] {
  const best = { candidate: candidate(`${runId}-1`), score, format: 'state', program: { texts: {}, demos: [] } };
  return { status: 'finished', durationMs: 900, trials: 2, best, reportedScore: score, tokens: {}, result: {} };
}
