import { randomFillSync } from 'node:crypto';

/** Random bytes are drawn for many ids at once: one call for each would cost more than the span. */
const pool = Buffer.alloc(4096);
let used = pool.length;

function hex(bytes: number): string {
  if (used + bytes > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const id = pool.toString('hex', used, used + bytes);
  used += bytes;
  return /[^0]/.test(id) ? id : hex(bytes);
}

/** 32 hex digits, as OpenTelemetry has it: random and not all zero. */
export function newTraceId(): string {
  return hex(16);
}

/** 16 hex digits, random and not all zero. */
export function newSpanId(): string {
  return hex(8);
}
