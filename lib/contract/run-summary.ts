import type { RunKind, Status } from './values.js';

/** Summary of a run, read from the first and last lines of its journal. */
export interface RunSummary {
  /** Also the name of its folder. */
  readonly runId: string;
  /** The run's folder. */
  readonly runDir: string;
  /** Name of the optimizer, `eval`, or the `runName` of `startRun`. */
  readonly name: string;
  /** Kind of the run. */
  readonly kind: RunKind;
  /** `running` also for a run whose process died before the run ended. */
  readonly status: Status | 'running';
  /** In milliseconds since the Unix epoch. */
  readonly startTime: number;
  /** In milliseconds since the Unix epoch; `null` while it is running. */
  readonly endTime: number | null;
  /** Time of the last event, in milliseconds since the Unix epoch. */
  readonly lastTime: number;
}
