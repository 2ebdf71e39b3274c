import { MlflowError } from '../client/errors.js';
import type { DeliveryState } from './state.js';

/**
 * Sends a request that must not be processed twice. The request is recorded before it is sent, and the record is removed if
 * the server cannot have processed it. If a record is left, search for the result before you send the request again.
 */
export async function requestOnce<T>(state: DeliveryState, what: string, send: () => Promise<T>): Promise<T> {
  state.add({ fact: 'asked', what });
  try {
    return await send();
  } catch (error) {
    if (error instanceof MlflowError && error.untouched) state.add({ fact: 'unasked', what });
    throw error;
  }
}
