import { inspect } from 'node:util';
import { AutologError } from '../contract/errors.js';
import type { Sink } from '../contract/sink.js';
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
  /** How the sink is fed, as its own `delivery` says. `journal` adds the checks against a journal on disk. Default: `live`. */
  readonly delivery?: NonNullable<Sink['delivery']>;
  /** An integer from which arbitrary events are made: the same seed makes the same events. Default: 1. */
  readonly seed?: number;
  /** How many sequences of arbitrary events each check tries: an integer over 0. Default: 40. */
  readonly runs?: number;
}

/**
 * Returns what every sink must hold to, whatever it writes and wherever, as checks for any test runner. Those that make
 * arbitrary events need the package `fast-check` and reject with `AXL_TESTING_MISSING` without it.
 *
 * @param make makes a new sink each time, with a place of its own to write to
 * @throws AutologError `AXL_BAD_OPTIONS` for wrong arguments
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

function must(holds: boolean, what: string, expected: string, received: unknown): void {
  if (holds) return;
  const got = `${inspect(received)} (${typeof received})`;
  throw new AutologError('AXL_BAD_OPTIONS', `sinkContract(): ${what} must be ${expected}, got ${got}.`);
}
