import { randomBytes } from 'node:crypto';
import { shared } from './shared-state.js';

/** The id of this process (or worker thread) in events and journal segments, e.g. `2gk-9f01ab`. */
export const WRITER = shared('writer', () => `${process.pid.toString(36)}-${randomBytes(3).toString('hex')}`);

const ids = shared('ids', () => ({ next: 0 }));

/**
 * Returns an id that is unique among all processes that write to one run, e.g. `t12.2gk-9f01ab`. Prefixes: `c` for
 * compiles, `t` for trials, `e` for evaluations.
 */
export function localId(prefix: 'c' | 't' | 'e'): string {
  return `${prefix}${ids.next++}.${WRITER}`;
}

/**
 * Returns a new run id, e.g. `20261123-214305-gsm8k-9f01ab`. It sorts by time, starts with the run's name and is a safe
 * folder name.
 *
 * @param time start of the run, in milliseconds since the Unix epoch
 */
export function newRunId(name: string, time: number): string {
  const stamp = new Date(time).toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
  const slug = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 24);
  return [stamp, slug, randomBytes(3).toString('hex')].filter((part) => part !== '').join('-');
}
