import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AnyEvent } from '../../../../lib/contract/events.js';
import type { Sink } from '../../../../lib/contract/sink.js';
import { JournalFeed } from '../../../../lib/deliver/journal-feed.js';
import { type MlflowOptions, mlflow } from '../../../../plugins/mlflow/index.js';

/** A journal on disk, and what was heard while it was fed to an MLflow server. */
export class JournalOnDisk {
  readonly warnings: { readonly code: string; readonly message: string }[] = [];
  readonly problems: string[] = [];

  private constructor(
    readonly dir: string,
    readonly runId: string,
  ) {}

  static async of(events: readonly AnyEvent[], dir?: string): Promise<JournalOnDisk> {
    const runId = events[0]?.runId ?? 'none';
    const folder = dir ?? (await mkdtemp(join(tmpdir(), 'mlflow-')));
    const journal = new JournalOnDisk(folder, runId);
    const { mkdir } = await import('node:fs/promises');
    await mkdir(journal.runDir, { recursive: true });
    await journal.write(events);
    return journal;
  }

  get runDir(): string {
    return join(this.dir, this.runId);
  }

  async write(events: readonly AnyEvent[]): Promise<void> {
    await writeFile(join(this.runDir, 'events.jsonl'), events.map((event) => `${JSON.stringify(event)}\n`).join(''));
  }

  /** A sink as another process would have it: with nothing in memory. */
  sink(url: string, options: MlflowOptions = {}): Sink {
    const sink = mlflow({ trackingUri: url, experiment: 'e', retries: 0, timeoutMs: 500, ...options });
    sink.setup?.({ journalDir: this.dir, warn: (code, message) => void this.warnings.push({ code, message }) });
    return sink;
  }

  /** Feeds the journal until all of it arrived. */
  async sync(url: string, options: MlflowOptions = {}, batchSize = 500): Promise<void> {
    const sink = this.sink(url, options);
    const onProblem = (code: string, message: string): void => void this.problems.push(`${code}: ${message}`);
    const feed = new JournalFeed({ runDir: this.runDir, runId: this.runId, sink, batchSize, onProblem });
    const alive = setInterval(() => undefined, 1_000);
    try {
      await feed.drain();
    } finally {
      clearInterval(alive);
      await feed.stop();
      await sink.close?.();
    }
  }

  /** Forgets how far it was fed and what is known of the server. */
  async forget(): Promise<void> {
    await rm(join(this.runDir, '.state'), { recursive: true, force: true });
  }

  async remove(): Promise<void> {
    await rm(this.dir, { recursive: true, force: true });
  }
}
