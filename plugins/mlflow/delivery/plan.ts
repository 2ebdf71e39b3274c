import type { DatasetInput, KeyValue, Metric } from '../client/types.js';
import {
  type ArtifactWrite,
  type CloseWrite,
  type ModelWrite,
  type OpenWrite,
  type PromptWrite,
  ROOT,
  type RunWrite,
} from '../mapping/writes.js';

/** Everything that is written to one MLflow run at a time, grouped by request. */
export interface RunPlan {
  readonly run: string;
  open: OpenWrite | null;
  readonly params: KeyValue[];
  readonly metrics: Metric[];
  readonly tags: Map<string, string>;
  readonly artifacts: Map<string, ArtifactWrite>;
  readonly inputs: DatasetInput[];
  readonly models: ModelWrite[];
  readonly prompts: PromptWrite[];
  close: CloseWrite | null;
}

/**
 * Groups writes by run. A later tag or file replaces an earlier one, and metrics of all trials share the parent's batch. The
 * root comes last, so that it ends after its children; the caller has to open it first.
 */
export function planOf(writes: readonly RunWrite[]): readonly RunPlan[] {
  const plans = new Map<string, RunPlan>();
  for (const write of writes) {
    const known = plans.get(write.run);
    const plan = known ?? emptyPlan(write.run);
    if (!known) plans.set(write.run, plan);
    put(plan, write);
  }
  const all = [...plans.values()];
  return [...all.filter(({ run }) => run !== ROOT), ...all.filter(({ run }) => run === ROOT)];
}

function emptyPlan(run: string): RunPlan {
  return {
    run,
    open: null,
    params: [],
    metrics: [],
    tags: new Map(),
    artifacts: new Map(),
    inputs: [],
    models: [],
    prompts: [],
    close: null,
  };
}

function put(plan: RunPlan, write: RunWrite): void {
  switch (write.op) {
    case 'open':
      plan.open = write;
      break;
    case 'param':
      plan.params.push({ key: write.key, value: write.value });
      break;
    case 'metric':
      plan.metrics.push({ key: write.key, value: write.value, timestamp: write.time, step: write.step });
      break;
    case 'tag':
      plan.tags.set(write.key, write.value);
      break;
    case 'artifact':
      plan.artifacts.set(write.path, write);
      break;
    case 'input':
      plan.inputs.push(write.input);
      break;
    case 'model':
      plan.models.push(write);
      break;
    case 'prompt':
      plan.prompts.push(write);
      break;
    default:
      plan.close = write;
  }
}
