import type { EventData, EventType } from '../../lib/contract/events.js';

const TRACE = { startTime: 1_700_000_000_000, durationMs: 5, tokens: { calls: 0, prompt: 0, completion: 0, total: 0 } };
const IDENTITY = { key: null, step: null, name: null, scope: null, phase: null, n: null, of: null, candidate: null };

/** Data with every required member, of the types that tests write by hand. */
const WHOLE = {
  onRunStart: { name: 'n', kind: 'user', tags: {}, params: {}, source: {} },
  onRunEnd: { status: 'finished', durationMs: 1 },
  onTrialStart: { index: 0, ...IDENTITY },
  onTrialEnd: {
    index: 0,
    ...IDENTITY,
    status: 'finished',
    score: null,
    exampleScores: [],
    errors: 0,
    tokens: {},
    durationMs: 1,
  },
  onExampleEnd: { index: 0, exampleId: 'x', example: null, prediction: null, score: null, durationMs: null },
  onTraceEnd: { traceId: '0'.repeat(32), name: 't', role: 'task', status: 'finished', spans: [], dropped: 0, ...TRACE },
} as const satisfies { readonly [T in EventType]?: EventData[T] };

/** Returns the data of an event as the tracker writes it, with some members of one's own. */
export function whole<T extends keyof typeof WHOLE>(type: T, members: object = {}): EventData[T] {
  return { ...WHOLE[type], ...members } as unknown as EventData[T];
}
