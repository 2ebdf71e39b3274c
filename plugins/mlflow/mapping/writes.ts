import type { OtlpSpan, TraceInfo } from '../client/trace-types.js';
import type { DatasetInput, RunStatus } from '../client/types.js';

/** One change on the MLflow server. */
export type Write = RunWrite | TraceWrite;

/** Change of a run. `run` is {@link ROOT} for the run itself, or a trial's id for its child run. */
export type RunWrite =
  | OpenWrite
  | { readonly op: 'param'; readonly run: string; readonly key: string; readonly value: string }
  | MetricWrite
  | { readonly op: 'tag'; readonly run: string; readonly key: string; readonly value: string }
  | ArtifactWrite
  | { readonly op: 'input'; readonly run: string; readonly input: DatasetInput }
  | ModelWrite
  | PromptWrite
  | CloseWrite;

/** Opens a run or child run. */
export interface OpenWrite {
  readonly op: 'open';
  readonly run: string;
  readonly name: string;
  /** Milliseconds since the Unix epoch, like all times in writes. */
  readonly time: number;
  readonly tags: { readonly [key: string]: string };
  /** {@link ROOT} for a trial, or our id of the run that this run is nested in; left out for a top-level run. */
  readonly parent?: string;
}

/** Adds a point of a metric. NaN and infinities are text. */
export interface MetricWrite {
  readonly op: 'metric';
  readonly run: string;
  readonly key: string;
  readonly value: number | string;
  readonly time: number;
  readonly step: number;
}

/** Writes a file. A later one with the same path replaces it. */
export interface ArtifactWrite {
  readonly op: 'artifact';
  readonly run: string;
  readonly path: string;
  readonly content: string;
  readonly encoding: 'utf8' | 'base64';
}

/** Writes a LoggedModel that is an output of the run: pending at the start, ready or failed at the end. */
export interface ModelWrite {
  readonly op: 'model';
  readonly run: string;
  /** Our id of the model: the compile's id. */
  readonly id: string;
  readonly name: string;
  readonly status: 'pending' | 'ready' | 'failed';
  readonly tags: { readonly [key: string]: string };
  /** Text of its `best_model.json`, if there is one. */
  readonly content?: string;
}

/** Registers a prompt version and links it to the run. */
export interface PromptWrite {
  readonly op: 'prompt';
  readonly run: string;
  /** Key of the component that has the text. */
  readonly component: string;
  readonly text: string;
  readonly description: string;
  readonly tags: { readonly [key: string]: string };
}

/** Ends a run or child run. */
export interface CloseWrite {
  readonly op: 'close';
  readonly run: string;
  readonly status: RunStatus;
  readonly time: number;
  /** New name of the run, if it was not known at the start. */
  readonly name?: string;
}

/** Writes a trace with its assessments, or adds to an existing trace. */
export interface TraceWrite {
  readonly op: 'trace';
  /** Run that the trace belongs to, as in {@link RunWrite}; `null` for none. */
  readonly run: string | null;
  readonly info: TraceInfo;
  readonly spans: readonly OtlpSpan[];
}

/** Name of the run itself, as opposed to a trial's child run. */
export const ROOT = 'run';

/** Prefix of tags and params that ax-autolog defines. */
export const TAG = 'ax_autolog.';
