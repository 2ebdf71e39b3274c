import { currentDetail, withDetail } from '../../../track/context.js';

/**
 * What a running compile wants to know. Which watch a call belongs to is carried by the session, so parallel
 * compiles, even of one optimizer object, never mix.
 */
export interface CompileWatch {
  /** The program under optimization: only its own forwards are examples. */
  readonly program: unknown;
  /** The optimizer object. */
  readonly self: unknown;
  /** Runs one forward of the program through `run`, which calls the original. Returns what the caller gets. */
  forward(run: () => unknown, args: unknown[]): unknown;
  /** Runs a forward of another program, e.g. of a copy that the optimizer made to try a state. */
  forwardOther?(run: () => unknown, program: unknown): unknown;
  /** The program is about to be given these component texts. */
  applied(texts: unknown): void;
  /** Runs an inner method of the optimizer through `run`. Returns what the caller gets. */
  internal(name: string, run: () => unknown, args: unknown[]): unknown;
}

/** An LM call that is going on; `delegated` once a service further inside was asked in its place. */
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

/** The watch of the compile that runs now. */
export function currentWatch(): CompileWatch | undefined {
  return currentScope().watch;
}

/** Whether the code runs inside one example or one reflection, where further forwards are details. */
export function isInside(): boolean {
  return currentScope().inside;
}

/** The LM call that the code runs in. */
export function currentCall(): OpenModelCall | undefined {
  return currentScope().call;
}

/** Runs `fn` as the compile that `watch` watches. */
export function watching<T>(watch: CompileWatch, fn: () => T): T {
  return withDetail({ watch, inside: false, call: currentCall() } satisfies Scope, fn);
}

/** Runs `fn` as a detail of one example or reflection. */
export function insideForward<T>(fn: () => T): T {
  const { watch, call } = currentScope();
  return withDetail({ watch, inside: true, call } satisfies Scope, fn);
}

/** Runs `fn` as a part of that LM call. */
export function insideCall<T>(call: OpenModelCall, fn: () => T): T {
  const { watch, inside } = currentScope();
  return withDetail({ watch, inside, call } satisfies Scope, fn);
}
