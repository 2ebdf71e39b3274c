import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const BYTES = 16;

/**
 * Secret of one server that its address carries. Whoever may connect to 127.0.0.1, such as another user of the machine,
 * does not know it.
 *
 * The page keeps it in the storage of its origin and not in a cookie: browsers send cookies of 127.0.0.1 to every port of it,
 * hence also to servers of other users.
 */
export class AccessToken {
  /** 128 random bits as base64url. */
  readonly text = randomBytes(BYTES).toString('base64url');

  /** Returns whether a request carries the token, as `?token=` or as `Authorization: Bearer`. */
  isIn({ url = '', headers }: IncomingMessage): boolean {
    const query = url.includes('?') ? url.slice(url.indexOf('?') + 1) : '';
    const given = /^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1] ?? new URLSearchParams(query).get('token');
    return given !== null && timingSafeEqual(digest(given), digest(this.text));
  }
}

/** Digests have equal lengths, which the comparison needs. */
function digest(text: string): Buffer {
  return hash('sha256', text, 'buffer');
}
