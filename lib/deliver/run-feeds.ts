import type { Sink } from '../contract/sink.js';
import { deadline, TIMED_OUT } from '../support/async.js';
import { warn } from '../support/warnings.js';
import { markTarget } from './backlog.js';
import { JournalFeed } from './journal-feed.js';

/** `flush()` gives up on a journal-fed sink that makes no progress for this long, in milliseconds. */
const DRAIN_LIMIT_MS = 5_000;

interface Feed {
  readonly feed: JournalFeed;
  /** Resolves when the sink's `setup` has run. */
  readonly ready: Promise<void>;
  isReady: boolean;
}

/** The feeds of one run's journal, one for each sink that is fed from it. */
export class RunFeeds {
  readonly runId: string;
  /** Folder of the run. */
  readonly runDir: string;
  readonly #feeds = new Map<Sink, Feed>();

  constructor(runId: string, runDir: string) {
    this.runId = runId;
    this.runDir = runDir;
  }

  /** True when no sink is fed. */
  get isEmpty(): boolean {
    return this.#feeds.size === 0;
  }

  /** Feeds a sink as soon as it is `ready`, unless it is fed already. */
  add(sink: Sink, ready: Promise<void>): void {
    if (this.#feeds.has(sink)) return;
    this.#mark(sink);
    const { runDir, runId } = this;
    const feed = new JournalFeed({
      runDir,
      runId,
      sink,
      onProblem: (code, message, data) => warn(code, message, data, sink.name),
    });
    const entry: Feed = { feed, ready, isReady: false };
    this.#feeds.set(sink, entry);
    void ready.then(() => {
      entry.isReady = true;
      feed.poke();
    });
  }

  /** New events were written to the journal. Returns at once. */
  poke(): void {
    for (const { feed, isReady } of this.#feeds.values()) if (isReady) feed.poke();
  }

  /** Resolves when every sink has the whole journal or was stopped; then all feeds are stopped. */
  async finish(): Promise<void> {
    await Promise.allSettled([...this.#feeds.values()].map(drainOnceReady));
    for (const { feed } of this.#feeds.values()) void feed.stop();
  }

  /** Resolves when the sink has what is on disk, or makes no progress for 5 s: its position is kept. */
  async drain(sink: Sink): Promise<void> {
    const entry = this.#feeds.get(sink);
    if (!entry) return;
    const drained = drainOnceReady(entry);
    for (let before = -1; before !== entry.feed.progress; ) {
      before = entry.feed.progress;
      if ((await deadline(drained, DRAIN_LIMIT_MS)) !== TIMED_OUT) return;
    }
    const message = `flush() gave up on sink '${sink.name}': no progress for 5 s; the journal keeps the rest`;
    warn('AXL_SINK_STALLED', message, null, sink.name);
  }

  /** Stops feeding the sink. Resolves when its lease is given back; what was not delivered stays in the journal. */
  async stop(sink: Sink): Promise<void> {
    const entry = this.#feeds.get(sink);
    this.#feeds.delete(sink);
    await entry?.feed.stop();
  }

  /** Records beside the journal that the run is meant for the sink: a later process delivers it if this one dies. */
  #mark(sink: Sink): void {
    try {
      markTarget(this.runDir, sink.target ?? sink.name);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      const message = `it could not be recorded that ${this.runDir} is meant for sink '${sink.name}': ${why}`;
      warn('AXL_JOURNAL_WRITE', message, null, sink.name);
    }
  }
}

async function drainOnceReady({ feed, ready }: Feed): Promise<void> {
  await ready;
  await feed.drain();
}
