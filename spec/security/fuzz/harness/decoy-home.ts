import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { story } from '../../../contract/story.js';
import type { HostileJournal } from '../journal/hostile-journal.js';

/** Text of the private files: no output may hold it. */
export const PRIVATE_TEXT = 'PRIVATE-OF-THE-DECOY';

/** Files of the home. The journal folder of the project has a run that is the user's own. */
const FILES: Readonly<Record<string, string>> = {
  '.bashrc': `export TOKEN=${PRIVATE_TEXT}\n`,
  '.ssh/authorized_keys': `ssh-ed25519 ${PRIVATE_TEXT}\n`,
  'project/src/a.ts': `// ${PRIVATE_TEXT}: years of work\n`,
  'project/package.json': '{}\n',
  'project/.ax-autolog/.gitignore': '*\n',
  'project/.ax-autolog/victim/events.jsonl': journalOf('victim'),
  'project/.ax-autolog/victim/artifacts/own.txt': 'mine\n',
  'victims/run/events.jsonl': journalOf('run'),
  'victims/run/trials/000-full/trial.json': '{}\n',
};

/** A home with a project in it, around a journal folder that a stranger's run lies in. */
export class DecoyHome {
  readonly path: string;
  readonly #fifo: string;
  #before = new Map<string, string>();

  /** @param root an empty folder: what escapes from the home lands in it */
  constructor(private readonly root: string) {
    this.path = join(root, 'a', 'b', 'home');
    this.#fifo = join(root, 'a', 'fifo');
    mkdirSync(dirname(this.#fifo), { recursive: true });
    execFileSync('mkfifo', [this.#fifo]);
    this.build();
  }

  /** The journal folder. */
  get dir(): string {
    return join(this.path, 'project/.ax-autolog');
  }

  /** Where commands are told to write to. */
  get out(): string {
    return join(this.path, 'out');
  }

  /** Makes the home anew. */
  build(): void {
    rmSync(this.path, { recursive: true, force: true });
    for (const [name, text] of Object.entries(FILES)) this.#file(name, text);
    mkdirSync(this.out);
  }

  /** Writes the stranger's run and remembers what lies around it. Returns the run's folder. */
  receive(journal: HostileJournal): string {
    const runDir = join(this.dir, journal.folder);
    if (journal.linkedTo === null) this.#write(runDir, journal);
    else symlinkSync(join(this.path, journal.linkedTo), runDir);
    this.#before = this.#listing(journal.folder);
    return runDir;
  }

  #write(runDir: string, { segments, blobs, planted }: HostileJournal): void {
    mkdirSync(runDir);
    for (const { path, kind, content } of planted) {
      quietly(() => {
        mkdirSync(dirname(join(runDir, path)), { recursive: true });
        if (kind === 'file') writeFileSync(join(runDir, path), content, { flag: 'wx' });
        else if (kind === 'folder') mkdirSync(join(runDir, path));
        else if (kind === 'link') symlinkSync(join(this.path, content), join(runDir, path));
        else linkSync(this.#fifo, join(runDir, path));
      });
    }
    for (const [name, bytes] of segments) quietly(() => writeFileSync(join(runDir, name), bytes, { flag: 'wx' }));
    if (blobs.size > 0) quietly(() => mkdirSync(join(runDir, 'blobs')));
    for (const [name, text] of blobs) quietly(() => writeFileSync(join(runDir, 'blobs', name), text, { flag: 'wx' }));
  }

  /** What was created, changed or removed since, outside the run's folder and the folder for output. */
  changes(folder: string): string[] {
    const [before, after] = [this.#before, this.#listing(folder)];
    this.#before = after;
    const names = new Set([...before.keys(), ...after.keys()]);
    return [...names].flatMap((name) => {
      const [was, is] = [before.get(name), after.get(name)];
      if (was === is) return [];
      return [
        `outside: ${was === undefined ? 'created' : is === undefined ? 'removed' : 'changed'} ${JSON.stringify(name.slice(this.root.length))}`,
      ];
    });
  }

  /** Removes the stranger's run and all output. */
  clear(folder: string): void {
    rmSync(join(this.dir, folder), { recursive: true, force: true });
    rmSync(join(this.path, 'project', `${folder}-csv`), { recursive: true, force: true });
    rmSync(this.out, { recursive: true, force: true });
    mkdirSync(this.out);
  }

  #file(name: string, text: string): void {
    const path = join(this.path, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }

  #listing(folder: string): Map<string, string> {
    const own = [join(this.dir, folder), this.out, join(this.path, 'project', `${folder}-csv`)];
    const found = new Map<string, string>();
    list(this.root, new Set(own), found);
    return found;
  }
}

function journalOf(runId: string): string {
  return story(runId, '77')
    .events.map((event) => `${JSON.stringify(event)}\n`)
    .join('');
}

/** Two planted things may be in each other's way: the first one stays. */
function quietly(action: () => void): void {
  try {
    action();
  } catch {
    // The folder is what the planted things made of it.
  }
}

function list(folder: string, without: ReadonlySet<string>, found: Map<string, string>): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (without.has(path)) continue;
    const stat = lstatSync(path);
    if (stat.isDirectory()) {
      found.set(path, `folder ${stat.mode}`);
      list(path, without, found);
    } else if (stat.isSymbolicLink()) found.set(path, `link ${readlinkSync(path)}`);
    else if (!stat.isFile()) found.set(path, `special ${stat.mode}`);
    else found.set(path, `${stat.mode} ${stat.size} ${stat.mtimeMs} ${hashOf(path)}`);
  }
}

function hashOf(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}
