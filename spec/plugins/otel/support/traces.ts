import type { AnyEvent, Json, SpanData, SpanLM, SpanType, TraceData } from '../../../../lib/contract/events.js';
import { envelope } from '../../../contract/arbitrary.js';

export const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
export const BEGAN = 1_795_000_000_000.25;

/** The id of the n-th span of a trace. */
export function spanId(n: number): string {
  return `00000000000000${(n + 0xa0).toString(16)}`;
}

/** One span: the n-th of its trace, 10 ms after the one before it. */
export function span(n: number, parent: number | null, type: SpanType, about: Partial<SpanData> = {}): SpanData {
  return {
    spanId: spanId(n),
    parentId: parent === null ? null : spanId(parent),
    name: `${type.toLowerCase()}-${n}`,
    type,
    startTime: BEGAN + 10 * n,
    durationMs: 100 - 15 * n,
    status: 'finished',
    inputs: { question: 'What is 3 + 4?' },
    outputs: { answer: '7' },
    attributes: {},
    events: [],
    ...about,
  };
}

export const LM: SpanLM = {
  role: 'task',
  operation: 'chat',
  provider: 'OpenAI',
  model: 'gpt-4o-mini',
  tokens: { prompt: 40, completion: 10, total: 50, cached: 8, reasoning: 4 },
  cost: 0.0012,
  cached: false,
  streaming: true,
  finishReasons: ['tool_calls'],
  responseId: 'chatcmpl-1',
};

export function trace(spans: readonly SpanData[], about: Partial<TraceData> = {}): TraceData {
  const [root] = spans;
  return {
    traceId: TRACE_ID,
    name: root?.name ?? '',
    role: 'task',
    status: root?.status ?? 'finished',
    startTime: root?.startTime ?? 0,
    durationMs: root?.durationMs ?? 0,
    tokens: { calls: 1, prompt: 40, completion: 10, total: 50 },
    spans,
    dropped: 0,
    ...about,
  };
}

const REQUEST: Json = {
  model: 'gpt-4o-mini',
  messages: [
    { role: 'system', content: 'Answer the question.' },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'What is on it?' },
        { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } },
        { type: 'image_url', image_url: { url: 'https://example.org/cat.png' } },
        { type: 'input_audio', input_audio: { data: 'UklGRg==', format: 'mp3' } },
        { type: 'file', file: { file_id: 'file-1' } },
      ],
    },
    {
      role: 'assistant',
      content: null,
      tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'add', arguments: '{"a":3,"b":4}' } }],
    },
    { role: 'tool', tool_call_id: 'call_1', content: '7' },
  ],
  tools: [{ type: 'function', function: { name: 'add', description: 'Adds.', parameters: { type: 'object' } } }],
  temperature: 0.5,
  top_p: 0.9,
  max_tokens: 100,
  stop: ['END'],
  n: 2,
  response_format: { type: 'json_schema' },
};

const RESPONSE: Json = {
  model: 'gpt-4o-mini-2024-07-18',
  choices: [
    {
      index: 0,
      finish_reason: 'tool_calls',
      message: {
        role: 'assistant',
        content: 'Let me add.',
        tool_calls: [{ id: 'call_2', type: 'function', function: { name: 'add', arguments: 'not json' } }],
      },
    },
    { index: 1, finish_reason: 'stop', message: { role: 'assistant', content: '7' } },
  ],
};

/** A span of each type, with all that a span can say. */
export function everyType(): TraceData {
  const error = { name: 'TypeError', message: 'no number in the answer', stack: 'TypeError: no number\n  at x' };
  return trace(
    [
      span(0, null, 'AGENT', { name: 'tutor', attributes: { programId: 'root', signature: 'question -> answer' } }),
      span(1, 0, 'CHAIN', { name: 'plan', attributes: { demos: [{ question: '1 + 1?', answer: '2' }], retries: 2 } }),
      span(2, 1, 'LLM', { name: 'AxGen' }),
      span(3, 2, 'CHAT_MODEL', { inputs: REQUEST, outputs: RESPONSE, lm: LM }),
      span(4, 2, 'TOOL', { name: 'add', inputs: { a: 3, b: 4 }, outputs: 7, attributes: { description: 'Adds.' } }),
      span(5, 2, 'PARSER', {
        name: 'parse',
        status: 'failed',
        outputs: null,
        error,
        events: [{ name: 'assertion', time: BEGAN + 51, attributes: { text: 'too long', attempt: 1 } }],
      }),
      span(6, 0, 'RETRIEVER', {
        inputs: { query: 'sums' },
        outputs: [{ id: 'doc-1', score: 0.5 }],
        durationMs: 5,
      }),
      span(7, 6, 'EMBEDDING', {
        inputs: { model: 'text-embedding-3-small', input: ['sums'] },
        outputs: null,
        durationMs: 5,
        status: 'cancelled',
        lm: { ...LM, operation: 'embed', model: 'text-embedding-3-small', streaming: false, finishReasons: [] },
      }),
    ],
    { dropped: 3 },
  );
}

