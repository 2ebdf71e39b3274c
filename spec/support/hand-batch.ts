import type { AnyEvent } from '../../lib/contract/events.js';
import type { Sink } from '../../lib/contract/sink.js';
import { batchContext } from '../../lib/deliver/batch-context.js';

/** Hands a sink a batch of a run, as the live queue or a replay does. Returns what `onBatch` returns. */
export function handBatch(
  sink: Sink,
  events: readonly AnyEvent[],
  about: { readonly runDir: string | null; readonly runId: string },
): unknown {
  return sink.onBatch?.(events, batchContext({ sink, events, ...about }));
}
