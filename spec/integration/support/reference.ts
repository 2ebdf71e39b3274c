import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './environment.js';

/** A run as the Python reference wrote it. */
export interface ReferenceRun {
  readonly id: string;
  /** `null` where MLflow made the name up. */
  readonly name: string | null;
  readonly parent: string | null;
  readonly status: string;
  readonly params: Readonly<Record<string, string>>;
  /** Key → points of step and value; scores in percent. */
  readonly metrics: Readonly<Record<string, readonly (readonly [number, number])[]>>;
  readonly tags: readonly string[];
  readonly artifacts: Readonly<Record<string, ReferenceArtifact>>;
  readonly modelOutputs: number;
  readonly datasetInputs: number;
}

export type ReferenceArtifact =
  | { readonly kind: 'table'; readonly columns: readonly string[]; readonly rows?: number }
  | { readonly kind: 'json'; readonly keys: readonly string[] };

/** A span as the Python reference wrote it; `parent` is its place among the trace's spans. Parsers come without content. */
export interface ReferenceSpan {
  readonly parent: number | null;
  readonly name: string;
  readonly type: string;
  readonly status: string;
  readonly inputs?: unknown;
  readonly outputs?: unknown;
}

export interface ReferenceTrace {
  readonly state: string;
  readonly request: string;
  readonly response: string;
  /** Names. */
  readonly metadata: readonly string[];
  /** Names. */
  readonly assessments: readonly string[];
  readonly spans: readonly ReferenceSpan[];
}

/** What `mlflow.dspy.autolog` wrote in one scenario, measured on a server of the same version. */
export interface Reference {
  readonly scenario: string;
  readonly description: string;
  readonly mlflow: string;
  readonly dspy: string;
  readonly runs: readonly ReferenceRun[];
  readonly traces: {
    /** How many by id of the run; `''` for no run. */
    readonly byRun: Readonly<Record<string, number>>;
    /** The first two. */
    readonly samples: readonly ReferenceTrace[];
  };
}

export function reference(scenario: string): Reference {
  return JSON.parse(readFileSync(join(ROOT, 'spec/integration/reference', `${scenario}.json`), 'utf8')) as Reference;
}
