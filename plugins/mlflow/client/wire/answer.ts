import type { IncomingMessage } from 'node:http';
import { pipeline, type Transform } from 'node:stream';
import { createGunzip, createInflate } from 'node:zlib';

/** Most bytes of an answer, after decompression. */
export const MAX_ANSWER_BYTES = 16 * 1_024 * 1_024;

/** Error of an answer that arrived but is not read: it is too large, or compressed in a way that is not understood. */
export class UnreadableAnswer extends Error {
  constructor(
    message: string,
    /** True if a request for less may be answered. */
    readonly isTooLarge: boolean,
  ) {
    super(message);
  }
}

/**
 * Reads a complete answer, decompressed while it arrives. An answer over {@link MAX_ANSWER_BYTES} closes the connection at
 * that point, so that neither a large answer nor a small one that unpacks to a large one is ever held whole.
 *
 * @throws UnreadableAnswer if it is too large or its compression is not gzip or deflate
 */
export async function readAnswer(incoming: IncomingMessage): Promise<string> {
  const decoder = decoderOf(incoming);
  if (Number(incoming.headers['content-length']) > MAX_ANSWER_BYTES) throw refused(incoming, tooLarge());
  // Errors of either stream end the other one, and the loop below.
  const source = decoder ? pipeline(incoming, decoder, () => undefined) : incoming;
  const parts: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const part of source as AsyncIterable<Buffer>) {
      bytes += part.byteLength;
      // Leaving the loop destroys the stream, and with it the connection.
      if (bytes > MAX_ANSWER_BYTES) throw tooLarge();
      parts.push(part);
    }
  } catch (error) {
    throw isDecoding(error) ? new UnreadableAnswer('a body that cannot be decompressed', false) : error;
  }
  if (!incoming.complete) throw new Error('the answer was cut off');
  return Buffer.concat(parts).toString('utf8');
}

/** Returns what decompresses an answer; `null` if it is not compressed. The client never asks for compression. */
function decoderOf(incoming: IncomingMessage): Transform | null {
  const encoding = (incoming.headers['content-encoding'] ?? '').trim().toLowerCase();
  if (encoding === '' || encoding === 'identity') return null;
  if (encoding === 'gzip' || encoding === 'x-gzip') return createGunzip();
  if (encoding === 'deflate') return createInflate();
  throw refused(incoming, new UnreadableAnswer('a body compressed in another way than gzip or deflate', false));
}

function refused(incoming: IncomingMessage, error: UnreadableAnswer): UnreadableAnswer {
  incoming.destroy();
  return error;
}

function tooLarge(): UnreadableAnswer {
  return new UnreadableAnswer(`more than ${MAX_ANSWER_BYTES / 1_024 ** 2} MB`, true);
}

function isDecoding(error: unknown): boolean {
  const code = (error as { readonly code?: unknown } | null)?.code;
  return typeof code === 'string' && code.startsWith('Z_');
}
