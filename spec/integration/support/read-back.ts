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

/** An assessment of a trace. */
export interface Assessed {
  readonly name: string;
  readonly value: unknown;
  readonly rationale: string | null;
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly source: readonly [type: string, id: string];
  readonly metadata: Readonly<Record<string, string>>;
  readonly time: number;
}

/** A span of a trace. Times are nanoseconds, too big to be exact here. */
export interface ReadSpan {
  readonly id: string;
  readonly parent: string | null;
  readonly name: string;
  readonly type: string;
  readonly status: string;
  readonly start: number;
  readonly end: number;
  readonly inputs: unknown;
  readonly outputs: unknown;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly events: readonly { readonly name: string; readonly attributes: Readonly<Record<string, unknown>> }[];
}

/** A trace as `mlflow.search_traces` gives it. */
export interface Traced {
  readonly id: string;
  readonly state: string;
  readonly start: number;
  readonly duration: number;
  readonly request: string | null;
  readonly response: string | null;
  /** The run it is tied to. */
  readonly run: string | null;
  readonly schema: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly tokens: Readonly<Record<string, number>> | null;
  readonly cost: Readonly<Record<string, number>> | null;
  readonly assessments: readonly Assessed[];
  /** The root first. */
  readonly spans: readonly ReadSpan[];
}
