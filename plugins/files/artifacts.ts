import type { AnyEvent, EventData } from '../../lib/events.js';
import { safePath } from './names.js';
import type { Places } from './places.js';
import { jsonText, type OutputTree } from './tree.js';

type Artifact = Extract<EventData['onLog'], { kind: 'artifact' }>;

/** `artifacts/…`: what the user logged as a file. The last one of a name is kept. */
export class Artifacts {
  constructor(
    private readonly tree: OutputTree,
    private readonly places: Places,
  ) {}

  take(event: AnyEvent): void {
    if (event.type !== 'onLog' || event.data.kind !== 'artifact') return;
    const artifact = event.data;
    const folder = event.compileId === undefined ? '' : this.places.ofCompile(event);
    this.tree.put(`artifacts/${folder}${safePath(artifact.path)}`, () => content(artifact));
  }
}

function content({ content, encoding }: Artifact): string | Uint8Array {
  if (typeof content !== 'string') return jsonText(content);
  if (encoding === 'base64') return Buffer.from(content, 'base64');
  return encoding === 'json' ? jsonText(content) : content;
}
