import { type AnyEvent, type EventData, safePath } from 'ax-autolog/sink';
import type { Places } from './places.js';
import { jsonText, type OutputTree } from './tree.js';

type Artifact = Extract<EventData['onLog'], { kind: 'artifact' }>;

/** Writes `artifacts/…`: files that the user logged. A later file of the same name replaces an earlier one. */
export class Artifacts {
  readonly #files = new Set<string>();
  readonly #folders = new Set<string>();

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

  /** Returns `path`, or a similar path if `path` is already a folder or one of its folders is already a file. */
  #free(path: string): string {
    const parents = parentsOf(path);
    const blocking = parents.find((parent) => this.#files.has(parent));
    if (blocking !== undefined) return this.#free(`${blocking}~${path.slice(blocking.length)}`);
    if (this.#folders.has(path)) return this.#free(`${path}~`);
    this.#files.add(path);
    for (const parent of parents) this.#folders.add(parent);
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
