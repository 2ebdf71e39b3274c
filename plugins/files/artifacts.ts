import type { AnyEvent, EventData } from 'ax-autolog/sink';
import { safePath } from './names.js';
import type { Places } from './places.js';
import { jsonText, type OutputTree } from './tree.js';

type Artifact = Extract<EventData['onLog'], { kind: 'artifact' }>;

/** `artifacts/…`: what the user logged as a file. The last one of a name is kept. */
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

  /** `path`, or one beside it where it needs a folder that is a file, or is a folder itself: no disk can hold both. */
  #free(path: string): string {
    const parents = parentsOf(path);
    const inTheWay = parents.find((parent) => this.#files.has(parent));
    if (inTheWay !== undefined) return this.#free(`${inTheWay}~${path.slice(inTheWay.length)}`);
    if (this.#folders.has(path)) return this.#free(`${path}~`);
    this.#files.add(path);
    for (const parent of parents) this.#folders.add(parent);
    return path;
  }
}

/** `a/b/c` → `a`, `a/b`. */
function parentsOf(path: string): string[] {
  const segments = path.split('/');
  return segments.slice(1).map((_, at) => segments.slice(0, at + 1).join('/'));
}

function content({ content, encoding }: Artifact): string | Uint8Array {
  if (typeof content !== 'string') return jsonText(content);
  if (encoding === 'base64') return Buffer.from(content, 'base64');
  return encoding === 'json' ? jsonText(content) : content;
}
