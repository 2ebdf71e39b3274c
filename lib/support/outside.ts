import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * Runs `fn` outside of every run: in the asynchronous context in which this package was loaded. Sinks are called so, that
 * nothing they start is taken for the user's own work.
 */
export const outside: <T>(fn: () => T) => T = AsyncLocalStorage.snapshot();
