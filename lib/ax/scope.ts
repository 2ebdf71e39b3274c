import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * Which compile's watch a call belongs to, and whether it is made from inside a `forward` or a metric, where further
 * forwards are details of one example. Carried by AsyncLocalStorage, so parallel compiles of one class never mix.
 */
export interface CompileWatch {
  /** The program under optimization: only its own forwards are examples. */
  readonly program: unknown;
  /** Runs one forward of the program through `run`, which calls the original. Returns what the caller gets. */
  forward(run: () => unknown, args: unknown[]): unknown;
  /** The program is about to be given these component texts. */
  applied?(texts: Readonly<Record<string, string>>): void;
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

/** Whether the code runs inside a forward or metric that is being watched. */
export function isInside(): boolean {
  return scopes.getStore()?.inside ?? false;
}

/** Runs `fn` as the compile that `watch` watches. */
export function watching<T>(watch: CompileWatch, fn: () => T): T {
  return scopes.run({ watch, inside: false }, fn);
}

/** Runs `fn` as a detail of one example. */
export function insideForward<T>(fn: () => T): T {
  return scopes.run({ watch: scopes.getStore()?.watch, inside: true }, fn);
}
