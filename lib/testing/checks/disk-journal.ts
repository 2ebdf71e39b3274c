import { AssertionError } from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AnyEvent } from '../../contract/events.js';
import type { Sink, SinkContext } from '../../contract/sink.js';
import { JournalFeed } from '../../deliver/journal-feed.js';
import { stateFiles } from '../../journal/layout.js';
import { RunJournal } from '../../journal/writer.js';

/** Makes a folder for journals, hands it to the test as the context of its sinks, and removes it. */
export async function withJournals(test: (context: JournalContext) => Promise<void>): Promise<void> {
  const journalDir = mkdtempSync(join(tmpdir(), 'ax-autolog-contract-'));
  try {
    await test({ journalDir, warn: () => undefined });
  } finally {
    rmSync(journalDir, { recursive: true, force: true });
  }
}

/** The context of a sink that is fed from a journal. */
export interface JournalContext extends SinkContext {
  /** Folder of the journals. */
  readonly journalDir: string;
}

/** The journal of one run, as the tracker writes it. */
export class DiskJournal {
  readonly #writer: RunJournal;
  #problem: string | null = null;

  /** @param writer the process that writes the run */
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

  /** Appends events; they are on disk when it returns. Throws if they cannot be written. */
  write(events: readonly AnyEvent[]): void {
    for (const event of events) this.#writer.append(asRecorded(event), true);
    this.#writer.close();
    if (this.#problem !== null) throw new Error(this.#problem);
  }

  /**
   * Remembers the position that is saved for the sink's target. The function returned puts it back and removes the lease:
   * what was delivered in between is delivered again, as if the process had died before it saved the position.
   */
  mark(sink: Sink): () => void {
    const { position, lease } = stateFiles(this.runDir, targetOf(sink));
    const saved = readIfThere(position);
    return () => {
      if (saved === null) rmSync(position, { force: true });
      else writeFileSync(position, saved);
      rmSync(lease, { force: true });
    };
  }
}

/** Feeds a journal into one sink, as one process does. */
export class Feed {
  readonly #feed: JournalFeed;
  #reject: (error: Error) => void = () => undefined;

  constructor({ runDir, runId }: DiskJournal, sink: Sink, batchSize = 500) {
    // A feed tries again until the sink takes a batch; here the first failure is the answer.
    const onProblem = (code: string, message: string): void =>
      this.#reject(new AssertionError({ message: `${code}: ${message}` }));
    this.#feed = new JournalFeed({ runDir, runId, sink, batchSize, onProblem });
  }

  /** Resolves when all that is on disk was delivered. Rejects with an AssertionError if the sink rejects. */
  drain(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#reject = reject;
      this.#feed.drain().then(resolve, reject);
    });
  }

  /** Ends the feed and gives the lease back. The sink stays open. */
  stop(): Promise<void> {
    return this.#feed.stop();
  }
}

/** Names whose position is saved for a sink. */
export function targetOf(sink: Sink): string {
  return sink.target ?? sink.name;
}

/** The event with its first keys in the order in which the tracker records them: readers of a journal rely on it. */
function asRecorded({ v, seq, time, writer, runId, ...rest }: AnyEvent): AnyEvent {
  return { v, seq, time, writer, runId, ...rest } as AnyEvent;
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
