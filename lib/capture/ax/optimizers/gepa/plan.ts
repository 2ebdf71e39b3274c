import type { Scope } from '../../../../contract/events.js';
import { asArray, isObject, safeGet } from '../../../observe/inspect.js';
import type { CompileCall } from '../../watch/optimizer-watch.js';

/** The example sets that a GEPA compile derives from its arguments. */
export interface GepaSets {
  /** The set of every full evaluation. */
  readonly pareto: readonly unknown[];
  /** The set from which minibatches are drawn. */
  readonly feedback: readonly unknown[];
  readonly examples: readonly unknown[];
}

/** Returns the example sets of a compile, derived as in ax 24.0.21 (dsp/optimizers/gepa.ts, `compile`). */
export function gepaSets(call: CompileCall): GepaSets {
  const examples = listIn(call.examples);
  const validation = listIn(safeGet(call.options, 'validationExamples'));
  const size = safeGet(call.self, 'paretoSetSize');
  const pareto = (validation.length > 0 ? validation : examples).slice(0, typeof size === 'number' ? size : undefined);
  return { pareto, feedback: feedbackSet(examples, listIn(safeGet(call.options, 'feedbackExamples'))), examples };
}

/** Returns the feedback examples that are training examples too, or the whole training set if there are none. */
function feedbackSet(examples: readonly unknown[], feedback: readonly unknown[]): readonly unknown[] {
  if (feedback.length === 0) return examples;
  const known = new Set(examples.map(contentKey));
  const chosen = feedback.filter((example) => known.has(contentKey(example)));
  return chosen.length > 0 ? chosen : examples;
}

function contentKey(example: unknown): string {
  if (!isObject(example)) return JSON.stringify(example);
  const sorted: Record<string, unknown> = {};
  for (const key of Object.keys(example).sort()) sorted[key] = example[key];
  return JSON.stringify(sorted);
}

function listIn(value: unknown): readonly unknown[] {
  return asArray(value) ?? [];
}

/** The next evaluation of GEPA. `iteration` is a parent minibatch, unless a merge comes first. */
export type Step = 'start' | 'iteration' | 'merge' | 'merge-validation' | 'child' | 'validation';

/** One kind of evaluation, named as in GEPA's own verbose log. */
export interface Phase {
  readonly name: string;
  readonly scope: Scope;
  /** Its examples: the whole Pareto set, a subsample of five of it, or the minibatch. */
  readonly batch: 'pareto' | 'subsample' | 'minibatch';
}

/** The phase of the evaluation of each step. */
export const PHASES: Readonly<Record<Step, Phase>> = {
  start: { name: 'initial Pareto evaluation', scope: 'full', batch: 'pareto' },
  iteration: { name: 'parent minibatch', scope: 'minibatch', batch: 'minibatch' },
  merge: { name: 'merge subsample', scope: 'minibatch', batch: 'subsample' },
  'merge-validation': { name: 'merge validation', scope: 'full', batch: 'pareto' },
  child: { name: 'child minibatch', scope: 'minibatch', batch: 'minibatch' },
  validation: { name: 'validation evaluation', scope: 'full', batch: 'pareto' },
};

/** Size of GEPA's merge subsample in examples (K in the paper's reference implementation), at most that of the set. */
export const SUBSAMPLE = 5;

/** Name of the phase in which GEPA collects demos before its search starts. */
export const BOOTSTRAP = 'bootstrap';
