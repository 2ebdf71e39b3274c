import type { AnyEvent, EventData, EventType, Json, SpanData, TraceData } from '../../../../lib/contract/events.js';
import { envelope } from '../../../contract/arbitrary.js';

/** Tells a run event by event. */
export type Tell = <T extends EventType>(type: T, data: EventData[T], place?: object) => void;

export const TRACED_RUN = '20261123-214640-traced-5d0c1e';

/** The events of one run as `tell` says them. */
export function told(tell: (add: Tell) => void, writer = 'w1'): readonly AnyEvent[] {
  const events: AnyEvent[] = [];
  tell((type, data, place = {}) => {
    events.push(envelope(type, data, { runId: TRACED_RUN, seq: events.length, writer, ...place }));
  });
  return events;
}

export function start(add: Tell, kind: EventData['onRunStart']['kind'] = 'eval'): void {
  add('onRunStart', { name: kind, kind, tags: {}, params: {}, source: { script: 'main.js' } });
}

/** Begins an evaluation by the metric `exact`. */
export function evalStart(add: Tell, evalId: string, metric: string | null = 'exact'): void {
  const about = { evaluator: 'Evaluate', hyperparameters: {}, options: {}, lms: [], devset: null, candidate: null };
  add('onEvalStart', { name: 'eval', key: 'eval', step: 0, index: 0, metric, ...about }, { evalId });
}

export function evalEnd(add: Tell, evalId: string): void {
  const result = { status: 'finished', score: 1, exampleScores: [1], errors: 0, tokens: {}, durationMs: 5 } as const;
  add('onEvalEnd', { name: 'eval', key: 'eval', step: 0, n: 1, ...result }, { evalId });
}

/** 32 hex digits. */
export function traceIdOf(number: number): string {
  return number.toString(16).padStart(32, '0');
}

/** A program call of one span, or more. */
export function call(number: number, about: Partial<TraceData> = {}, root: Partial<SpanData> = {}): TraceData {
  const first: SpanData = {
    spanId: (number * 16).toString(16).padStart(16, '0'),
    parentId: null,
    name: 'AxGen.forward',
    type: 'LLM',
    startTime: 1_795_000_000_000.5,
    durationMs: 12,
    status: 'finished',
    inputs: { question: `q${number}` },
    outputs: { answer: `a${number}` },
    attributes: {},
    events: [],
    ...root,
  };
  return {
    traceId: traceIdOf(number),
    name: first.name,
    role: 'task',
    status: first.status,
    startTime: first.startTime,
    durationMs: first.durationMs,
    tokens: { calls: 0, prompt: 0, completion: 0, total: 0 },
    spans: [first],
    dropped: 0,
    ...about,
  };
}

/** What became of the example of that call. */
export function example(number: number, about: Partial<EventData['onExampleEnd']> = {}): EventData['onExampleEnd'] {
  const prediction: Json = { answer: `a${number}` };
  const told = { index: number, exampleId: `x${number}`, example: { question: `q${number}` }, prediction };
  return { ...told, score: 1, durationMs: 12, traceId: traceIdOf(number), ...about };
}
