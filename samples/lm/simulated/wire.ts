import { hash32 } from '../../random.js';
import type { ChatMessage } from './prompt.js';

/** The parts of a chat request that the simulated LM uses. */
export interface ChatRequest {
  readonly model: string;
  readonly messages: readonly ChatMessage[];
  readonly stream: boolean;
}

/** Token usage, estimated as four characters per token. */
export interface Usage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
}

const contentText = (content: unknown): string => {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content
    .map((part: unknown) =>
      typeof part === 'object' && part !== null ? (part as Record<string, unknown>)['text'] : '',
    )
    .filter((text): text is string => typeof text === 'string')
    .join('\n');
};

/** Parses a request body; `undefined` if it is not a chat request. */
export function readRequest(body: string): ChatRequest | undefined {
  try {
    const json: unknown = JSON.parse(body);
    if (typeof json !== 'object' || json === null) return undefined;
    const { model, messages, stream } = json as Record<string, unknown>;
    if (!Array.isArray(messages)) return undefined;
    return {
      model: typeof model === 'string' ? model : 'simulated-lm',
      stream: stream === true,
      messages: messages.map((m: unknown) => {
        const { role, content } = (m ?? {}) as Record<string, unknown>;
        return { role: typeof role === 'string' ? role : 'user', content: contentText(content) };
      }),
    };
  } catch {
    return undefined;
  }
}

/** Counts tokens of a request and its reply. */
export function usageOf(request: ChatRequest, text: string): Usage {
  const prompt_tokens = Math.ceil(request.messages.reduce((n, m) => n + m.content.length, 0) / 4);
  const completion_tokens = Math.ceil(text.length / 4);
  return { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens };
}

const idOf = (request: ChatRequest): string => `simulated-${hash32(JSON.stringify(request)).toString(16)}`;

/** Returns the body of a non-streaming reply. */
export function completion(request: ChatRequest, text: string): string {
  return JSON.stringify({
    id: idOf(request),
    object: 'chat.completion',
    created: 0,
    model: request.model,
    choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }],
    usage: usageOf(request, text),
  });
}

/** Returns the server-sent events of a streaming reply, in pieces of 24 characters, with the usage last. */
export function completionEvents(request: ChatRequest, text: string): string {
  const head = { id: idOf(request), object: 'chat.completion.chunk', created: 0, model: request.model };
  const choice = (delta: object, finish_reason: string | null) => ({
    ...head,
    choices: [{ index: 0, delta, finish_reason }],
  });
  const pieces = text.match(/[\s\S]{1,24}/g) ?? [];
  const chunks = [
    choice({ role: 'assistant', content: '' }, null),
    ...pieces.map((content) => choice({ content }, null)),
    choice({}, 'stop'),
    { ...head, choices: [], usage: usageOf(request, text) },
  ];
  return `${chunks.map((c) => `data: ${JSON.stringify(c)}\n\n`).join('')}data: [DONE]\n\n`;
}
