import type { Sink } from '../contract/sink.js';
import { deadline, TIMED_OUT } from '../support/async.js';
import { thrownText } from '../support/snapshot/leaves.js';
import { warn } from '../support/warnings.js';
import { markTarget } from './backlog.js';
import { JournalFeed } from './journal-feed.js';

/** How long `flush()` waits for a journal-fed sink that makes no progress, in milliseconds. */
const DRAIN_LIMIT_MS = 5_000;

interface Feed {
  readonly feed: JournalFeed;
  /** Resolves when the sink's `setup` has run. */
  readonly ready: Promise<void>;
  isReady: boolean;
}

/** Feeds one run's journal to sinks, each independently of the others. */
export class RunFeeds {
  readonly runId: string;
  /** Folder of the run. */
  readonly runDir: string;
  readonly #feeds = new Map<Sink, Feed>();

  constructor(runId: string, runDir: string) {
    this.runId = runId;
    this.runDir = runDir;
  }

  /** Whether no sink is fed. */
  get isEmpty(): boolean {
    return this.#feeds.size === 0;
  }

  /** Starts to feed a sink once `ready` resolves, unless it is fed already. */
  add(sink: Sink, ready: Promise<void>): void {
    if (this.#feeds.has(sink)) return;
    this.#markTarget(sink);
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

  /** Makes all feeds deliver newly written events soon. Does not wait for them. */
  poke(): void {
    for (const { feed, isReady } of this.#feeds.values()) if (isReady) feed.poke();
  }

  /** Waits until every sink has received the whole journal or was stopped, then stops all feeds. */
  async finish(): Promise<void> {
    await Promise.allSettled([...this.#feeds.values()].map(drainOnceReady));
    for (const { feed } of this.#feeds.values()) void feed.stop();
  }

  /**
   * Resolves when the sink has received everything on disk. Also resolves if the sink makes no progress for 5 s; its
   * position is kept, and `AXL_SINK_STALLED` is reported.
   */
  async drain(sink: Sink): Promise<void> {
    const entry = this.#feeds.get(sink);
    if (!entry) return;
    const drained = drainOnceReady(entry);
    for (let before = -1; before !== entry.feed.progress; ) {
      before = entry.feed.progress;
      if ((await deadline(drained, DRAIN_LIMIT_MS)) !== TIMED_OUT) return;
    }
    const message = `flush() stopped waiting for sink '${sink.name}', which made no progress for 5 s. The journal keeps the rest.`;
    warn('AXL_SINK_STALLED', message, null, sink.name);
  }

  /** Stops feeding the sink. Resolves when its lease is released. Undelivered events stay in the journal. */
  async stop(sink: Sink): Promise<void> {
    const entry = this.#feeds.get(sink);
    this.#feeds.delete(sink);
    await entry?.feed.stop();
  }

  /** Lets a later process deliver the run if this one dies. */
  #markTarget(sink: Sink): void {
    try {
      markTarget(this.runDir, sink.target ?? sink.name);
    } catch (error) {
      const reason = thrownText(error);
      const message = `cannot record that ${this.runDir} must be delivered to sink '${sink.name}': ${reason}. If this process dies, replay the run.`;
      warn('AXL_JOURNAL_WRITE', message, null, sink.name);
    }
  }
}

async function drainOnceReady({ feed, ready }: Feed): Promise<void> {
  await ready;
  await feed.drain();
}
