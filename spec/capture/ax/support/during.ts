import * as ax from '@ax-llm/ax';
import type { AnyEvent } from '../../../../lib/contract/events.js';
import { scripted } from './scripted.js';
import { only, tracked } from './tracked.js';
import { quiet } from './verbose-log.js';

/** A scripted service. */
export const service = (name = 'scripted') => scripted(ax, { seed: 4, name }).ai;

/** What is heard while `fn` runs, without what ax prints. */
export const during = (fn: () => Promise<unknown>): Promise<readonly AnyEvent[]> => quiet(() => tracked(fn));

/** LM calls by role. */
export function roles(events: readonly AnyEvent[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { data } of only(events, 'onLMCall')) counts[data.role] = (counts[data.role] ?? 0) + 1;
  return counts;
}
