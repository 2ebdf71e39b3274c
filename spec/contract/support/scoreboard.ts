import type { AnyEvent, Sink } from 'ax-autolog';
import type { MakeSubject, Subject } from 'ax-autolog/testing';

/** Where the sinks of one subject write to: it outlives them, as a database does. */
export class Scoreboard {
  /** Lines of text by a key of the sink's choice. */
  readonly rows = new Map<string, { readonly runId: string; readonly text: string }>();

  /** Writes a line, in place of the one with the same key. */
  put(key: string, runId: string, text: string): void {
    this.rows.set(key, { runId, text });
  }

  /** The lines of one run. */
  of(runId: string): string {
    return [...this.rows.values()]
      .filter((row) => row.runId === runId)
      .map(({ text }) => text)
      .join('\n');
  }
}

/** Names an event among all events of all runs. */
export function keyOf({ runId, writer, seq }: AnyEvent): string {
  return `${runId}/${writer}/${seq}`;
}

/** Writes the score of a trial, once however often the event comes. */
export function putScore(board: Scoreboard, event: AnyEvent): void {
  if (event.type === 'onTrialEnd') board.put(keyOf(event), event.runId, `score ${event.data.score}`);
}

/** A sink that holds to the contract, with some of its parts replaced. */
export type Faults = (board: Scoreboard) => Partial<Sink>;

/** Makes subjects of a sink that is fed from the journal and writes scores to a board. */
export function scoreboardSubject(faults: Faults = () => ({}), others: Partial<Subject> = {}): Subject {
  const board = new Scoreboard();
  const open = (): Sink => ({
    name: 'scoreboard',
    delivery: 'journal',
    ...batch((event) => putScore(board, event)),
    ...faults(board),
  });
  return { sink: open(), read: (runId) => board.of(runId), reopen: open, ...others };
}

/** Makes subjects of a sink whose parts are replaced by faulty ones. */
export function withFaults(faults: Faults): MakeSubject {
  return () => scoreboardSubject(faults);
}

/** Takes the events of a batch one by one. */
export function batch(take: (event: AnyEvent) => void): Pick<Sink, 'onBatch'> {
  return {
    onBatch: (events) => {
      for (const event of events) take(event);
    },
  };
}

/** Makes subjects of a sink that throws on some events and writes the others. */
export function throwing(when: (event: AnyEvent) => boolean): MakeSubject {
  return withFaults((board) =>
    batch((event) => {
      if (when(event)) throw new Error(`cannot take ${event.type}`);
      putScore(board, event);
    }),
  );
}
