import { hash } from 'node:crypto';
import { isAbsolute, relative, sep } from 'node:path';
import { AutologError } from '../../contract/errors.js';
import { received } from '../received.js';

/** Characters of a name that {@link safeName} keeps. */
const MAX_LENGTH = 60;
/** Bytes of a name that every common file system takes. */
const MAX_BYTES = 255;
/** Device names that Windows reserves, with any extension. */
const RESERVED = /^(con|prn|aux|nul|conin\$|conout\$|com[\d¹²³]|lpt[\d¹²³])(\..*)?$/i;
/** Separators, control characters and what Windows forbids or drops. */
const NOT_PORTABLE = /[/\\:*?"<>|\p{Cc}]|[. ]$/u;

/**
 * Returns a path segment for any text: letters and digits of every script, `.`, `_`, `-` and inner spaces; never hidden,
 * never `..`, never a device of Windows, about 60 characters and at most 255 bytes. If the text had to change, six hex
 * digits of its SHA-256 are added before its extension, so that different texts do not share a name.
 */
export function safeName(text: string): string {
  const cleaned = text.normalize('NFC').replace(/[^\p{L}\p{M}\p{N}._ -]/gu, '_');
  const name = withoutEnd(cleaned.replace(/^[. ]+/, '_'));
  const fits = [...name].length <= MAX_LENGTH && Buffer.byteLength(name) <= MAX_BYTES;
  if (name === text && text !== '' && fits && !RESERVED.test(text)) return text;
  const [, stem = name, extension = ''] = /^(.+?)(\.[\p{L}\p{N}]{1,8})$/u.exec(name) ?? [];
  return `${shortened(stem)}~${hash('sha256', text, 'hex').slice(0, 6)}${extension}`;
}

/** Replaces the dots and spaces at the end. An expression such as `[. ]+$` takes hours for a million spaces inside. */
function withoutEnd(name: string): string {
  let end = name.length;
  while (name[end - 1] === '.' || name[end - 1] === ' ') end -= 1;
  return end === name.length ? name : `${name.slice(0, end)}_`;
}

/** Four bytes a character are the most that UTF-8 needs. */
function shortened(stem: string): string {
  const start = [...stem].slice(0, MAX_LENGTH).join('');
  return RESERVED.test(start) || start === '' ? `_${start}` : start;
}

/** Returns a relative path for any text. Every segment is a {@link safeName}, and the path never leaves its folder. */
export function safePath(text: string): string {
  const segments = text.split(/[/\\]+/).filter((segment) => segment !== '' && segment !== '.');
  return segments.length === 0 ? safeName(text) : segments.map(safeName).join('/');
}

/**
 * Returns whether a file or folder can have this name on every system: no separator, no control character, nothing that
 * Windows forbids, drops or reserves, not `.` or `..`, at most 255 bytes.
 */
export function isPortableName(name: string): boolean {
  return name !== '' && !NOT_PORTABLE.test(name) && !RESERVED.test(name) && Buffer.byteLength(name) <= MAX_BYTES;
}

/**
 * Splits a path below `root` into its names.
 *
 * @param path relative with `/`, or absolute and below `root`
 * @throws AutologError `AXL_PATH_UNSAFE` if it leaves the folder or a name is not portable
 */
export function namesOf(root: string, path: string): readonly string[] {
  if (typeof path !== 'string') throw unsafe(root, path);
  const inside = isAbsolute(path) ? relative(root, path).split(sep) : path.split('/');
  if (inside.every(isPortableName)) return inside;
  throw unsafe(root, path);
}

function unsafe(root: string, path: unknown): AutologError {
  return new AutologError(
    'AXL_PATH_UNSAFE',
    `the path of a file must consist of portable names and stay in '${root}', got ${received(path)}. Pass foreign text through safeName() or safePath() first.`,
  );
}
