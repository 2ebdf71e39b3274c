import type { Sink, SinkContext } from '../contract/sink.js';

/** A sink under test, with access to its output. */
export interface Subject {
  /** The sink. It must write to a new place, where nothing was written before. */
  readonly sink: Sink;
  /**
   * Returns the sink's whole output about one run as text, `''` if there is none. Called after `flush` or `close`. The text
   * must contain the scores of trials as decimals, e.g. `0.811`, and nothing of other runs. Omit what differs each time, such
   * as ids and times that the sink makes itself: if the text is reproducible, the checks with a journal compare all of it,
   * otherwise only how often each score occurs.
   */
  read(runId: string): string | Promise<string>;
  /**
   * Makes another sink that writes to the same place, as the next process would. Required for sinks with
   * `delivery: 'journal'`. Earlier sinks may still be open, as after a kill, so release here whatever only one process can
   * hold.
   */
  reopen?(): Sink | Promise<Sink>;
  /** Removes what the check created. Called after the sink is closed. Default: nothing is removed. */
  cleanup?(): unknown;
}

/** Makes a new sink to test, which writes to a new place. */
export type MakeSubject = () => Subject | Promise<Subject>;

/** The context of a sink that is fed from memory. Its warnings are ignored. */
export const WITHOUT_JOURNAL: SinkContext = { journalDir: null, warn: () => undefined };

/**
 * Makes a subject, sets its sink up, tests it, closes it and cleans up. Closes and cleans up even after an error, and rejects
 * with the first error.
 *
 * @param context passed to the sink's `setup`; `null` if the test sets the sink up itself
 */
export async function using(
  make: MakeSubject,
  context: SinkContext | null,
  test: (subject: Subject) => Promise<void>,
): Promise<void> {
  const subject = await make();
  const errors: unknown[] = [];
  const attempt = async (action: () => unknown): Promise<void> => {
    try {
      await action();
    } catch (error) {
      errors.push(error);
    }
  };
  await attempt(async () => {
    if (context) await subject.sink.setup?.(context);
    await test(subject);
  });
  await attempt(() => subject.sink.close?.());
  await attempt(() => subject.cleanup?.());
  if (errors.length > 0) throw errors[0];
}