/** A compile with a trial of two examples that were traced, and a reflection; then an evaluation whose metric threw. */
export function tracedRun(runId = 'run-a'): readonly AnyEvent[] {
  const events: AnyEvent[] = [];
  const add: (type: AnyEvent['type'], data: unknown, place?: object) => void = (type, data, place = {}) => {
    events.push(envelope(type, data as never, { runId, seq: events.length, ...place }));
  };
  const compile = { compileId: 'c0.w1' };
  const trial = { ...compile, trialId: 't0.w1', candidateId: 'aaaa000000000000' };
  const candidate = { id: 'aaaa000000000000', texts: { 'root::instruction': 'Answer.' }, demos: [], parents: ['seed'] };
  const identity = {
    index: 0,
    key: 'full',
    step: 0,
    name: 'eval_full_0',
    scope: 'full',
    phase: 'initial',
    n: 2,
    of: 2,
  };
  const result = { status: 'finished', score: 0.5, exampleScores: [1, 0], errors: 0, tokens: {}, durationMs: 600 };
  const example = { exampleId: 'e0', example: { q: 1 }, prediction: { a: 1 }, durationMs: 9 };
  const traceOf = (n: number, role = 'task'): TraceData =>
    trace([span(0, null, 'CHAIN'), span(1, 0, 'CHAT_MODEL', { inputs: REQUEST, outputs: RESPONSE, lm: LM })], {
      traceId: `${TRACE_ID.slice(0, 31)}${n}`,
      role: role as TraceData['role'],
    });
  add('onRunStart', { name: 'arithmetic', kind: 'user', tags: { team: 'a' }, params: {}, source: {} });
  add('onCompileStart', compileStart(), compile);
  add('onTrialStart', { ...identity, candidate }, trial);
  add('onTraceEnd', traceOf(1), trial);
  add('onTraceEnd', traceOf(2), trial);
  add('onExampleEnd', { ...example, index: 1, score: 0, feedback: 'wrong: 7', traceId: traceOf(2).traceId }, trial);
  add(
    'onExampleEnd',
    { ...example, index: 0, score: 1, scores: { exact: 1, brief: 0.5 }, traceId: traceOf(1).traceId },
    trial,
  );
  add('onTrialEnd', { ...identity, candidate, ...result }, trial);
  add('onTraceEnd', traceOf(3, 'reflection'), compile);
  add('onCompileEnd', compileEnd(candidate), compile);
  const evaluation = { evalId: 'e0.w1' };
  add('onEvalStart', evalStart(), evaluation);
  add('onTraceEnd', traceOf(4), evaluation);
  const error = { name: 'RangeError', message: 'no score' };
  add('onExampleEnd', { ...example, index: 0, score: null, error, traceId: traceOf(4).traceId }, evaluation);
  add('onEvalEnd', { ...result, name: 'eval', key: 'eval', step: 0, n: 1, score: null, errors: 1 }, evaluation);
  add('onRunEnd', { status: 'finished', durationMs: 1_400 });
  return events;
}

function compileStart(): object {
  const about = { index: 0, optimizer: 'GEPA', method: 'compile', metric: 'exact' };
  return {
    ...about,
    hyperparameters: { numTrials: 2 },
    options: {},
    lms: [],
    trainset: null,
    valset: null,
    seed: null,
  };
}

function compileEnd(candidate: object): object {
  const best = { candidate, score: 0.5, format: 'state', program: {} };
  return { status: 'finished', durationMs: 900, trials: 1, best, reportedScore: 0.5, tokens: {}, result: {} };
}

function evalStart(): object {
  const about = { name: 'eval', evaluator: 'Evaluate', key: 'eval', step: 0, index: 0, metric: 'exact' };
  return { ...about, hyperparameters: {}, options: {}, lms: [], devset: null, candidate: null };
}
