import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { AutologError } from '../contract/errors.js';
import type { AnyEvent, EventType } from '../contract/events.js';
import { compareEvents } from './batch.js';
import { DamagedLine, EventDecoder, TOO_LONG } from './decode/decode.js';
import { listSegments } from './layout.js';
import { readLines } from './lines.js';
import type { OnProblem } from './problems.js';
import { isNoPlainFile, leftOut } from './read-file.js';

export type { OnProblem } from './problems.js';
export { listRuns, summaryOf } from './runs.js';

/** Options of {@link readRun}. */
export interface ReadOptions {
  /**
   * Called for each line that is skipped (`AXL_JOURNAL_TORN`, `AXL_JOURNAL_CORRUPT`) and each blob that is missing
   * (`AXL_BLOB_MISSING`). Default: problems are ignored.
   */
  readonly onProblem?: OnProblem;
  /** Types of events whose data is not read, which is faster: they have `{}` as data. Default: none. */
  readonly without?: readonly EventType[];
  /** Whether values are loaded from blobs; otherwise they are `null`. Default: true. */
  readonly blobs?: boolean;
}

interface Head {
  readonly event: AnyEvent;
  readonly rest: Iterator<AnyEvent>;
}

/**
 * Reads the events of a run in the order they happened. The events of one process keep its order; those of several
 * processes are merged by time. They are deep-frozen and equal to the events that live sinks received. The files are read
 * in chunks, so a run of any size can be read.
 *
 * Reports and skips corrupt lines and an incomplete last line. Yields event types that this version does not know.
 *
 * @throws AutologError `AXL_JOURNAL_MISSING` if the folder has no journal, `AXL_JOURNAL_VERSION` if a newer version of
 * ax-autolog wrote it
 */
export function* readRun(runDir: string, options: ReadOptions = {}): Generator<AnyEvent, void, undefined> {
  const segments = listSegments(runDir);
  if (segments.length === 0) {
    const state = existsSync(runDir) ? 'has no events.jsonl' : 'does not exist';
    throw new AutologError('AXL_JOURNAL_MISSING', `${runDir} ${state}. Pass the folder of a run.`);
  }
  const onProblem = options.onProblem ?? (() => undefined);
  const decoder = new EventDecoder(runDir, onProblem, options);
  const streams = segments.map((name) => readSegment(join(runDir, name), decoder, onProblem));
  const heads: Head[] = [];
  try {
    for (const rest of streams) advance(heads, rest);
    while (heads.length > 0) {
      const at = earliest(heads);
      const { event, rest } = heads[at] as Head;
      heads.splice(at, 1);
      yield event;
      advance(heads, rest);
    }
  } finally {
    for (const stream of streams) stream.return(undefined);
  }
}

function advance(heads: Head[], rest: Iterator<AnyEvent>): void {
  const next = rest.next();
  if (!next.done) heads.push({ event: next.value, rest });
}

function earliest(heads: readonly Head[]): number {
  let best = 0;
  for (let i = 1; i < heads.length; i += 1) {
    if (compareEvents((heads[i] as Head).event, (heads[best] as Head).event) < 0) best = i;
  }
  return best;
}

function* readSegment(path: string, decoder: EventDecoder, onProblem: OnProblem): Generator<AnyEvent, void, undefined> {
  try {
    for (const line of readLines(path)) {
      if (line.text === '' && !line.isTooLong) continue;
      const where = `${path}:${line.number}`;
      const event = line.isTooLong ? TOO_LONG : decoder.decode(line.text, where);
      if (!(event instanceof DamagedLine)) yield event;
      else if (line.complete || !event.isNoJson) onProblem('AXL_JOURNAL_CORRUPT', corruptLine(where, event), { where });
      else
        onProblem('AXL_JOURNAL_TORN', `${where} is incomplete (its process died while writing) and is left out`, {
          where,
        });
    }
  } catch (error) {
    if (!isNoPlainFile(error)) throw error;
    onProblem('AXL_JOURNAL_CORRUPT', leftOut(path), { where: path });
  }
}

function corruptLine(where: string, { why }: DamagedLine): string {
  return `${where} is damaged and left out: ${why}`;
}
