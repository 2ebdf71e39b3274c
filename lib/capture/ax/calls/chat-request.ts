import { BINARY_LIMIT, binaryMark, keepContent } from '../../../track/traces/content.js';
import { asText, isObject, safeGet, type UnknownObject } from '../../observe/inspect.js';

/** Converts ax's request to the format of OpenAI's chat API: model, messages, tools and model settings. */
export function chatRequest(request: unknown, model: string | undefined): Record<string, unknown> {
  const prompt = safeGet(request, 'chatPrompt');
  const tools = toolsOf(safeGet(request, 'functions'));
  const choice = choiceOf(safeGet(request, 'functionCall'));
  return {
    ...(model === undefined ? {} : { model }),
    messages: Array.isArray(prompt) ? prompt.map(messageOf) : [],
    ...(tools.length === 0 ? {} : { tools }),
    ...(choice === undefined ? {} : { tool_choice: choice }),
    ...modelSettings(safeGet(request, 'modelConfig')),
    ...formatOf(safeGet(request, 'responseFormat')),
  };
}

function messageOf(message: unknown): Record<string, unknown> {
  const role = safeGet(message, 'role');
  const content = contentOf(safeGet(message, 'content'));
  if (role === 'function') {
    const text = content ?? safeGet(message, 'result');
    return { role: 'tool', tool_call_id: safeGet(message, 'functionId'), content: text ?? '' };
  }
  if (role !== 'assistant') return { role, ...named(message), content: content ?? '' };
  return { role, ...named(message), ...assistantContent(message) };
}

/** Returns the content, thoughts and tool calls of an assistant message, in a request or in an answer. */
export function assistantContent(answer: unknown): Record<string, unknown> {
  const thought = asText(safeGet(answer, 'thought'));
  const calls = toolCalls(safeGet(answer, 'functionCalls'));
  const images = safeGet(answer, 'images');
  const parts = Array.isArray(images) ? images.map((image) => partOf({ ...(image as object), type: 'image' })) : [];
  const text = contentOf(safeGet(answer, 'content'));
  const audio = safeGet(answer, 'audio');
  return {
    content: parts.length === 0 ? (text ?? null) : [...(text ? [{ type: 'text', text }] : []), ...parts],
    ...(thought ? { reasoning_content: thought } : {}),
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
    ...(isObject(audio) ? { audio: keepContent(audio) } : {}),
  };
}

function named(message: unknown): Record<string, unknown> {
  const name = safeGet(message, 'name');
  return typeof name === 'string' ? { name } : {};
}

function contentOf(content: unknown): unknown {
  return Array.isArray(content) ? content.map(partOf) : content;
}

/** Converts function calls. `arguments` is always a string in OpenAI's format; in ax it may be an object. */
function toolCalls(calls: unknown): readonly Record<string, unknown>[] {
  if (!Array.isArray(calls)) return [];
  return calls.map((call: unknown) => {
    const fn = safeGet(call, 'function');
    return {
      id: safeGet(call, 'id'),
      type: 'function',
      function: { name: safeGet(fn, 'name'), arguments: argumentsOf(fn) },
    };
  });
}

function argumentsOf(fn: unknown): string {
  const params = safeGet(fn, 'params');
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
    const parameters = safeGet(fn, 'parameters');
    const described = { name: safeGet(fn, 'name'), description: safeGet(fn, 'description') };
    const schema = parameters === undefined ? {} : { parameters: keepContent(parameters) };
    return { type: 'function', function: { ...described, ...schema } };
  });
}

function choiceOf(choice: unknown): unknown {
  return typeof choice === 'string' || isObject(choice) ? keepContent(choice) : undefined;
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
  if (!isObject(config)) return settings;
  for (const key of Object.keys(config as UnknownObject)) {
    const value = safeGet(config, key);
    if (value !== undefined && typeof value !== 'function') settings[SETTINGS[key] ?? key] = keepContent(value);
  }
  return settings;
}

function formatOf(format: unknown): Record<string, unknown> {
  if (!isObject(format)) return {};
  const schema = safeGet(format, 'schema');
  return {
    response_format: {
      type: safeGet(format, 'type'),
      ...(isObject(schema) ? { json_schema: keepContent(schema) } : {}),
    },
  };
}

/** Converts a part of a message to the format of OpenAI's chat API. Long binary content becomes a placeholder. */
export function partOf(part: unknown): unknown {
  switch (safeGet(part, 'type')) {
    case 'text':
      return { type: 'text', text: safeGet(part, 'text') };
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
  const data = safeGet(part, 'image') ?? safeGet(part, 'data');
  const address = safeGet(part, 'url');
  const detail = safeGet(part, 'details');
  const url = typeof data === 'string' ? dataUrl(data, safeGet(part, 'mimeType') ?? 'image/png') : address;
  return { type: 'image_url', image_url: { url, ...(detail === undefined ? {} : { detail }) } };
}

function audio(part: unknown): unknown {
  const transcript = safeGet(part, 'transcription');
  const mime = safeGet(part, 'mimeType');
  const format = safeGet(part, 'format') ?? (typeof mime === 'string' ? mime.replace(/^audio\//, '') : 'wav');
  return {
    type: 'input_audio',
    input_audio: { data: inline(safeGet(part, 'data')), format },
    ...(typeof transcript === 'string' ? { transcript } : {}),
  };
}

function file(part: unknown): unknown {
  const filename = safeGet(part, 'filename');
  const uri = safeGet(part, 'fileUri');
  const mime = safeGet(part, 'mimeType');
  const text = safeGet(part, 'extractedText');
  return {
    type: 'file',
    file: {
      ...(filename === undefined ? {} : { filename }),
      ...(uri === undefined ? { file_data: dataUrl(safeGet(part, 'data'), mime) } : { file_id: uri }),
    },
    ...(typeof text === 'string' ? { text } : {}),
  };
}

function link(part: unknown): string {
  const title = safeGet(part, 'title');
  const content = safeGet(part, 'cachedContent');
  const head = `${typeof title === 'string' ? `${title} ` : ''}${String(safeGet(part, 'url'))}`;
  return typeof content === 'string' ? `${head}\n${content}` : head;
}

function dataUrl(data: unknown, mime: unknown): unknown {
  if (typeof data !== 'string') return inline(data);
  return /^(?:data|https?|gs):/i.test(data) ? data : `data:${String(mime)};base64,${String(inline(data))}`;
}

function inline(data: unknown): unknown {
  return typeof data === 'string' && data.length > BINARY_LIMIT ? binaryMark(data.length) : data;
}
