import { currentDetail, withDetail } from '../../../track/context.js';

/**
 * Observes one running compile. The asynchronous context carries the watch, so parallel compiles never mix, even those of
 * one optimizer object.
 */
export interface CompileWatch {
  /** The program under optimization. Only its own forwards are examples. */
  readonly program: unknown;
  /** The optimizer object. */
  readonly self: unknown;
  /** Runs one forward of the program. `run` calls the original. Returns the value for the caller. */
  forward(run: () => unknown, args: unknown[]): unknown;
  /** Runs a forward of another program, e.g. of a copy that the optimizer made to try a state. */
  forwardOther?(run: () => unknown, program: unknown): unknown;
  /** Receives the component texts that the optimizer puts into the program, before it does. */
  applied(texts: unknown): void;
  /** Runs an inner method of the optimizer. `run` calls the original. Returns the value for the caller. */
  internal(name: string, run: () => unknown, args: unknown[]): unknown;
}

/** A running LM call. `delegated` is set when it calls another service, which then counts in its place. */
export interface OpenModelCall {
  delegated: boolean;
}

interface Scope {
  readonly watch: CompileWatch | undefined;
  readonly inside: boolean;
  readonly call: OpenModelCall | undefined;
}

const NO_SCOPE: Scope = Object.freeze({ watch: undefined, inside: false, call: undefined });

function currentScope(): Scope {
  return (currentDetail() as Scope | undefined) ?? NO_SCOPE;
}

/** Returns the watch of the running compile. */
export function currentWatch(): CompileWatch | undefined {
  return currentScope().watch;
}

/** Returns whether the code runs inside an example or a reflection. Forwards in there are not examples themselves. */
export function isInside(): boolean {
  return currentScope().inside;
}

/** Returns the LM call that the code runs in. */
export function currentCall(): OpenModelCall | undefined {
  return currentScope().call;
}

/** Runs `fn` as the compile that `watch` observes. */
export function watching<T>(watch: CompileWatch, fn: () => T): T {
  return withDetail({ watch, inside: false, call: currentCall() } satisfies Scope, fn);
}

/** Runs `fn` as part of one example or reflection. */
export function insideForward<T>(fn: () => T): T {
  const { watch, call } = currentScope();
  return withDetail({ watch, inside: true, call } satisfies Scope, fn);
}

/** Runs `fn` as part of an LM call. */
export function insideCall<T>(call: OpenModelCall, fn: () => T): T {
  const { watch, inside } = currentScope();
  return withDetail({ watch, inside, call } satisfies Scope, fn);
}
