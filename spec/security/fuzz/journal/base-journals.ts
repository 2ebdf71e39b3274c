import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import type { AnyEvent } from '../../../../lib/contract/events.js';
import { anyEvents } from '../../../contract/arbitrary.js';
import { interleave, story } from '../../../contract/story.js';
import { Search } from '../../../fixtures/search-journal.js';
import type { Random } from './random.js';

/** An event whose fields may be anything. */
export type Loose = Record<string, unknown>;

/** Name of the run in every journal below. */
export const RUN_ID = 'hostile';

const GOLDEN = fileURLToPath(new URL('../../../../../spec/golden/expected/journal/events.jsonl', import.meta.url));
/** Not part of a run's seed: the pool is the same for every seed. */
const POOL = { seed: 7, numRuns: 150 };

/** Journals as this version writes them, and journals of arbitrary valid events. */
export class BaseJournals {
  readonly #whole: readonly (readonly Loose[])[];
  readonly #arbitrary: readonly (readonly Loose[])[];

  constructor() {
    this.#whole = [
      loose(story(RUN_ID, '11').events),
      loose(interleave(story(RUN_ID, '22', 'w1'), story(RUN_ID, '33', 'w2'))),
      search({ trials: 5, examples: 4, minibatch: 2, traces: 1 }),
      search({ trials: 4, examples: 3, objectives: ['exact', 'brevity'], price: 0.01 }),
      search({ trials: 3, examples: 2, isRunning: true }),
      golden(),
    ];
    this.#arbitrary = fc.sample(anyEvents([RUN_ID]), POOL).map(loose);
  }

  /** A copy of one of them. */
  pick(random: Random): Loose[] {
    return structuredClone(random.pick(random.chance(0.7) ? this.#whole : this.#arbitrary)) as Loose[];
  }
}

function search(options: ConstructorParameters<typeof Search>[0]): readonly Loose[] {
  const made = new Search({ ...options, runId: RUN_ID });
  made.run();
  return made.lines.map((line) => JSON.parse(line) as Loose);
}

function golden(): readonly Loose[] {
  const lines = readFileSync(GOLDEN, 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => ({ ...(JSON.parse(line) as Loose), runId: RUN_ID }));
}

function loose(events: readonly AnyEvent[]): readonly Loose[] {
  return JSON.parse(JSON.stringify(events)) as readonly Loose[];
}
