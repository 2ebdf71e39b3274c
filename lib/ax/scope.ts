import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * What a running compile wants to know. Which watch a call belongs to is carried by AsyncLocalStorage, so parallel
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
  stray?(run: () => unknown, program: unknown): unknown;
  /** The program is about to be given these component texts. */
  applied(texts: unknown): void;
  /** Runs an inner method of the optimizer through `run`. Returns what the caller gets. */
  internal(name: string, run: () => unknown, args: unknown[]): unknown;
}

interface Scope {
  readonly watch: CompileWatch | undefined;
  readonly inside: boolean;
}

const scopes = new AsyncLocalStorage<Scope>();

/** The watch of the compile that runs now. */
export function currentWatch(): CompileWatch | undefined {
  return scopes.getStore()?.watch;
}

/** Whether the code runs inside one example or one reflection, where further forwards are details. */
export function isInside(): boolean {
  return scopes.getStore()?.inside ?? false;
}

/** Runs `fn` as the compile that `watch` watches. */
export function watching<T>(watch: CompileWatch, fn: () => T): T {
  return scopes.run({ watch, inside: false }, fn);
}

/** Runs `fn` as a detail of one example or reflection. */
export function insideForward<T>(fn: () => T): T {
  return scopes.run({ watch: scopes.getStore()?.watch, inside: true }, fn);
}
