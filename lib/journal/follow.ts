import type { AnyEvent } from '../contract/events.js';
import { readBatch } from './batch.js';
import { EventDecoder } from './decode/decode.js';
import type { Position } from './position.js';
import type { OnProblem } from './problems.js';

/** Maximum number of events that one call of {@link RunFollower.next} returns. */
const STEP = 2_000;

/**
 * Reads the journal of a run while it is being written: each call returns the events that were added since the last one.
 * An incomplete last line is read when it is complete.
 *
 * @experimental
 */
export class RunFollower {
  readonly #runDir: string;
  readonly #onProblem: OnProblem;
  readonly #decoder: EventDecoder;
  #position: Position = {};

  /** @param onProblem called for each skipped line (`AXL_JOURNAL_CORRUPT`) and each missing blob (`AXL_BLOB_MISSING`) */
  constructor(runDir: string, onProblem: OnProblem = () => undefined) {
    this.#runDir = runDir;
    this.#onProblem = onProblem;
    this.#decoder = new EventDecoder(runDir, onProblem);
  }

  /**
   * Returns the next events in the order they happened, at most 2,000; none if there are no new events. Throws the file
   * system's errors.
   *
   * @throws AutologError `AXL_JOURNAL_VERSION` if a newer version of ax-autolog wrote the journal
   */
  next(): readonly AnyEvent[] {
    const { events, end } = readBatch(this.#runDir, {
      from: this.#position,
      limit: STEP,
      decoder: this.#decoder,
      onProblem: this.#onProblem,
    });
    this.#position = end;
    return events;
  }
}
