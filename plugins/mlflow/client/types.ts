/** The parts of MLflow's REST API that are used, as it writes them. https://mlflow.org/docs/latest/rest-api.html */

export interface KeyValue {
  readonly key: string;
  readonly value: string;
}

/** One point of a metric. JSON has no NaN: such a number is its name as text. */
export interface Metric {
  readonly key: string;
  readonly value: number | string;
  /** Milliseconds since the Unix epoch. */
  readonly timestamp: number;
  readonly step: number;
}

/** What one or more `runs/log-batch` calls carry. */
export interface RunData {
  readonly metrics: readonly Metric[];
  readonly params: readonly KeyValue[];
  readonly tags: readonly KeyValue[];
}

export type RunStatus = 'RUNNING' | 'FINISHED' | 'FAILED' | 'KILLED';

/** A run as the server knows it. */
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

/** A dataset as input of a run. */
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
