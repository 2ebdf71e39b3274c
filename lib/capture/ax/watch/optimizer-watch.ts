import type { CompileTracker } from '../../../track/types.js';
import type { Outcome } from '../../observe/outcome.js';
import type { CompileWatch } from '../access/scope.js';

/** The arguments of one `compile` call, and the optimizer. */
export interface CompileCall {
  readonly self: object;
  readonly program: unknown;
  readonly examples: unknown;
  readonly metric: unknown;
  readonly options: unknown;
  /** All arguments, as they were passed. */
  readonly args: readonly unknown[];
}

/** Names the arguments of a call of ax's `compile`. */
export function compileCall(self: object, args: readonly unknown[]): CompileCall {
  const [program, examples, metric, options] = args;
  return { self, program, examples, metric, options, args };
}

/** Observes a compile of one kind of optimizer and records its trials. */
export interface OptimizerWatch extends CompileWatch {
  /** Metric to pass to `compile`: a Proxy of the user's. */
  readonly metric: unknown;
  /** Options to pass to `compile`: the user's own object, unless functions in it must be observed too. */
  readonly options: unknown;
  /** Ends the open trials after the compile has settled. Returns fields to add to the recorded result. */
  finish(outcome: Outcome): Readonly<Record<string, unknown>> | undefined;
}

/** Creates the watch of one compile. */
export type WatchFactory = (compile: CompileTracker, call: CompileCall) => OptimizerWatch;
