import type { Scope } from '../../../../contract/events.js';

/** What GEPA evaluates next; `iteration` is a parent minibatch, unless a merge comes first. */
export type Step = 'start' | 'iteration' | 'merge' | 'merge-validation' | 'child' | 'validation';

/** One kind of evaluation, named as in GEPA's own verbose log. */
export interface Phase {
  readonly name: string;
  readonly scope: Scope;
  /** Which set its examples are from, and how many: all of the Pareto set, five of it, or the minibatch. */
  readonly batch: 'pareto' | 'subsample' | 'minibatch';
}

/** The phase of an evaluation that begins while `step` is next. */
export const PHASES: Readonly<Record<Step, Phase>> = {
  start: { name: 'initial Pareto evaluation', scope: 'full', batch: 'pareto' },
  iteration: { name: 'parent minibatch', scope: 'minibatch', batch: 'minibatch' },
  merge: { name: 'merge subsample', scope: 'minibatch', batch: 'subsample' },
  'merge-validation': { name: 'merge validation', scope: 'full', batch: 'pareto' },
  child: { name: 'child minibatch', scope: 'minibatch', batch: 'minibatch' },
  validation: { name: 'validation evaluation', scope: 'full', batch: 'pareto' },
};

/** Size of GEPA's merge subsample (K in the paper's reference implementation), where the set has as many. */
export const SUBSAMPLE = 5;

/** Name of the phase in which GEPA collects demos before it begins. */
export const BOOTSTRAP = 'bootstrap';
