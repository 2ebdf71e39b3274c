import type { AnyEvent } from '../contract/events.js';
import { readBatch } from './batch.js';
import { EventDecoder } from './decode.js';
import type { Position } from './position.js';
import type { OnProblem } from './problems.js';

/** Most events that one call of {@link RunFollower.next} returns. */
const STEP = 2_000;

/**
 * Reads the journal of a run while it is written: each call returns what was added since the last one. An incomplete last
 * line is read once it is complete.
 *
 * @experimental
 */
export class RunFollower {
  readonly #runDir: string;
  readonly #onProblem: OnProblem;
  readonly #decoder: EventDecoder;
  #position: Position = {};

  /** @param onProblem called for lines that cannot be used (`AXL_JOURNAL_CORRUPT`) and blobs that are missing (`AXL_BLOB_MISSING`) */
  constructor(runDir: string, onProblem: OnProblem = () => undefined) {
    this.#runDir = runDir;
    this.#onProblem = onProblem;
    this.#decoder = new EventDecoder(runDir, onProblem);
  }

  /**
   * Returns the next events in the order they happened, at most 2,000; none if there is nothing new.
   *
   * @throws AutologError `AXL_JOURNAL_VERSION` when a newer version wrote the journal; the errors of the file system
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
