import { createHash } from 'node:crypto';
import { MAX_KEY_CHARS } from '../limits.js';

/** Characters that MLflow rejects: it accepts letters, digits, `_ - . / :` and space (`validate_param_and_metric_name` of MLflow 3.17.2). */
const REFUSED = /[^\p{L}\p{N}_\-./: ]/gu;
/** Underscore that could be read as the start of an escape. */
const AMBIGUOUS = /_(?=u[0-9a-f])/g;
const ESCAPE = /_u([0-9a-f]+)_/g;
const HASH_CHARS = 16;
const MAX_PATH_CHARS = 500;

/**
 * Encodes the name of a metric, param, tag or artifact for MLflow. Characters that it rejects become `_u<code point>_`, and so
 * do those that make a path ambiguous (`//`, `./`, `../`). {@link decodeKey} restores the name. A name that is too long is cut
 * and ends in `_h` and a hash.
 */
export function encodeKey(key: string, limit = MAX_KEY_CHARS): string {
  const safe = key.replace(AMBIGUOUS, '_u5f_').replace(REFUSED, escaped);
  const joined = joinSegments(safe.split('/').map(withoutDots));
  return joined.length <= limit ? joined : shorten(joined, key, limit);
}

/** Restores a name that {@link encodeKey} encoded, unless it was cut. */
export function decodeKey(encoded: string): string {
  return encoded.replace(ESCAPE, (_, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16)));
}

/** Encodes the path of an artifact for the server's proxy. {@link decodeKey} restores it. */
export function encodePath(path: string): string {
  return encodeKey(path, MAX_PATH_CHARS).replaceAll(':', '_u3a_');
}

/** Whether {@link decodeKey} cannot restore the name. */
export function isCut(key: string, encoded: string): boolean {
  return decodeKey(encoded) !== key;
}

function escaped(character: string): string {
  return `_u${character.codePointAt(0)?.toString(16)}_`;
}

/** Escapes `.` and `..`, which name folders. MLflow rejects every name that begins with two dots. */
function withoutDots(segment: string): string {
  return segment === '.' ? '_u2e_' : segment.replace(/^\.\./, '_u2e__u2e_');
}

/** Joins segments with `/`, which is escaped if a segment next to it is empty. */
function joinSegments(segments: readonly string[]): string {
  let joined = segments[0] ?? '';
  for (const [at, segment] of segments.entries()) {
    if (at === 0) continue;
    const isPlain = segment !== '' && segments[at - 1] !== '';
    joined += `${isPlain ? '/' : '_u2f_'}${segment}`;
  }
  return joined;
}

function shorten(encoded: string, key: string, limit: number): string {
  const hash = createHash('sha256').update(key).digest('hex').slice(0, HASH_CHARS);
  const kept = encoded.slice(0, limit - HASH_CHARS - 2).replace(/[\uD800-\uDBFF]$/, '');
  return `${kept.replace(/[./ ]+$/, '')}_h${hash}`;
}
