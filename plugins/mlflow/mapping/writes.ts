import type { OtlpSpan, TraceInfo } from '../client/trace-types.js';
import type { DatasetInput, RunStatus } from '../client/types.js';

/** What the events of a run become on an MLflow server. */
export type Write = RunWrite | TraceWrite;

/** What a run gets. `run` names it: {@link ROOT} for the run itself, a trial's id for its child run. */
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
  /** Milliseconds since the Unix epoch, as all times here. */
  readonly time: number;
  readonly tags: { readonly [key: string]: string };
  /** {@link ROOT} for a trial; our id of the run that this run is nested in; left out for a run of its own. */
  readonly parent?: string;
}

/** One point of a metric. NaN and the infinities are text. */
export interface MetricWrite {
  readonly op: 'metric';
  readonly run: string;
  readonly key: string;
  readonly value: number | string;
  readonly time: number;
  readonly step: number;
}

/** A file with the run. A later one of the same path replaces it. */
export interface ArtifactWrite {
  readonly op: 'artifact';
  readonly run: string;
  readonly path: string;
  readonly content: string;
  readonly encoding: 'utf8' | 'base64';
}

/** A LoggedModel as output of the run: made at the start, ready or failed at the end. */
export interface ModelWrite {
  readonly op: 'model';
  readonly run: string;
  /** What tells it apart: the compile's id. */
  readonly id: string;
  readonly name: string;
  readonly status: 'pending' | 'ready' | 'failed';
  readonly tags: { readonly [key: string]: string };
  /** Its `best_model.json`, where there is one. */
  readonly content?: string;
}

/** A version of a prompt, linked to the run. */
export interface PromptWrite {
  readonly op: 'prompt';
  readonly run: string;
  /** Key of the component whose text it is. */
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
  /** The name it has from now on, where that was not known at the start. */
  readonly name?: string;
}

/** A trace with its assessments. One that is there already is added to. */
export interface TraceWrite {
  readonly op: 'trace';
  /** The run it is tied to, named as in {@link RunWrite}; `null` for none. */
  readonly run: string | null;
  readonly info: TraceInfo;
  readonly spans: readonly OtlpSpan[];
}

/** The run itself, as opposed to a trial's child run. */
export const ROOT = 'run';

/** Tags of ours begin with this. */
export const TAG = 'ax_autolog.';
