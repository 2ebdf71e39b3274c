import { BINARY_LIMIT, binaryMark } from '../../../track/traces/content.js';
import { keepContent } from '../../../track/traces/content-merge.js';
import { read } from '../access/objects.js';

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
