import type { Sink, SinkContext } from '../contract/sink.js';

/** A sink under test, and how the test sees and ends its work. */
export interface Subject {
  /** The sink. It writes to a place of its own, where nothing has been written before. */
  readonly sink: Sink;
  /**
   * Returns everything the sink has put out about one run, as text; an empty text if there is nothing. It is called after
   * `flush` or `close`. It must show the scores of trials in decimals, e.g. `0.811`, and nothing of other runs. Leave out what differs
   * each time, such as ids and times that the sink makes itself: if the text is reproducible, the checks against a journal
   * compare all of it, otherwise only how often each score occurs.
   */
  read(runId: string): string | Promise<string>;
  /**
   * Makes another sink that writes to the same place, as the next process would. Needed for sinks with
   * `delivery: 'journal'`. Those made before may not be closed yet, as after a kill: release here what only one process can
   * hold.
   */
  reopen?(): Sink | Promise<Sink>;
  /** Removes what the test made. Runs after the sink is closed. Default: nothing is removed. */
  cleanup?(): unknown;
}

/** Makes a new sink to test, each time with a place of its own to write to. */
export type MakeSubject = () => Subject | Promise<Subject>;

/** The context of a sink that is fed from memory. Warnings go nowhere. */
export const WITHOUT_JOURNAL: SinkContext = { journalDir: null, warn: () => undefined };

/**
 * Makes a subject, sets its sink up, tests it, closes it and cleans up, whatever fails on the way. Rejects with the first
 * error.
 *
 * @param context what the sink is set up with; `null` if the test sets it up
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
