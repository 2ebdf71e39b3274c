import type { Status } from '../events.js';
import { read } from './types.js';

/** How a call that threw ended: an aborted one counts as cancelled. */
export function statusOf(error: unknown): Status {
  return /abort/i.test(String(read(error, 'name'))) ? 'cancelled' : 'failed';
}
