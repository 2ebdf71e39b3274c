/** Types of the parts of MLflow's REST API that the sink uses. https://mlflow.org/docs/latest/rest-api.html */

/** Param or tag. */
export interface KeyValue {
  readonly key: string;
  readonly value: string;
}

/** One point of a metric. NaN and infinities are text, because JSON has no such numbers. */
export interface Metric {
  readonly key: string;
  readonly value: number | string;
  /** Milliseconds since the Unix epoch. */
  readonly timestamp: number;
  readonly step: number;
}

/** Data of one or more `runs/log-batch` calls. */
export interface RunData {
  readonly metrics: readonly Metric[];
  readonly params: readonly KeyValue[];
  readonly tags: readonly KeyValue[];
}

/** Status of a run in MLflow. */
export type RunStatus = 'RUNNING' | 'FINISHED' | 'FAILED' | 'KILLED';

/** Run on the server. */
export interface ServerRun {
  readonly runId: string;
  readonly experimentId: string;
  readonly status: string;
  readonly artifactUri: string;
  readonly isDeleted: boolean;
  readonly tags: ReadonlyMap<string, string>;
  readonly params: ReadonlyMap<string, string>;
  /** Latest point of each metric. */
  readonly metrics: readonly Metric[];
  /** Ids of the LoggedModels that are its outputs. */
  readonly outputs: readonly string[];
}

/** Dataset that is an input of a run. */
export interface DatasetInput {
  readonly name: string;
  readonly digest: string;
  readonly sourceType: string;
  readonly source: string;
  readonly schema: string;
  readonly profile: string;
  /** `train` or `eval`. */
  readonly context: string;
}
