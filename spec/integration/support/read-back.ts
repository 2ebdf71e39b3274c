/** One point of a metric: step, value, time in milliseconds since the Unix epoch. */
export type Point = readonly [step: number, value: number, timestamp: number];

/** A dataset input of a run. */
export interface Dataset {
  readonly name: string;
  readonly digest: string;
  readonly source_type: string;
  readonly source: string;
  readonly schema: unknown;
  readonly profile: unknown;
  readonly tags: Readonly<Record<string, string>>;
}

/** A run as the search shows it. */
export interface Summary {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly stage: string;
  readonly start: number;
  readonly end: number | null;
  readonly parent: string | null;
  readonly params: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
}

/** A run with all that belongs to it. */
export interface Dumped extends Summary {
  readonly metrics: Readonly<Record<string, readonly Point[]>>;
  readonly datasets: readonly Dataset[];
  /** Ids of logged models. */
  readonly outputs: readonly string[];
  /** Path → text. */
  readonly artifacts: Readonly<Record<string, string>>;
}

/** What `mlflow.load_table` gives. */
export interface Table {
  readonly columns: readonly string[];
  readonly data: readonly (readonly unknown[])[];
}

/** A version of a prompt. */
export interface Prompt {
  readonly name: string;
  readonly version: number;
  readonly template: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly message: string | null;
}

/** A logged model. */
export interface LoggedModel {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly run: string | null;
  readonly type: string | null;
  readonly params: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
}
