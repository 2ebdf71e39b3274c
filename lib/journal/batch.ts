import { join } from 'node:path';
import type { AnyEvent } from '../contract/events.js';
import { DamagedLine, type EventDecoder, TOO_LONG } from './decode/decode.js';
import { listSegments } from './layout.js';
import { type Line, readLines } from './lines.js';
import type { Position } from './position.js';
import type { OnProblem } from './problems.js';
import { isNoPlainFile, leftOut, statPlain } from './read-file.js';

/** The next events of a run after a position. */
export interface Batch {
  /** The events, in order of time. */
  readonly events: readonly AnyEvent[];
  /** The position after each event, by index. */
  readonly positions: readonly Position[];
  /** The position after the batch, including skipped lines. */
  readonly end: Position;
}

interface Stream {
  readonly segment: string;
  readonly lines: Iterator<Line>;
  readonly path: string;
  event: AnyEvent | null;
  /** Offset after `event`. */
  end: number;
}

type Skip = (stream: Stream, end: number, line: DamagedLine) => void;

/** A batch ends when it has reached this size, blobs included, because a single event can be megabytes. */
const ENOUGH_BYTES = 16 * 1024 * 1024;

/** Options of {@link readBatch}. */
export interface BatchOptions {
  /** The position to start at. */
  readonly from: Position;
  /** Maximum number of events. */
  readonly limit: number;
  /** Decodes the lines of this run. */
  readonly decoder: EventDecoder;
  /** Called for each line that is not a valid event (`AXL_JOURNAL_CORRUPT`). */
  readonly onProblem: OnProblem;
}

/** Reads the next complete lines of all segments, in order of time. Throws the file system's errors. */
export function readBatch(runDir: string, { from, limit, decoder, onProblem }: BatchOptions): Batch {
  let position = from;
  const events: AnyEvent[] = [];
  const positions: Position[] = [];
  const skip: Skip = (stream, end, { why }) => {
    position = { ...position, [stream.segment]: end };
    const where = `${stream.path}, before byte ${end}`;
    onProblem('AXL_JOURNAL_CORRUPT', `${where}: the line is damaged and left out: ${why}`, { where });
  };
  const sizeBefore = decoder.sizeRead;
  const streams = openStreams(runDir, from, onProblem);
  try {
    for (const stream of streams) advance(stream, decoder, skip);
    while (events.length < limit && (events.length === 0 || decoder.sizeRead - sizeBefore < ENOUGH_BYTES)) {
      const next = earliest(streams);
      if (!next?.event) break;
      position = { ...position, [next.segment]: next.end };
      events.push(next.event);
      positions.push(position);
      advance(next, decoder, skip);
    }
  } finally {
    for (const stream of streams) stream.lines.return?.();
  }
  return { events, positions, end: position };
}

/**
 * Returns the size of a run's journal on disk, in bytes by file name. It changes whenever an event is written. Empty if the
 * folder has no journal. Throws the file system's errors.
 *
 * @experimental
 */
export function sizesOf(runDir: string): Readonly<Record<string, number>> {
  const sizes: Record<string, number> = {};
  for (const segment of listSegments(runDir)) sizes[segment] = statPlain(join(runDir, segment))?.size ?? 0;
  return sizes;
}

/** Returns the same as {@link sizesOf}, but `{}` if the files cannot be read, e.g. because the folder has been removed. */
export function knownSizes(runDir: string): Readonly<Record<string, number>> {
  try {
    return sizesOf(runDir);
  } catch {
    return {};
  }
}

function openStreams(runDir: string, from: Position, onProblem: OnProblem): Stream[] {
  return listSegments(runDir).map((segment) => {
    const path = join(runDir, segment);
    const start = from[segment] ?? 0;
    return { segment, path, lines: readable(path, start, onProblem), event: null, end: start };
  });
}

/** Reads no line of a link, pipe or device, which is reported. */
function* readable(path: string, start: number, onProblem: OnProblem): Generator<Line> {
  try {
    yield* readLines(path, start);
  } catch (error) {
    if (!isNoPlainFile(error)) throw error;
    onProblem('AXL_JOURNAL_CORRUPT', leftOut(path), { where: path });
  }
}

/** Moves to the next event. Stops before an incomplete line, because its writer may still complete it. */
function advance(stream: Stream, decoder: EventDecoder, skip: Skip): void {
  stream.event = null;
  for (let next = stream.lines.next(); !next.done; next = stream.lines.next()) {
    const { complete, text, end, isTooLong } = next.value;
    if (!complete) return;
    stream.end = end;
    if (text === '' && !isTooLong) continue;
    const event = isTooLong ? TOO_LONG : decoder.decode(text, `${stream.path}, before byte ${end}`);
    if (!(event instanceof DamagedLine)) {
      stream.event = event;
      return;
    }
    skip(stream, end, event);
  }
}

function earliest(streams: readonly Stream[]): Stream | null {
  let best: Stream | null = null;
  for (const stream of streams) {
    if (stream.event && (!best?.event || compareEvents(stream.event, best.event) < 0)) best = stream;
  }
  return best;
}

/** Compares two events of a run for sorting: by time, then by writer, then by the writer's own order. */
export function compareEvents(a: AnyEvent, b: AnyEvent): number {
  if (a.time !== b.time) return a.time - b.time;
  if (a.writer !== b.writer) return a.writer < b.writer ? -1 : 1;
  return a.seq - b.seq;
}
