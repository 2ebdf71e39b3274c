import type { Sink } from '../sink.js';

export interface JournalFeedOptions {
  readonly runDir: string;
  readonly runId: string;
  readonly sink: Sink;
  readonly batchSize?: number;
}

export class JournalFeed {
  constructor(readonly options: JournalFeedOptions) {}
  poke(): void {}
  drain(): Promise<void> {
    return Promise.resolve();
  }
  stop(): void {}
}
