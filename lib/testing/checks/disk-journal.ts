import { AssertionError } from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import type { AnyEvent } from '../../contract/events.js';
import type { Sink, SinkContext } from '../../contract/sink.js';
import { JournalFeed } from '../../deliver/journal-feed.js';
import { openRunFolder, stateNames } from '../../journal/layout.js';
import { RunJournal } from '../../journal/writer.js';
import { openFolder } from '../../support/folder/folder.js';
import { PRIVATE } from '../../support/folder/place.js';

/** Creates a folder for journals, runs the test with it as the context of its sinks, and removes it. */
export async function withJournals(test: (context: JournalContext) => Promise<void>): Promise<void> {
  const temporary = openFolder(tmpdir());
  const name = `ax-autolog-contract-${randomUUID()}`;
  const journals = temporary.folder(name);
  journals.make();
  try {
    await test({ journalDir: journals.path, warn: () => undefined });
  } finally {
    temporary.removeFolder(name);
  }
}

/** The context of a sink that is fed from a journal. */
export interface JournalContext extends SinkContext {
  /** Folder of the journals. */
  readonly journalDir: string;
}

/** The journal of one run, written as the tracker does. */
export class DiskJournal {
  readonly #writer: RunJournal;
  #problem: string | null = null;

  /** @param writer id of the process that writes the run */
  constructor(
    dir: string,
    readonly runId: string,
    writer: string,
  ) {
    const onProblem = (code: string, message: string): void => {
      this.#problem ??= `${code}: ${message}`;
    };
    this.#writer = new RunJournal({ dir, runId, writer, onProblem });
  }

  /** Folder of the run. */
  get runDir(): string {
    return this.#writer.runDir;
  }

  /** Appends events. They are on disk when this returns. Throws if they cannot be written. */
  write(events: readonly AnyEvent[]): void {
    for (const event of events) this.#writer.append(asRecorded(event), true);
    this.#writer.close();
    if (this.#problem !== null) throw new Error(this.#problem);
  }

  /**
   * Remembers the saved position of the sink's target. Returns a function that restores it and removes the lease, so that
   * the events in between are delivered again, as if the process had died before it saved the position.
   */
  mark(sink: Sink): () => void {
    const { position, lease } = stateNames(targetOf(sink));
    const folder = openRunFolder(this.runDir, PRIVATE);
    const saved = folder.read(position);
    return () => {
      if (saved === null) folder.remove(position);
      else folder.write(position, saved);
      folder.remove(lease);
    };
  }
}

/** Feeds a journal into one sink, as a process does. */
export class Feed {
  readonly #feed: JournalFeed;
  #reject: (error: Error) => void = () => undefined;

  constructor({ runDir, runId }: DiskJournal, sink: Sink, batchSize = 500) {
    // A feed retries until the sink accepts a batch. A check fails at the first rejection.
    const onProblem = (code: string, message: string): void =>
      this.#reject(new AssertionError({ message: `${code}: ${message}` }));
    this.#feed = new JournalFeed({ runDir, runId, sink, batchSize, onProblem });
  }

  /** Resolves when all events on disk are delivered. Rejects with an `AssertionError` if the sink rejects. */
  drain(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#reject = reject;
      this.#feed.drain().then(resolve, reject);
    });
  }

  /** Stops the feed and releases the lease. The sink stays open. */
  stop(): Promise<void> {
    return this.#feed.stop();
  }
}

/** Returns the target that the sink's position is saved for. */
export function targetOf(sink: Sink): string {
  return sink.target ?? sink.name;
}

/** Readers of a journal rely on the order of the first keys. */
function asRecorded({ v, seq, time, writer, runId, ...rest }: AnyEvent): AnyEvent {
  return { v, seq, time, writer, runId, ...rest } as AnyEvent;
}
