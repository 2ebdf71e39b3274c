import { asText, isObject, safeGet } from '../../observe/inspect.js';
import { assistantContent } from './chat-request.js';

interface Call {
  readonly id: unknown;
  name: string;
  params: unknown;
}

interface Choice {
  readonly index: number;
  content: string | undefined;
  thought: string | undefined;
  finishReason: string | undefined;
  readonly calls: Call[];
  readonly images: unknown[];
  audio: unknown;
}

/**
 * The answer of a chat model, assembled from its chunks as in ax: texts and arguments are appended, function calls are
 * matched by id. A complete response counts as one chunk.
 */
export class ChatAnswer {
  readonly #choices = new Map<number, Choice>();
  #responseId: string | undefined;

  /** Adds a response or a chunk. Ignores other values. */
  take(response: unknown): void {
    const results = safeGet(response, 'results');
    this.#responseId = asText(safeGet(response, 'remoteId')) ?? this.#responseId;
    if (!Array.isArray(results)) return;
    for (const [i, result] of results.entries()) if (isObject(result)) this.#add(i, result);
  }

  get responseId(): string | undefined {
    return this.#responseId;
  }

  get finishReasons(): readonly string[] {
    return this.#inOrder()
      .map(({ finishReason }) => finishReason)
      .filter((reason) => reason !== undefined);
  }

  /** The text of the answer, without thoughts and function calls. Several choices are joined by newlines. */
  get text(): string {
    return this.#inOrder()
      .map(({ content }) => content ?? '')
      .join('\n');
  }

  /** `{ choices }` in the form of OpenAI's chat API. */
  get outputs(): Record<string, unknown> {
    return {
      choices: this.#inOrder().map(({ index, finishReason, ...choice }) => ({
        index,
        finish_reason: finishReason === 'function_call' ? 'tool_calls' : (finishReason ?? null),
        message: {
          role: 'assistant',
          ...assistantContent({
            ...choice,
            functionCalls: choice.calls.map(({ id, name, params }) => ({ id, function: { name, params } })),
          }),
        },
      })),
    };
  }

  #inOrder(): readonly Choice[] {
    return [...this.#choices.values()].sort((a, b) => a.index - b.index);
  }

  #add(position: number, result: object): void {
    const given = safeGet(result, 'index');
    const index = typeof given === 'number' ? given : position;
    const choice = this.#choices.get(index) ?? newChoice(index);
    this.#choices.set(index, choice);
    choice.content = joined(choice.content, safeGet(result, 'content'));
    choice.thought = joined(choice.thought, safeGet(result, 'thought'));
    const reason = safeGet(result, 'finishReason');
    if (typeof reason === 'string') choice.finishReason = reason;
    addCalls(choice.calls, safeGet(result, 'functionCalls'));
    const images = safeGet(result, 'images');
    if (Array.isArray(images)) choice.images.push(...(images as unknown[]));
    const audio = safeGet(result, 'audio');
    if (isObject(audio)) choice.audio = audio;
  }
}

function newChoice(index: number): Choice {
  return {
    index,
    content: undefined,
    thought: undefined,
    finishReason: undefined,
    calls: [],
    images: [],
    audio: undefined,
  };
}

function joined(before: string | undefined, text: unknown): string | undefined {
  return typeof text === 'string' ? (before ?? '') + text : before;
}

function addCalls(calls: Call[], deltas: unknown): void {
  if (!Array.isArray(deltas)) return;
  for (const delta of deltas as readonly unknown[]) {
    const id = safeGet(delta, 'id');
    const fn = safeGet(delta, 'function');
    const name = safeGet(fn, 'name');
    const params = safeGet(fn, 'params');
    const known = calls.find((call) => call.id === id);
    if (known === undefined) calls.push({ id, name: typeof name === 'string' ? name : '', params });
    else {
      if (typeof name === 'string') known.name += name;
      known.params =
        typeof params === 'string' && typeof known.params === 'string'
          ? known.params + params
          : (params ?? known.params);
    }
  }
}
