import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { AnyEvent, Json } from '../../lib/contract/events.js';
import { RunJournal, type RunJournalOptions } from '../../lib/journal/writer.js';
import { snapshot } from '../../lib/support/snapshot/snapshot.js';

/** A new folder for one test, and what removes it. */
export function temporaryFolder(): { readonly dir: string; remove(): void } {
  const dir = mkdtempSync(join(tmpdir(), 'axl-journal-'));
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) };
}

/** An event as the tracker makes it: frozen, JSON-safe. */
export function event(seq: number, about: Partial<Omit<AnyEvent, 'data'>> & { data?: Json } = {}): AnyEvent {
  return snapshot({
    v: 1,
    seq,
    time: 1_700_000_000_000 + seq / 8,
    writer: 'w1',
    runId: 'run',
    type: about.data === undefined || about.type !== undefined ? 'onProgress' : UNKNOWN_TYPE,
    data: { name: 'step', done: seq, total: null, data: null },
    derived: [],
    ...about,
  }) as unknown as AnyEvent;
}

/** A type that no version knows: its events may carry any data. */
export const UNKNOWN_TYPE = 'onAnything' as AnyEvent['type'];

/** Any JSON object that an event may carry. */
export const anyData = fc
  .dictionary(fc.string({ unit: 'binary', maxLength: 6 }), fc.jsonValue({ stringUnit: 'grapheme' }), { maxKeys: 5 })
  .map((data) => snapshot(data));

/** A journal whose problems are collected. */
export function journalIn(
  dir: string,
  about: Partial<RunJournalOptions> = {},
): { readonly journal: RunJournal; readonly problems: string[] } {
  const problems: string[] = [];
  const journal = new RunJournal({
    dir,
    runId: 'run',
    writer: 'w1',
    onProblem: (code, message) => problems.push(`${code} ${message}`),
    ...about,
  });
  return { journal, problems };
}
