import { hash } from 'node:crypto';

const MAX_LENGTH = 60;
/** Device names that Windows keeps for itself, with any extension. */
const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)(\..*)?$/i;

/**
 * One segment of a path made from any text: letters and digits of every script, `.`, `_`, `-` and inner spaces; never
 * hidden, never `..`, about 60 characters. Text that had to change gets six hex digits of its SHA-256 before its
 * extension, so that two different texts never share a name.
 */
export function safeName(text: string): string {
  const cleaned = text.normalize('NFC').replace(/[^\p{L}\p{M}\p{N}._ -]/gu, '_');
  const name = cleaned.replace(/^[. ]+|[. ]+$/g, '_');
  if (name === text && text !== '' && [...text].length <= MAX_LENGTH && !RESERVED.test(text)) return text;
  const [, stem = name, extension = ''] = /^(.+?)(\.[\p{L}\p{N}]{1,8})$/u.exec(name) ?? [];
  return `${[...stem].slice(0, MAX_LENGTH).join('') || '_'}~${hash('sha256', text, 'hex').slice(0, 6)}${extension}`;
}

/** A relative path made from any text: every segment safe, nothing climbs out of the folder it is put in. */
export function safePath(text: string): string {
  const segments = text.split(/[/\\]+/).filter((segment) => segment !== '' && segment !== '.');
  return segments.length === 0 ? safeName(text) : segments.map(safeName).join('/');
}

/** Gives each id one name for good; an id whose name is taken by another id gets `-2`, `-3`, … */
export class NameBook {
  readonly #byId = new Map<string, string>();
  readonly #taken = new Set<string>();

  get(id: string): string | undefined {
    return this.#byId.get(id);
  }

  /** Names `id`, also if it had another name before: that one becomes free. */
  assign(id: string, wanted: string): string {
    const current = this.#byId.get(id);
    if (current === wanted) return current;
    if (current !== undefined) this.#taken.delete(current);
    let name = wanted;
    for (let n = 2; this.#taken.has(name); n += 1) name = `${wanted}-${n}`;
    this.#taken.add(name);
    this.#byId.set(id, name);
    return name;
  }
}
