import { BaseJournals, RUN_ID } from './base-journals.js';
import { damageBytes } from './damaged-bytes.js';
import { damageEvents } from './damaged-events.js';
import { addBlobs, type Blobs } from './hostile-blobs.js';
import { withRaw } from './hostile-values.js';
import { type Planted, plant } from './planted.js';
import { Random } from './random.js';

/** The journal of one run as a stranger may have made it. */
export interface HostileJournal {
  /** Name of the run's folder, or where the folder itself is a link to, from the home. */
  readonly folder: string;
  readonly linkedTo: string | null;
  /** Bytes of each segment. */
  readonly segments: ReadonlyMap<string, Buffer>;
  readonly blobs: Blobs;
  readonly planted: readonly Planted[];
  /** What was done to a valid journal. */
  readonly done: readonly string[];
}

/** Folder names that a file system takes and that may mean something else to a command or a terminal. */
const FOLDERS = [
  ...['latest', '..hidden', 'a b', 'trailing.', 'x'.repeat(250), '\u202egnp', 'w\u001b[2J', '__proto__', 'constructor'],
  ...['a\nb', '$(id)', 'CON', '%2e%2e', 'a\\b', '\u{1f9ee}', '=cmd()', 'e\u0301', '*', "'", '"'],
];

/** Makes journals from a seed: the same seed and number give the same journal. */
export class HostileJournals {
  readonly #bases = new BaseJournals();
  readonly #seed: number;

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** The journal with this number. `targets`: names of the two targets that state files are for. */
  at(index: number, targets: readonly string[]): HostileJournal {
    const random = new Random(this.#seed, index);
    const events = this.#bases.pick(random);
    const done: string[] = random.chance(0.92) ? damageEvents(events, random) : [];
    const blobs: Blobs = random.chance(0.25) ? addBlobs(events, random) : new Map();
    const lines = events.map((event) => `${withRaw(JSON.stringify(event))}\n`);
    const segments = split(lines, random);
    if (random.chance(0.3)) {
      const [name, bytes] = random.pick([...segments]);
      segments.set(name, damageBytes(bytes, random, done));
    }
    const planted = random.chance(0.3) ? plant(random, targets) : [];
    const folder = random.chance(0.15) ? random.pick(FOLDERS) : RUN_ID;
    const linkedTo = random.chance(0.01) ? random.pick(['victims/run', 'project', '.ssh', '.']) : null;
    return { folder, linkedTo, segments, blobs, planted, done };
  }
}

/** All lines in one segment, or shared among several as several writers leave them. */
function split(lines: readonly string[], random: Random): Map<string, Buffer> {
  const names = random.chance(0.8)
    ? ['events.jsonl']
    : random.pick([['events.w2.jsonl'], ['events.jsonl', 'events.w2.jsonl']]);
  const shares = new Map(names.map((name) => [name, [] as string[]]));
  for (const line of lines) shares.get(random.pick(names))?.push(line);
  return new Map([...shares].map(([name, share]) => [name, Buffer.from(share.join(''))]));
}
