import type { AnyEvent } from '../contract/events.js';

const EVENT_BYTES = 400;
const VALUE_BYTES = 16;
const DEPTH = 3;
/** Deep enough for spans, their inputs, messages, and the parts of those. */
const TRACE_DEPTH = 8;
const WIDTH = 64;

/**
 * Estimates the size of an event's line in bytes. Counts values down to three levels (eight in a trace) and extrapolates
 * from the first 64 entries of a list, so that it costs little.
 */
export function estimateBytes(event: AnyEvent): number {
  return EVENT_BYTES + sizeOf(event.data, event.type === 'onTraceEnd' ? TRACE_DEPTH : DEPTH);
}

function sizeOf(value: unknown, depth: number): number {
  if (typeof value === 'string') return value.length + VALUE_BYTES;
  if (typeof value !== 'object' || value === null || depth === 0) return VALUE_BYTES;
  return Array.isArray(value) ? sizeOfList(value, depth) : sizeOfObject(value as Record<string, unknown>, depth);
}

function sizeOfList(list: readonly unknown[], depth: number): number {
  const counted = Math.min(list.length, WIDTH);
  let sum = 0;
  for (let i = 0; i < counted; i += 1) sum += sizeOf(list[i], depth - 1);
  return counted === 0 ? VALUE_BYTES : (sum / counted) * list.length;
}

function sizeOfObject(object: Record<string, unknown>, depth: number): number {
  let sum = 0;
  for (const key in object) sum += key.length + sizeOf(object[key], depth - 1);
  return sum;
}
