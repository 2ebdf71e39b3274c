import { MlflowError } from '../client/errors.js';
import type { DeliveryState } from './state.js';

/**
 * Asks for something that must not be done twice: it is noted before, and forgotten when the server cannot have done it.
 * What is still noted later has to be looked for before it is asked for again.
 */
export async function asking<T>(state: DeliveryState, what: string, ask: () => Promise<T>): Promise<T> {
  state.add({ fact: 'asked', what });
  try {
    return await ask();
  } catch (error) {
    if (error instanceof MlflowError && error.untouched) state.add({ fact: 'unasked', what });
    throw error;
  }
}
