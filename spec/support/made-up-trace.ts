import type { TraceData } from '../../lib/contract/events.js';

/** The trace of a program call that asks a model once. `words` may put something into every text. */
export function madeUpTrace(traceId: string, startTime: number, words: (text: string) => string): TraceData {
  const call = {
    inputs: { model: 'model', messages: [{ role: 'user', content: words('How many?') }] },
    outputs: {
      choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: words('Three.') } }],
    },
  };
  const span = { startTime, durationMs: 4, status: 'finished', attributes: {}, events: [] } as const;
  return {
    traceId,
    name: words('AxGen.forward'),
    role: 'task',
    status: 'finished',
    startTime,
    durationMs: 5,
    tokens: { calls: 1, prompt: 4, completion: 1, total: 5 },
    spans: [
      {
        ...span,
        spanId: '1'.repeat(16),
        parentId: null,
        name: words('AxGen.forward'),
        type: 'LLM',
        inputs: { question: words('How many?') },
        outputs: null,
        durationMs: 5,
      },
      { ...span, spanId: '2'.repeat(16), parentId: '1'.repeat(16), name: 'chat', type: 'CHAT_MODEL', ...call },
    ],
    dropped: 0,
  };
}
