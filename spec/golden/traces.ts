import type { ErrorData, Json, SpanData, SpanLM, TraceData } from 'ax-autolog';

const BEGIN = 1_795_000_002_000.25;
const SYSTEM = 'You answer questions.';
const LM: SpanLM = {
  role: 'task',
  operation: 'chat',
  provider: 'OpenAI',
  model: 'sim-small',
  tokens: { prompt: 40, completion: 10, total: 50, cached: 8 },
  cost: 0.0001,
  cached: false,
  streaming: false,
  finishReasons: ['stop'],
  responseId: 'chatcmpl-1',
};
const TOOLS = [{ type: 'function', function: { name: 'calculate', parameters: { type: 'object' } } }];

/** A program call with its predictor, its call of a model and what was read of the answer; the predictor raised, where there is no prediction. */
export function trace(
  index: number,
  question: string,
  prediction: Json,
  error: ErrorData,
  inTrial: boolean,
): TraceData {
  const inputs = { question };
  const failed = prediction === null ? ({ status: 'failed', error } as const) : ({ status: 'finished' } as const);
  const messages = [
    { role: 'system', content: SYSTEM },
    { role: 'user', content: `Question: ${question}` },
  ];
  const answer = `Answer: ${JSON.stringify(prediction)}`;
  const root = span(index, 0, null, 'ChainOfThought.forward', 'CHAIN', inputs, prediction, failed);
  const predictor = span(index, 1, 0, 'AxGen.forward', 'LLM', inputs, prediction, failed);
  const request = { model: 'sim-small', messages, tools: TOOLS, temperature: 0 };
  const response = { choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: answer } }] };
  const chat = span(index, 2, 1, 'OpenAI.chat', 'CHAT_MODEL', request, response, { status: 'finished', lm: LM });
  const parser = span(index, 3, 1, 'parse', 'PARSER', answer, prediction, failed);
  return {
    traceId: `${inTrial ? 'a' : 'e'}${String(index).padStart(31, '0')}`,
    name: root.name,
    role: 'task',
    status: root.status,
    startTime: root.startTime,
    durationMs: root.durationMs,
    tokens: { calls: 1, prompt: 40, completion: 10, total: 50, cached: 8, cost: 0.0001 },
    spans: [
      { ...root, attributes: { signature: 'question:string -> reasoning:string, answer:string' } },
      { ...predictor, events: [{ name: 'attempt', time: predictor.startTime, attributes: { number: 1 } }] },
      chat,
      parser,
    ],
    dropped: index === 1 ? 2 : 0,
  };
}

/** What a reflection asked, as one call of a model that no program made. */
export function reflectionTrace(proposal: string): TraceData {
  const messages = [{ role: 'user', content: [{ type: 'text', text: 'Improve the instruction.' }] }];
  const response = {
    choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: proposal } }],
  };
  const lm: SpanLM = { ...LM, role: 'reflection', cost: null };
  const call = span(9, 0, null, 'OpenAI.chat', 'CHAT_MODEL', { model: 'sim-small', messages }, response, {
    status: 'finished',
    lm,
  });
  return {
    traceId: `c${'0'.repeat(31)}`,
    name: call.name,
    role: 'reflection',
    status: call.status,
    startTime: call.startTime,
    durationMs: call.durationMs,
    tokens: { calls: 1, prompt: 40, completion: 10, total: 50 },
    spans: [call],
    dropped: 0,
  };
}

function span(
  index: number,
  at: number,
  parent: number | null,
  name: string,
  type: SpanData['type'],
  inputs: Json,
  outputs: Json,
  rest: Pick<SpanData, 'status' | 'error' | 'lm'>,
): SpanData {
  return {
    spanId: idOf(index, at),
    parentId: parent === null ? null : idOf(index, parent),
    name,
    type,
    startTime: BEGIN + index * 100 + at,
    durationMs: 20 - 2 * at,
    inputs,
    outputs,
    attributes: {},
    events: [],
    ...rest,
  };
}

function idOf(index: number, at: number): string {
  return `${index}`.padStart(15, 'b') + at;
}
