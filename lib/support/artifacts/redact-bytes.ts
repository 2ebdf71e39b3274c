import type { Redactor } from '../redact/redact.js';
import { mediaKind } from './media-kinds.js';

/** The bytes to record of a file, or the reason why it is not recorded. */
export type RecordedBytes = { readonly bytes: Buffer } | { readonly refused: string };

/** Bytes of the largest binary file that is searched and recorded. */
const MOST_BINARY_MB = 16;

/** Runs of text in a binary file, as `strings` prints them. */
const TEXT_RUN = /[\t\n\r\x20-\x7e]{12,}/g;

/**
 * Returns a file's bytes without secrets. A text is redacted in its own encoding. A binary file cannot be redacted without
 * breaking it, so it is recorded as it is if it is of a known kind and has no secret in plain text, and refused otherwise.
 *
 * @param path its extension tells kinds without a signature
 */
export function redactBytes(path: string, bytes: Uint8Array, redactor: Redactor): RecordedBytes {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const encoding = textEncoding(buffer);
  if (encoding !== undefined) return { bytes: redactEncoded(buffer, encoding, redactor) };
  if (mediaKind(path, buffer) === undefined) {
    return { refused: 'it is neither text nor a known kind of binary file, so secrets in it cannot be found' };
  }
  if (buffer.length > MOST_BINARY_MB * 1024 * 1024) {
    return { refused: `it is a binary file of more than ${MOST_BINARY_MB} MB, so secrets in it are not looked for` };
  }
  const text = buffer.toString('latin1').match(TEXT_RUN) ?? [];
  if (text.some((run) => redactor.text(run) !== run)) {
    return { refused: 'it is a binary file with text that redaction would replace, which would break the file' };
  }
  return { bytes: buffer };
}

type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'latin1';

/** Control characters that texts do not contain. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they mark a binary file
const BINARY = /[\0-\x06\x0e-\x1a\x1c-\x1f]/;
/** Characters that are looked at to recognize UTF-16 without a mark. */
const SAMPLE = 2_048;

/** Returns the encoding of a text, whatever its file is called; `undefined` for a binary file. */
function textEncoding(bytes: Buffer): Encoding | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return ifText(bytes, 'utf-16le');
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return ifText(bytes, 'utf-16be');
  if (!bytes.includes(0)) return isDecodable(bytes, 'utf-8') ? 'utf-8' : ifText(bytes, 'latin1');
  const sample = bytes.subarray(0, SAMPLE);
  let [even, odd] = [0, 0];
  for (let i = 0; i + 1 < sample.length; i += 2) {
    if (sample[i] === 0) even += 1;
    if (sample[i + 1] === 0) odd += 1;
  }
  const most = sample.length / 2;
  if (odd > most * 0.4 && even < most * 0.1) return ifText(bytes, 'utf-16le');
  return even > most * 0.4 && odd < most * 0.1 ? ifText(bytes, 'utf-16be') : undefined;
}

function ifText(bytes: Buffer, encoding: Encoding): Encoding | undefined {
  const isText = isDecodable(bytes, encoding) && !BINARY.test(decoded(bytes, encoding));
  return isText ? encoding : undefined;
}

function isDecodable(bytes: Buffer, encoding: Encoding): boolean {
  if (encoding === 'latin1') return true;
  if (encoding !== 'utf-8' && bytes.length % 2 !== 0) return false;
  try {
    new TextDecoder(encoding, { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

function decoded(bytes: Buffer, encoding: Encoding): string {
  if (encoding === 'utf-16be') return Buffer.from(bytes).swap16().toString('utf16le');
  return bytes.toString(encoding === 'utf-16le' ? 'utf16le' : encoding);
}

function redactEncoded(bytes: Buffer, encoding: Encoding, redactor: Redactor): Buffer {
  const text = decoded(bytes, encoding);
  const redacted = redactor.text(text);
  if (redacted === text) return bytes;
  if (encoding === 'utf-16be') return Buffer.from(redacted, 'utf16le').swap16();
  return Buffer.from(redacted, encoding === 'utf-16le' ? 'utf16le' : encoding);
}
