import type { Json } from 'ax-autolog/sink';
import { listOf, membersOf, parsed } from './values.js';

/**
 * Converts messages of OpenAI's chat format to the format of the GenAI conventions, which has a role and parts.
 * Source: the JSON schemas `gen-ai-input-messages.json` and `gen-ai-output-messages.json` of
 * https://github.com/open-telemetry/semantic-conventions-genai
 */

type Part = { readonly type: string; readonly [key: string]: Json };

/** The schema's finish reasons by OpenAI's, if they differ. */
const FINISH_REASONS: ReadonlyMap<string, string> = new Map([
  ['tool_calls', 'tool_call'],
  ['function_call', 'tool_call'],
]);

/** Returns the messages that the model received, in order. They include system messages, as ax sends them. */
export function inputMessages(request: Json): Json {
  return listOf(membersOf(request)['messages']).map((message) => {
    const { role, name } = membersOf(message);
    return {
      role: roleOf(role),
      parts: partsOf(membersOf(message)),
      ...(typeof name === 'string' ? { name } : {}),
    };
  });
}

/** Returns the messages that the model returned, one per choice. */
export function outputMessages(response: Json): Json {
  return listOf(membersOf(response)['choices']).map((choice) => {
    const { message, finish_reason: reason } = membersOf(choice);
    return {
      role: roleOf(membersOf(message)['role'] ?? 'assistant'),
      parts: partsOf(membersOf(message)),
      ...(typeof reason === 'string' ? { finish_reason: FINISH_REASONS.get(reason) ?? reason } : {}),
    };
  });
}

/** Returns the functions that the model may call. */
export function toolDefinitions(request: Json): readonly Json[] {
  return listOf(membersOf(request)['tools']).map((tool) => {
    const { type, function: described } = membersOf(tool);
    const { name, description, parameters } = { ...membersOf(tool), ...membersOf(described) };
    return {
      type: typeof type === 'string' ? type : 'function',
      name: name ?? null,
      ...(description === undefined ? {} : { description }),
      ...(parameters === undefined ? {} : { parameters }),
    };
  });
}

function roleOf(role: Json | undefined): string {
  if (role === 'function') return 'tool';
  return typeof role === 'string' && role !== '' ? role : 'user';
}

function partsOf(message: { readonly [key: string]: Json }): readonly Part[] {
  const { role, content, tool_calls: calls, tool_call_id: callId, reasoning_content: reasoning } = message;
  if (role === 'tool' || role === 'function') {
    return [{ type: 'tool_call_response', id: callId ?? null, response: content ?? null }];
  }
  return [
    ...(typeof reasoning === 'string' ? [{ type: 'reasoning', content: reasoning }] : []),
    ...contentParts(content),
    ...listOf(calls).map(toolCall),
  ];
}

function contentParts(content: Json | undefined): readonly Part[] {
  if (content === undefined || content === null) return [];
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', content }];
  if (Array.isArray(content)) return content.map(contentPart);
  return [{ type: 'text', content: JSON.stringify(content) }];
}

function contentPart(part: Json): Part {
  const { type, text, image_url: image, input_audio: audio, file, ...others } = membersOf(part);
  if (typeof part === 'string') return { type: 'text', content: part };
  if (type === 'text') return { type: 'text', content: text ?? '' };
  if (type === 'image_url') return attached('image', typeof image === 'string' ? image : membersOf(image)['url']);
  if (type === 'input_audio') {
    const { data, format } = membersOf(audio);
    return { type: 'blob', modality: 'audio', mime_type: `audio/${format ?? 'wav'}`, content: data ?? '' };
  }
  if (type === 'file') {
    const { file_id: id, file_data: data, filename } = membersOf(file);
    const name = filename === undefined ? {} : { filename };
    if (typeof id === 'string') return { type: 'file', modality: 'document', file_id: id, ...name };
    return { ...attached('document', data), ...name };
  }
  return { type: typeof type === 'string' ? type : 'unknown', ...(text === undefined ? {} : { text }), ...others };
}

/** Returns a `data:` URL as a blob, and any other address as a URI. */
function attached(modality: string, address: Json | undefined): Part {
  const url = typeof address === 'string' ? address : '';
  const data = /^data:([^;,]*)(?:;[^,]*)?,/.exec(url.slice(0, 256));
  if (!data) return { type: 'uri', modality, uri: url };
  return { type: 'blob', modality, mime_type: data[1] ?? '', content: url.slice(data[0].length) };
}

function toolCall(call: Json): Part {
  const { id, function: called } = membersOf(call);
  const { name, arguments: given } = { ...membersOf(call), ...membersOf(called) };
  return { type: 'tool_call', id: id ?? null, name: name ?? '', arguments: parsed(given) };
}
