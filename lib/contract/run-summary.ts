import type { RunKind, Status } from './values.js';

/** One run of a journal folder, as its first and last lines tell it. */
export interface RunSummary {
  readonly runId: string;
  /** The run's folder. */
  readonly runDir: string;
  readonly name: string;
  readonly kind: RunKind;
  /** `running` also stands for a run whose process died before it could end it. */
  readonly status: Status | 'running';
  /** Milliseconds since the Unix epoch. */
  readonly startTime: number;
  /** `null` while it is running. */
  readonly endTime: number | null;
  /** Time of the last event in the journal. */
  readonly lastTime: number;
}
