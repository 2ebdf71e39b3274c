import assert from 'node:assert/strict';
import type { AnyEvent } from '../../contract/events.js';
import type { Sink } from '../../contract/sink.js';
import { WRITER } from '../../support/ids.js';
import type { ContractCheck } from '../check.js';
import { story } from '../events/story.js';
import { type MakeSubject, type Subject, using } from '../subject.js';
import { DiskJournal, Feed, type JournalContext, targetOf, withJournals } from './disk-journal.js';
import { mustShowTheSame } from './same.js';
import { mustNotShow, mustShow, shown } from './shows.js';

const RUN = 'run-a';
const BATCH = 3;

/** Id of another process, which has ended. {@link WRITER} is the id of this one. */
const OTHER = 'w1';

/** A run, its journal (empty at first), and the subject that the journal is fed into. */
interface Scene {
  readonly subject: Subject;
  readonly journal: DiskJournal;
  readonly context: JournalContext;
  /** The events of the run, cut into batches. */
  readonly batches: readonly (readonly AnyEvent[])[];
}

/** Returns the checks of sinks that are fed from the journal, which use a journal on disk. */
export function journalChecks(make: MakeSubject): ContractCheck[] {
  const holds = (writer: string, feed: (scene: Scene) => Promise<string>) => async (): Promise<void> => {
    const undisturbed = () => inScene(make, writer, (scene) => feedWhole(scene, 500));
    await mustShowTheSame(await inScene(make, writer, feed), undisturbed, story(RUN, '11').scores);
  };
  return [
    { name: 'shows a run event by event as it shows it at once', run: holds(OTHER, (scene) => feedWhole(scene, 1)) },
    { name: 'shows a run that grows as it shows it at once', run: holds(WRITER, feedGrowing) },
    { name: 'keeps the runs of two journals apart', run: () => keepsJournalsApart(make) },
    { name: 'shows nothing twice when each batch comes again', run: holds(WRITER, feedTwice) },
    { name: 'shows nothing twice when the process is killed after each batch', run: holds(OTHER, feedThroughKills) },
    { name: 'carries on in another process where it was closed', run: holds(OTHER, feedThroughRestarts) },
  ];
}

async function inScene(make: MakeSubject, writer: string, act: (scene: Scene) => Promise<string>): Promise<string> {
  let text = '';
  await withJournals((context) =>
    using(make, context, async (subject) => {
      const { events } = story(RUN, '11', writer);
      const journal = new DiskJournal(context.journalDir, RUN, writer);
      text = await act({ subject, journal, context, batches: cut(events) });
    }),
  );
  return text;
}

function cut(events: readonly AnyEvent[]): (readonly AnyEvent[])[] {
  return Array.from({ length: Math.ceil(events.length / BATCH) }, (_, at) =>
    events.slice(at * BATCH, (at + 1) * BATCH),
  );
}

async function feeding<T>(feed: Feed, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } finally {
    await feed.stop();
  }
}

async function feedWhole({ subject, journal, batches }: Scene, batchSize: number): Promise<string> {
  journal.write(batches.flat());
  const feed = new Feed(journal, subject.sink, batchSize);
  await feeding(feed, () => feed.drain());
  return shown(subject, RUN);
}

async function feedGrowing({ subject, journal, batches }: Scene): Promise<string> {
  const feed = new Feed(journal, subject.sink);
  await feeding(feed, async () => {
    for (const batch of batches) {
      journal.write(batch);
      await feed.drain();
    }
  });
  return shown(subject, RUN);
}

async function feedTwice({ subject, journal, batches }: Scene): Promise<string> {
  const feed = new Feed(journal, subject.sink);
  await feeding(feed, async () => {
    for (const batch of batches) {
      const forget = journal.mark(subject.sink);
      journal.write(batch);
      await feed.drain();
      forget();
      await feed.drain();
    }
  });
  return shown(subject, RUN);
}

/** Each process receives the last batch of the process before again, and then a new batch. A killed process closes nothing. */
async function feedThroughKills({ subject, journal, context, batches }: Scene): Promise<string> {
  const opened: Sink[] = [];
  try {
    let { sink } = subject;
    for (const batch of batches) {
      const feed = new Feed(journal, sink, BATCH);
      const forget = await feeding(feed, async () => {
        await feed.drain();
        const undo = journal.mark(sink);
        journal.write(batch);
        await feed.drain();
        return undo;
      });
      forget();
      sink = await reopen(subject, context);
      opened.push(sink);
    }
    const last = new Feed(journal, sink, BATCH);
    await feeding(last, () => last.drain());
    await sink.flush?.();
    return await subject.read(RUN);
  } finally {
    for (const sink of opened) await sink.close?.();
  }
}

async function feedThroughRestarts({ subject, journal, context, batches }: Scene): Promise<string> {
  let { sink } = subject;
  for (const batch of batches) {
    journal.write(batch);
    const feed = new Feed(journal, sink);
    await feeding(feed, () => feed.drain());
    await sink.flush?.();
    await sink.close?.();
    const next = await reopen(subject, context);
    const why =
      'a sink must have the same target each time it writes to the same place: its position is saved by target';
    assert.equal(targetOf(next), targetOf(sink), why);
    sink = next;
  }
  await sink.flush?.();
  await sink.close?.();
  return subject.read(RUN);
}

async function reopen(subject: Subject, context: JournalContext): Promise<Sink> {
  assert.ok(
    subject.reopen,
    "the subject of a sink with delivery 'journal' must have reopen(), which makes another sink on the same target",
  );
  const sink = await subject.reopen();
  await sink.setup?.(context);
  return sink;
}

async function keepsJournalsApart(make: MakeSubject): Promise<void> {
  await withJournals((context) =>
    using(make, context, async (subject) => {
      const stories = [story(RUN, '11'), story('run-b', '22')] as const;
      const feeds = stories.map(({ runId, events }) => {
        const journal = new DiskJournal(context.journalDir, runId, OTHER);
        return { journal, batches: cut(events), feed: new Feed(journal, subject.sink) };
      });
      try {
        for (let at = 0; at < Math.ceil(stories[0].events.length / BATCH); at += 1) {
          for (const { journal, batches } of feeds) journal.write(batches[at] ?? []);
          await Promise.all(feeds.map(({ feed }) => feed.drain()));
        }
      } finally {
        await Promise.all(feeds.map(({ feed }) => feed.stop()));
      }
      const [a, b] = stories;
      const [ofA, ofB] = [await shown(subject, a.runId), await shown(subject, b.runId)];
      mustShow(ofA, a.runId, a.scores);
      mustNotShow(ofA, a.runId, b.scores);
      mustShow(ofB, b.runId, b.scores);
      mustNotShow(ofB, b.runId, a.scores);
    }),
  );
}
