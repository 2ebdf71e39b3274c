import type { CompileTracker } from '../../../track/types.js';
import type { Outcome } from '../../observe/outcome.js';
import type { CompileWatch } from '../access/scope.js';

/** The arguments of one `compile`, and the optimizer it was called on. */
export interface CompileCall {
  readonly self: object;
  readonly program: unknown;
  readonly examples: unknown;
  readonly metric: unknown;
  readonly options: unknown;
  /** All of them, as they were passed. */
  readonly args: readonly unknown[];
}

/** Names the arguments of a `compile` of ax. */
export function compileCall(self: object, args: readonly unknown[]): CompileCall {
  const [program, examples, metric, options] = args;
  return { self, program, examples, metric, options, args };
}

/** Turns what one kind of optimizer does into trials. */
export interface OptimizerWatch extends CompileWatch {
  /** What `compile` gets as metric: a stand-in that calls the user's. */
  readonly metric: unknown;
  /** What `compile` gets as options: the user's very object, unless functions in it must be watched too. */
  readonly options: unknown;
  /** The compile has settled. Ends what is open; returns what to add to the compile's result. */
  finish(outcome: Outcome): Readonly<Record<string, unknown>> | undefined;
}

/** Makes the watch of one compile. */
export type WatchFactory = (compile: CompileTracker, call: CompileCall) => OptimizerWatch;
