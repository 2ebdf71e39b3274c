import { randomBytes } from 'node:crypto';
import { shared } from './shared-state.js';

/** Names this process (or worker thread) in events and journal segments. */
export const WRITER = shared('writer', () => `${process.pid.toString(36)}-${randomBytes(3).toString('hex')}`);

const ids = shared('ids', () => ({ next: 0 }));

/** An id that is unique among all processes that write one run, e.g. `t12.2gk-9f01ab`. */
export function localId(prefix: 'c' | 't' | 'e'): string {
  return `${prefix}${ids.next++}.${WRITER}`;
}

/** A run id that sorts by time, can be read, and is a safe folder name: `20261123-214305-gsm8k-9f01ab`. */
export function newRunId(name: string, time: number): string {
  const stamp = new Date(time).toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
  const slug = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 24);
  return [stamp, slug, randomBytes(3).toString('hex')].filter((part) => part !== '').join('-');
}
