import { join, resolve } from 'node:path';
import { HistoryBuilder } from 'ax-autolog/analysis';
import {
  type AnyEvent,
  AutologError,
  type BatchContext,
  defaultJournalDir,
  type EventHandlers,
  type Folder,
  handle,
  journalMode,
  openFolder,
  received,
  type Sink,
  type SinkContext,
  safeName,
  thrownText,
} from 'ax-autolog/sink';
import { renderReport } from './render.js';
import { renderApart } from './render-apart.js';

/** Options of {@link report}. */
export interface ReportOptions {
  /** Folder that receives one `<run>.html` per run. Default: `report.html` in the run's folder in the journal. */
  readonly dir?: string;
}

/** Name of the report in a run's folder. */
export const REPORT_FILE = 'report.html';
/** Ended runs that stay in memory for late events. Only without a journal. */
const ENDED_RUNS_KEPT = 16;

/**
 * Creates a sink that writes one HTML file per run when the run ends; see {@link renderReport}. `flush` and `close`
 * write the report of a run that has not ended.
 *
 * The sink is fed from the journal and renders in a worker thread, so that a long run does not block the app. With
 * `journal: false` it renders from memory in the app's thread.
 *
 * @throws AutologError `AXL_BAD_OPTIONS` if an option is unknown or has the wrong type. `onBatch`, `flush` and `close`
 * reject with `AXL_REPORT_WRITE` if the file cannot be rendered or written; the next batch, `flush` or `close` tries
 * again.
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

/** A run that has received events. `isStale` is true if some of them are not in its report. */
interface ReportedRun {
  readonly runId: string;
  /** `null` without a journal; `builder` has the events then. */
  readonly runDir: string | null;
  /** Folder of the run for writing; `null` without a journal. */
  readonly folder: Folder | null;
  readonly builder: HistoryBuilder | null;
  isStale: boolean;
  hasEnded: boolean;
}

/**
 * Changes when a report is written. `null`: the event does not; its content reaches the report through the run's
 * history.
 */
const HANDLERS: EventHandlers<void, [run: ReportedRun]> = {
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
  readonly #runs = new Map<string, ReportedRun>();
  #journalDir: string | null = null;

  constructor(dir: string | undefined) {
    this.#dir = dir;
  }

  setup(context: SinkContext): void {
    this.#journalDir = context.journalDir;
  }

  async take(events: readonly AnyEvent[], context: BatchContext): Promise<void> {
    const ended = new Set<ReportedRun>();
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

  /** Writes every report that is not up to date, including those of runs that have not ended. */
  async writeOpen(): Promise<void> {
    for (const run of this.#runs.values()) await this.#write(run);
  }

  #runOf(runId: string, { runDir, folder: runFolder }: BatchContext): ReportedRun {
    const known = this.#runs.get(runId);
    if (known) return known;
    const folder = runDir ?? join(this.#journalDir ?? defaultJournalDir(), runId);
    const builder = runDir === null ? new HistoryBuilder({ runDir: folder, runId, traces: 'all' }) : null;
    const run = { runId, runDir, folder: runFolder, builder, isStale: false, hasEnded: false };
    this.#runs.set(runId, run);
    return run;
  }

  async #write(run: ReportedRun): Promise<void> {
    if (!run.isStale) return;
    const { folder, name } = this.#fileOf(run);
    const { runDir } = run;
    try {
      folder.make();
      if (run.builder) folder.write(name, renderReport([run.builder.history()]));
      else if (runDir !== null) await renderApart({ runDir, folder: folder.path, name, mode: journalMode() });
    } catch (cause) {
      throw new AutologError(
        'AXL_REPORT_WRITE',
        `the report ${join(folder.path, name)} could not be written: ${thrownText(cause)}. It is tried again.`,
        { cause },
      );
    }
    run.isStale = false;
  }

  #fileOf({ runId, folder }: ReportedRun): { readonly folder: Folder; readonly name: string } {
    const mode = journalMode();
    if (this.#dir !== undefined) return { folder: openFolder(this.#dir, { mode }), name: safeName(`${runId}.html`) };
    const journals = openFolder(this.#journalDir ?? defaultJournalDir(), { mode });
    return { folder: folder ?? journals.folder(safeName(runId)), name: REPORT_FILE };
  }

  /** Forgets written runs, oldest first, so that the memory of a long-running server does not grow. */
  #forgetEnded(): void {
    const done = [...this.#runs.values()].filter(({ hasEnded, isStale }) => hasEnded && !isStale);
    const kept = done.some(({ builder }) => builder) ? ENDED_RUNS_KEPT : 0;
    for (const { runId } of done.slice(0, Math.max(0, done.length - kept))) this.#runs.delete(runId);
  }
}

function checkedDir(options: unknown): string | undefined {
  const isObject = typeof options === 'object' && options !== null && !Array.isArray(options);
  const unknown = isObject ? Object.keys(options).find((name) => name !== 'dir') : undefined;
  if (!isObject || unknown !== undefined) {
    const got = unknown === undefined ? received(options) : `the option '${unknown}'`;
    throw new AutologError(
      'AXL_BAD_OPTIONS',
      `options of report() must be an object with dir, got ${got}. Pass { dir: 'folder' } or nothing.`,
    );
  }
  const { dir } = options as { readonly dir?: unknown };
  if (dir === undefined) return undefined;
  if (typeof dir === 'string' && dir !== '') return resolve(dir);
  throw new AutologError(
    'AXL_BAD_OPTIONS',
    `option 'dir' of report() must be the path of a folder, got ${received(dir)}. Remove it to write to the run's folder in the journal.`,
  );
}
