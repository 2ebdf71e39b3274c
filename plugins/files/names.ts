import { hash } from 'node:crypto';

const MAX_LENGTH = 60;
/** Device names that Windows reserves, with any extension. */
const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)(\..*)?$/i;

/**
 * Returns a path segment for any text: letters and digits of every script, `.`, `_`, `-` and inner spaces; never hidden,
 * never `..`, about 60 characters. If the text had to change, six hex digits of its SHA-256 are added before its extension,
 * so that different texts do not share a name.
 */
export function safeName(text: string): string {
  const cleaned = text.normalize('NFC').replace(/[^\p{L}\p{M}\p{N}._ -]/gu, '_');
  const name = cleaned.replace(/^[. ]+|[. ]+$/g, '_');
  if (name === text && text !== '' && [...text].length <= MAX_LENGTH && !RESERVED.test(text)) return text;
  const [, stem = name, extension = ''] = /^(.+?)(\.[\p{L}\p{N}]{1,8})$/u.exec(name) ?? [];
  return `${[...stem].slice(0, MAX_LENGTH).join('') || '_'}~${hash('sha256', text, 'hex').slice(0, 6)}${extension}`;
}

/** Returns a relative path for any text. Every segment is safe, and the path never leaves its folder. */
export function safePath(text: string): string {
  const segments = text.split(/[/\\]+/).filter((segment) => segment !== '' && segment !== '.');
  return segments.length === 0 ? safeName(text) : segments.map(safeName).join('/');
}

/** Assigns a unique name to each id. If another id has the name already, `-2`, `-3`, … is added. */
export class UniqueNames {
  readonly #byId = new Map<string, string>();
  readonly #taken = new Set<string>();

  get(id: string): string | undefined {
    return this.#byId.get(id);
  }

  /** Assigns a name to `id`. If `id` had another name, that name becomes free. */
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
