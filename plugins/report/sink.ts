import { basename, join, resolve } from 'node:path';
import { HistoryBuilder } from 'ax-autolog/analysis';
import {
  type AnyEvent,
  AutologError,
  type BatchContext,
  defaultJournalDir,
  type EventHandlers,
  handle,
  type Sink,
  type SinkContext,
  writeAtomic,
} from 'ax-autolog/sink';
import { renderReport } from './render.js';
import { renderApart } from './render-apart.js';

/** Options of {@link report}. */
export interface ReportOptions {
  /** Folder that gets one `<run>.html` for each run. Default: `report.html` in the run's own folder in the journal. */
  readonly dir?: string;
}

/** Name of the file in a run's folder. */
export const REPORT_FILE = 'report.html';
/** Runs that are held in memory after their end, for events that come late; only where there is no journal. */
const ENDED_RUNS_KEPT = 16;

/**
 * One HTML file for each run, written when the run ends: see {@link renderReport}. A run that has not ended gets one on
 * `flush` and `close`.
 *
 * It is fed from the journal, and made from the journal in a thread of its own, so that a long run costs the app no time.
 * With `journal: false` it is made from memory, in the app's thread.
 *
 * @throws AutologError `AXL_BAD_OPTIONS` for wrong options.
 * `onBatch`, `flush` and `close` throw `AXL_REPORT_WRITE` when the file cannot be made or written; it is tried again.
 */
export function report(options: ReportOptions = {}): Sink {
  const dir = checkedDir(options);
  const writer = new ReportWriter(dir);
  return {
    name: 'report',
    delivery: 'journal',
    target: dir === undefined ? 'report' : `report:${dir}`,
    setup: (context: SinkContext) => writer.setup(context),
    onBatch: (events, context) => writer.take(events, context),
    flush: () => writer.writeOpen(),
    close: () => writer.writeOpen(),
  };
}

/** A run that has had events since its report was written. */
interface Touched {
  readonly runId: string;
  /** `null` without a journal: then `builder` has the events. */
  readonly runDir: string | null;
  readonly builder: HistoryBuilder | null;
  isStale: boolean;
  hasEnded: boolean;
}

/** What an event changes about when a report is written. `null`: nothing; the history of the run has what it says. */
const HANDLERS: EventHandlers<void, [run: Touched]> = {
  onRunStart: (_event, run) => {
    run.hasEnded = false;
  },
  onCompileStart: null,
  onEvalStart: null,
  onTrialStart: null,
  onExampleEnd: null,
  onTrialEnd: null,
  onCandidateProposed: null,
  onCandidateAccepted: null,
  onCandidateRejected: null,
  onBestChanged: null,
  onParetoChanged: null,
  onCertificate: null,
  onTraceEnd: null,
  onLMCall: null,
  onLog: null,
  onProgress: null,
  onWarning: null,
  onEvalEnd: null,
  onCompileEnd: null,
  onRunEnd: (_event, run) => {
    run.hasEnded = true;
  },
};

class ReportWriter {
  readonly #dir: string | undefined;
  readonly #runs = new Map<string, Touched>();
  #journalDir: string | null = null;

  constructor(dir: string | undefined) {
    this.#dir = dir;
  }

  setup(context: SinkContext): void {
    this.#journalDir = context.journalDir;
  }

  async take(events: readonly AnyEvent[], context: BatchContext): Promise<void> {
    const ended = new Set<Touched>();
    for (const event of events) {
      if (event.runId === '') continue;
      const run = this.#runOf(event.runId, context);
      run.builder?.take(event);
      run.isStale = true;
      handle(HANDLERS, event, run);
      if (run.hasEnded) ended.add(run);
    }
    for (const run of ended) await this.#write(run);
    this.#forgetEnded();
  }

  /** Runs that have not ended are written as they stand. */
  async writeOpen(): Promise<void> {
    for (const run of this.#runs.values()) await this.#write(run);
  }

  #runOf(runId: string, { runDir }: BatchContext): Touched {
    const known = this.#runs.get(runId);
    if (known) return known;
    const folder = runDir ?? join(this.#journalDir ?? defaultJournalDir(), runId);
    const builder = runDir === null ? new HistoryBuilder({ runDir: folder, runId, traces: 'all' }) : null;
    const made = { runId, runDir, builder, isStale: false, hasEnded: false };
    this.#runs.set(runId, made);
    return made;
  }

  async #write(run: Touched): Promise<void> {
    if (!run.isStale) return;
    const file = this.#fileOf(run);
    try {
      if (run.builder) writeAtomic(file, renderReport([run.builder.history()]));
      else if (run.runDir !== null) await renderApart(run.runDir, file);
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new AutologError('AXL_REPORT_WRITE', `${file} could not be written: ${why}`, { cause });
    }
    run.isStale = false;
  }

  #fileOf({ runId, runDir }: Touched): string {
    if (this.#dir !== undefined) return join(this.#dir, `${safeName(runId)}.html`);
    return join(runDir ?? join(this.#journalDir ?? defaultJournalDir(), safeName(runId)), REPORT_FILE);
  }

  /** Written runs go, oldest first: a server that evaluates for ever must not grow. */
  #forgetEnded(): void {
    const done = [...this.#runs.values()].filter(({ hasEnded, isStale }) => hasEnded && !isStale);
    const kept = done.some(({ builder }) => builder) ? ENDED_RUNS_KEPT : 0;
    for (const { runId } of done.slice(0, Math.max(0, done.length - kept))) this.#runs.delete(runId);
  }
}

/** A run's id as the name of a file: journals only have such, a run without a journal may have any. */
function safeName(runId: string): string {
  return (
    basename(runId.replace(/[^\p{L}\p{N}._-]/gu, '_'))
      .replace(/^\.+/, '_')
      .slice(0, 200) || '_'
  );
}

function checkedDir(options: unknown): string | undefined {
  const isObject = typeof options === 'object' && options !== null && !Array.isArray(options);
  const unknown = isObject ? Object.keys(options).find((name) => name !== 'dir') : undefined;
  if (!isObject || unknown !== undefined) {
    const came = unknown === undefined ? (options === null ? 'null' : typeof options) : `an option '${unknown}'`;
    throw new AutologError('AXL_BAD_OPTIONS', `report() came with ${came}; expected an object with dir, or nothing`);
  }
  const { dir } = options as { readonly dir?: unknown };
  if (dir === undefined) return undefined;
  if (typeof dir === 'string' && dir !== '') return resolve(dir);
  throw new AutologError(
    'AXL_BAD_OPTIONS',
    `report({ dir }): dir is ${dir === '' ? 'an empty string' : typeof dir}; expected the path of a folder, or leave it out for the journal's`,
  );
}
