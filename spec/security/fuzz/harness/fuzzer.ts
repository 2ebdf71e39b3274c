import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeServer } from '../../../plugins/mlflow/support/fake-server.js';
import { HostileJournals } from '../journal/hostile-journal.js';
import { Random } from '../journal/random.js';
import { DecoyHome } from './decoy-home.js';
import { judge, judgeError } from './judge.js';
import { type Operation, operations, type Place } from './operations.js';
import { prototypes, repairPrototypes } from './prototypes.js';

/** Something that must not happen. */
export interface Finding {
  /** Number of the journal. */
  readonly index: number;
  /** Name of the operation. */
  readonly operation: string;
  /** What happened. */
  readonly what: string;
}

/** Thousands of small files are written and flushed to the disk, which memory does faster. */
const MEMORY_DISK = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
/** An operation on one small journal that takes longer than this is taken for one without an end. */
const LIMIT_MS = 5_000;

/** Takes journals through every operation, each in a home of its own. */
export class Fuzzer {
  readonly #root = mkdtempSync(join(MEMORY_DISK, 'axl-fuzz-'));
  readonly home = new DecoyHome(this.#root);
  readonly #journals: HostileJournals;
  readonly #seed: number;
  readonly #prototypes = prototypes();
  readonly #cwd = process.cwd();
  readonly #noise: string[] = [];
  readonly times = new Map<string, number>();

  /** @param announce called before each operation */
  constructor(
    seed: number,
    private readonly announce: (operation: string) => void = () => undefined,
  ) {
    this.#seed = seed;
    this.#journals = new HostileJournals(seed);
    process.chdir(join(this.home.path, 'project'));
    process.on('warning', (warning) => this.#noise.push(`${warning.name}: ${warning.message}`));
    process.on('unhandledRejection', (error) => this.#noise.push(...judgeError(error)));
    process.on('uncaughtException', (error) => this.#noise.push(...judgeError(error)));
  }

  /** What was done to the journal with this number. */
  describe(index: number): readonly string[] {
    const { folder, linkedTo, done, planted, blobs } = this.#journals.at(index, ['files', 'mlflow']);
    const things = planted.map(({ path, kind, content }) => `${kind} ${path} ${content.slice(0, 80)}`);
    return [`folder ${JSON.stringify(folder)}`, `linked to ${linkedTo}`, ...done, ...things, `${blobs.size} blobs`];
  }

  /** Takes one journal through every operation. With `keep` the run stays, and changes are looked for after each one. */
  async run(index: number, keep = false): Promise<Finding[]> {
    const server = await new FakeServer().start();
    const journal = this.#journals.at(index, ['files', `mlflow:${server.url}#fuzz`]);
    const place = { home: this.home, folder: journal.folder, runDir: this.home.receive(journal), url: server.url };
    const found: Finding[] = [];
    const add = (operation: string, wrong: readonly string[]): void => {
      found.push(...wrong.map((what) => ({ index, operation, what })));
    };
    const chosen = operations(new Random(this.#seed, -index - 2));
    for (const operation of keep ? chosen.slice(0, -1) : chosen) {
      this.announce(operation.name);
      add(operation.name, await this.#attempt(operation, place));
      if (keep) add(operation.name, this.home.changes(journal.folder));
    }
    await server.stop();
    if (!keep) add('all of them', this.#clear(journal.folder));
    return found;
  }

  #clear(folder: string): string[] {
    const changes = this.home.changes(folder);
    this.home.clear(folder);
    if (changes.length > 0) this.home.build();
    return changes;
  }

  async #attempt(operation: Operation, place: Place): Promise<string[]> {
    const started = performance.now();
    const wrong = await operation.run(place).then(judge, judgeError);
    const took = performance.now() - started;
    this.times.set(operation.name, (this.times.get(operation.name) ?? 0) + took);
    if (took > LIMIT_MS) wrong.push(`took ${Math.round(took)} ms`);
    wrong.push(...repairPrototypes(this.#prototypes));
    const noise = this.#noise.splice(0).join('\n');
    wrong.push(...judge({ code: 0, shown: '', problems: noise }));
    return wrong;
  }

  /** Removes the home. */
  end(): void {
    process.chdir(this.#cwd);
    rmSync(this.#root, { recursive: true, force: true });
  }
}
