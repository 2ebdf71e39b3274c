import { type AnyEvent, type EventData, safePath } from 'ax-autolog/sink';
import { sameName } from './names.js';
import type { Places } from './places.js';
import { jsonText, type OutputTree } from './tree.js';

type Artifact = Extract<EventData['onLog'], { kind: 'artifact' }>;

/** Writes `artifacts/…`: files that the user logged. A later file of the same name replaces an earlier one. */
export class Artifacts {
  /** By {@link sameName}. */
  readonly #files = new Map<string, string>();
  readonly #folders = new Map<string, string>();

  readonly #tree: OutputTree;
  readonly #places: Places;

  constructor(tree: OutputTree, places: Places) {
    this.#tree = tree;
    this.#places = places;
  }

  take(event: AnyEvent): void {
    if (event.type !== 'onLog' || event.data.kind !== 'artifact') return;
    const artifact = event.data;
    const folder = event.compileId === undefined ? '' : this.#places.ofCompile(event);
    this.#tree.put(this.#free(`artifacts/${folder}${safePath(artifact.path)}`), () => content(artifact));
  }

  /**
   * Returns `path`, or a similar path if `path` is already a folder, one of its folders is already a file, or the file
   * system may take one of its names for another.
   */
  #free(path: string): string {
    const parents = parentsOf(path);
    for (const parent of parents) {
      const same = sameName(parent);
      if (this.#files.has(same) || (this.#folders.get(same) ?? parent) !== parent) {
        return this.#free(`${parent}~${path.slice(parent.length)}`);
      }
    }
    const same = sameName(path);
    if (this.#folders.has(same) || (this.#files.get(same) ?? path) !== path) return this.#free(`${path}~`);
    this.#files.set(same, path);
    for (const parent of parents) this.#folders.set(sameName(parent), parent);
    return path;
  }
}

/** Returns the folders of a path: `a` and `a/b` for `a/b/c`. */
function parentsOf(path: string): string[] {
  const segments = path.split('/');
  return segments.slice(1).map((_, at) => segments.slice(0, at + 1).join('/'));
}

function content({ content, encoding }: Artifact): string | Uint8Array {
  if (typeof content !== 'string') return jsonText(content);
  if (encoding === 'base64') return Buffer.from(content, 'base64');
  return encoding === 'json' ? jsonText(content) : content;
}
