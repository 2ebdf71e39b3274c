import { type ForwardSeen, watchForwards } from '../ax/index.js';

/** Keeps what was seen of a program's runs. */
export interface ForwardListener {
  forward(seen: ForwardSeen): void;
}

let watching = false;

/**
 * From now on tells each run of a program to what holds the evaluation that it belongs to. The watch is never taken
 * back: opening and closing it with each trial would cost more than the trial's own bookkeeping.
 *
 * @param listener finds the listener in what an evaluation holds
 */
export function followForwards(listener: (holder: unknown) => ForwardListener | undefined): void {
  if (watching) return;
  watching = true;
  watchForwards((seen) => listener(seen.frame.evaluation?.holder)?.forward(seen));
}
