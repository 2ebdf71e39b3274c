import { runDetached } from '../support/async.js';

/** An error of a sink, as opposed to one of the code that delivers to it. Its `cause` is the sink's error. */
export class SinkRejection extends Error {}

/** Calls a sink's function outside the user's run and awaits it. Rejects with a {@link SinkRejection} if that fails. */
export async function callSink(action: () => unknown): Promise<void> {
  try {
    await runDetached(action);
  } catch (error) {
    throw new SinkRejection('the sink rejected', { cause: error });
  }
}
