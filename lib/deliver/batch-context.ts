import { dirname, join } from 'node:path';
import { AutologError } from '../contract/errors.js';
import type { AnyEvent } from '../contract/events.js';
import type { Folder } from '../contract/folder.js';
import { isFileName } from '../contract/schema/scalars.js';
import type { BatchContext, Sink } from '../contract/sink.js';
import { listSegments, openRunFolder, STATE_FOLDER, stateNames } from '../journal/layout.js';
import { isRealFolder } from '../journal/read-file.js';
import { readRun } from '../journal/reader.js';
import { WRITER } from '../support/ids.js';
import { received } from '../support/received.js';
import { journalMode } from '../support/settings.js';

/** Options of {@link batchContext}. */
export interface BatchOptions extends Pick<BatchContext, 'batch' | 'hold' | 'progress'> {
  /** The sink. Its state files are named by its `target`, or by its name if it has none. */
  readonly sink: Pick<Sink, 'name' | 'target'>;
  /** Folder of the run, or `null` if the run has no journal. */
  readonly runDir: string | null;
  /** Id of the run. Default: that of the first event. */
  readonly runId?: string;
  /** The events of the batch. */
  readonly events: readonly AnyEvent[];
}

/** Excludes the suffixes of position and lease files, which are all read to find undelivered runs. */
const SUFFIX = /^\.[\w.-]+(?<!\.json|\.lock)$/;

/** Creates the context that a sink receives with a batch. Live queues, journal feeds and replays share it. */
export function batchContext({ sink, runDir, events, runId, batch, hold, progress }: BatchOptions): BatchContext {
  let opened: Folder | null = null;
  const folder = (): Folder | null => {
    if (runDir !== null) opened ??= openRunFolder(runDir, journalMode());
    return opened;
  };
  return {
    runDir,
    get folder() {
      return folder();
    },
    runId: runId ?? events[0]?.runId ?? '',
    earlier: () => earlierEvents(runDir, events),
    stateFile: (suffix) => stateFile(folder(), sink.target ?? sink.name, suffix),
    isOwn: ({ writer }) => writer === WRITER,
    beginningOf: (other) => beginningOf(other, sink, runDir),
    ...(batch === undefined ? {} : { batch }),
    ...(hold && { hold }),
    ...(progress && { progress }),
  };
}

/** Yields the events that precede the batch, for each writer in it. Stops reading after the last of them. */
function* earlierEvents(runDir: string | null, events: readonly AnyEvent[]): Generator<AnyEvent, void, undefined> {
  const firsts = new Map<string, AnyEvent>();
  for (const event of events) if (!firsts.has(event.writer)) firsts.set(event.writer, event);
  for (const [writer, { seq }] of firsts) if (seq <= 0) firsts.delete(writer);
  if (runDir === null || firsts.size === 0 || listSegments(runDir).length === 0) return;
  for (const event of readRun(runDir)) {
    const first = firsts.get(event.writer);
    if (first === undefined || event.runId !== first.runId) continue;
    if (event.seq < first.seq) yield event;
    else firsts.delete(event.writer);
    if (firsts.size === 0) return;
  }
}

function stateFile(folder: Folder | null, target: string, suffix: string): string | null {
  if (typeof suffix !== 'string' || !SUFFIX.test(suffix)) {
    throw new AutologError(
      'AXL_BAD_OPTIONS',
      `the suffix of a state file must be a dot, then letters, digits, '.', '_' or '-', and not end in .json or .lock, got ${received(suffix)}. Use one such as '.rows.jsonl'.`,
    );
  }
  if (folder === null) return null;
  folder.folder(STATE_FOLDER).make();
  return join(
    folder.path,
    stateNames(target).position.replace(/\.json$/, () => suffix),
  );
}

function beginningOf(runId: string, sink: BatchOptions['sink'], runDir: string | null) {
  if (runDir === null || !isFileName(runId)) return null;
  const otherDir = join(dirname(runDir), runId);
  if (!isRealFolder(otherDir) || listSegments(otherDir).length === 0) return null;
  for (const first of readRun(otherDir)) {
    const events = [first];
    return first.runId === runId ? { events, context: batchContext({ sink, runDir: otherDir, runId, events }) } : null;
  }
  return null;
}
