import { settings } from '../../../support/settings.js';
import { BINARY_LIMIT, binaryMark, keepContent, NOT_CAPTURED } from '../../../track/traces/content.js';
import { type Bag, isBag, read } from '../access/objects.js';

/** ax's request as OpenAI's chat API has it: model, messages, tools, and the model settings under their names there. */
export function chatRequest(request: unknown, model: string | undefined): Record<string, unknown> {
  const prompt = read(request, 'chatPrompt');
  const tools = toolsOf(read(request, 'functions'));
  const choice = choiceOf(read(request, 'functionCall'));
  return {
    ...(model === undefined ? {} : { model }),
    messages: Array.isArray(prompt) ? prompt.map(messageOf) : [],
    ...(tools.length === 0 ? {} : { tools }),
    ...(choice === undefined ? {} : { tool_choice: choice }),
    ...modelSettings(read(request, 'modelConfig')),
    ...formatOf(read(request, 'responseFormat')),
  };
}

/** What the model said before is an output: it stays out where outputs are not captured. */
function messageOf(message: unknown): Record<string, unknown> {
  const role = read(message, 'role');
  const content = contentOf(read(message, 'content'));
  if (role === 'function') {
    const text = settings().capture.outputs ? (content ?? read(message, 'result')) : NOT_CAPTURED;
    return { role: 'tool', tool_call_id: read(message, 'functionId'), content: text ?? '' };
  }
  if (role !== 'assistant') return { role, ...named(message), content: content ?? '' };
  if (!settings().capture.outputs) return { role, ...named(message), content: NOT_CAPTURED };
  return { role, ...named(message), ...assistantSaid(message) };
}

/** Content, thoughts and tool calls of what a model said, in a request or in an answer. */
export function assistantSaid(said: unknown): Record<string, unknown> {
  const thought = read(said, 'thought');
  const calls = toolCalls(read(said, 'functionCalls'));
  const images = read(said, 'images');
  const parts = Array.isArray(images) ? images.map((image) => partOf({ ...(image as object), type: 'image' })) : [];
  const text = contentOf(read(said, 'content'));
  const audio = read(said, 'audio');
  return {
    content: parts.length === 0 ? (text ?? null) : [...(text ? [{ type: 'text', text }] : []), ...parts],
    ...(typeof thought === 'string' && thought !== '' ? { reasoning_content: thought } : {}),
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
    ...(isBag(audio) ? { audio: keepContent(audio) } : {}),
  };
}

function named(message: unknown): Record<string, unknown> {
  const name = read(message, 'name');
  return typeof name === 'string' ? { name } : {};
}

function contentOf(content: unknown): unknown {
  return Array.isArray(content) ? content.map(partOf) : content;
}

/** `arguments` is a text in OpenAI's form, whatever ax has. */
function toolCalls(calls: unknown): readonly Record<string, unknown>[] {
  if (!Array.isArray(calls)) return [];
  return calls.map((call: unknown) => {
    const fn = read(call, 'function');
    return { id: read(call, 'id'), type: 'function', function: { name: read(fn, 'name'), arguments: textOf(fn) } };
  });
}

function textOf(fn: unknown): string {
  const params = read(fn, 'params');
  if (typeof params === 'string') return params;
  if (params === undefined) return '';
  try {
    return JSON.stringify(params) ?? '';
  } catch {
    return '[unreadable]';
  }
}

function toolsOf(functions: unknown): readonly Record<string, unknown>[] {
  if (!Array.isArray(functions)) return [];
  return functions.map((fn: unknown) => {
    const parameters = read(fn, 'parameters');
    const described = { name: read(fn, 'name'), description: read(fn, 'description') };
    const schema = parameters === undefined ? {} : { parameters: keepContent(parameters) };
    return { type: 'function', function: { ...described, ...schema } };
  });
}

function choiceOf(choice: unknown): unknown {
  return typeof choice === 'string' || isBag(choice) ? keepContent(choice) : undefined;
}

const SETTINGS: Readonly<Record<string, string>> = {
  maxTokens: 'max_tokens',
  temperature: 'temperature',
  topP: 'top_p',
  topK: 'top_k',
  n: 'n',
  presencePenalty: 'presence_penalty',
  frequencyPenalty: 'frequency_penalty',
  stopSequences: 'stop',
};

function modelSettings(config: unknown): Record<string, unknown> {
  const settings: Record<string, unknown> = {};
  if (!isBag(config)) return settings;
  for (const key of Object.keys(config as Bag)) {
    const value = read(config, key);
    if (value !== undefined && typeof value !== 'function') settings[SETTINGS[key] ?? key] = keepContent(value);
  }
  return settings;
}

function formatOf(format: unknown): Record<string, unknown> {
  if (!isBag(format)) return {};
  const schema = read(format, 'schema');
  return {
    response_format: { type: read(format, 'type'), ...(isBag(schema) ? { json_schema: keepContent(schema) } : {}) },
  };
}

/** One part of a message as OpenAI's chat API has it. Long binary content is cut to a mark. */
export function partOf(part: unknown): unknown {
  switch (read(part, 'type')) {
    case 'text':
      return { type: 'text', text: read(part, 'text') };
    case 'image':
      return image(part);
    case 'audio':
      return audio(part);
    case 'file':
      return file(part);
    case 'url':
      return { type: 'text', text: link(part) };
    default:
      return keepContent(part);
  }
}

function image(part: unknown): unknown {
  const data = read(part, 'image') ?? read(part, 'data');
  const address = read(part, 'url');
  const detail = read(part, 'details');
  const url = typeof data === 'string' ? dataUrl(data, read(part, 'mimeType') ?? 'image/png') : address;
  return { type: 'image_url', image_url: { url, ...(detail === undefined ? {} : { detail }) } };
}

function audio(part: unknown): unknown {
  const transcript = read(part, 'transcription');
  const mime = read(part, 'mimeType');
  const format = read(part, 'format') ?? (typeof mime === 'string' ? mime.replace(/^audio\//, '') : 'wav');
  return {
    type: 'input_audio',
    input_audio: { data: inline(read(part, 'data')), format },
    ...(typeof transcript === 'string' ? { transcript } : {}),
  };
}

function file(part: unknown): unknown {
  const filename = read(part, 'filename');
  const uri = read(part, 'fileUri');
  const mime = read(part, 'mimeType');
  const text = read(part, 'extractedText');
  return {
    type: 'file',
    file: {
      ...(filename === undefined ? {} : { filename }),
      ...(uri === undefined ? { file_data: dataUrl(read(part, 'data'), mime) } : { file_id: uri }),
    },
    ...(typeof text === 'string' ? { text } : {}),
  };
}

function link(part: unknown): string {
  const title = read(part, 'title');
  const content = read(part, 'cachedContent');
  const head = `${typeof title === 'string' ? `${title} ` : ''}${String(read(part, 'url'))}`;
  return typeof content === 'string' ? `${head}\n${content}` : head;
}

function dataUrl(data: unknown, mime: unknown): unknown {
  if (typeof data !== 'string') return inline(data);
  return /^(?:data|https?|gs):/i.test(data) ? data : `data:${String(mime)};base64,${String(inline(data))}`;
}

function inline(data: unknown): unknown {
  return typeof data === 'string' && data.length > BINARY_LIMIT ? binaryMark(data.length) : data;
}
