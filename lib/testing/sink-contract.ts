import { AutologError } from '../contract/errors.js';
import type { Sink } from '../contract/sink.js';
import { received } from '../support/received.js';
import type { ContractCheck } from './check.js';
import { anyEventChecks } from './checks/any-events.js';
import { endingChecks } from './checks/endings.js';
import { journalChecks } from './checks/journal.js';
import { replayChecks } from './checks/replay.js';
import { runsApartChecks } from './checks/runs-apart.js';
import { shapeChecks } from './checks/shape.js';
import type { MakeSubject } from './subject.js';

/** Options of {@link sinkContract}. */
export interface ContractOptions {
  /** The `delivery` of the sink. `journal` adds the checks with a journal on disk. Default: `live`. */
  readonly delivery?: NonNullable<Sink['delivery']>;
  /** Seed of the arbitrary events, an integer: the same seed makes the same events. Default: 1. */
  readonly seed?: number;
  /** Number of sequences of arbitrary events that each check tries: an integer over 0. Default: 40. */
  readonly runs?: number;
}

/**
 * Returns the checks that every sink must pass, for any test runner. Checks with arbitrary events need the package
 * `fast-check`; without it they reject with `AXL_TESTING_MISSING`.
 *
 * @param make makes a new sink for each check, which writes to a new place
 * @throws AutologError `AXL_BAD_OPTIONS` if an argument is wrong
 * @example
 * // mocha and vitest; with node:test, `test(name, run)`
 * for (const { name, run } of sinkContract(makeSubject)) it(name, run);
 */
export function sinkContract(make: MakeSubject, options: ContractOptions = {}): readonly ContractCheck[] {
  const { delivery = 'live', seed = 1, runs = 40 } = options;
  must(typeof make === 'function', 'the first argument', 'a function that makes a subject', make);
  must(delivery === 'live' || delivery === 'journal', 'delivery', "'live' or 'journal'", delivery);
  must(Number.isSafeInteger(seed), 'seed', 'an integer', seed);
  must(Number.isSafeInteger(runs) && runs > 0, 'runs', 'an integer over 0', runs);
  return [
    ...shapeChecks(make, delivery),
    ...anyEventChecks(make, { seed, runs }),
    ...runsApartChecks(make),
    ...endingChecks(make),
    ...replayChecks(make),
    ...(delivery === 'journal' ? journalChecks(make) : []),
  ];
}

function must(holds: boolean, what: string, expected: string, value: unknown): void {
  if (holds) return;
  throw new AutologError('AXL_BAD_OPTIONS', `sinkContract(): ${what} must be ${expected}, got ${received(value)}.`);
}
