import { type Command, Option } from 'commander';
import { safeJson } from '../../analysis/format/text.js';
import type { RunSummary } from '../../contract/run-summary.js';
import type { Sink } from '../../contract/sink.js';
import { whyForeign } from '../../journal/seal/own-runs.js';
import { createRedactor } from '../../support/redact/redact.js';
import { defaultJournalDir } from '../../support/settings.js';
import type { CommandContext, Output } from '../output.js';
import { findRuns } from '../runs.js';
import { feedRun } from './feed-run.js';
import { openTarget, type Target } from './target.js';

interface Flags {
  readonly to?: string;
  readonly experiment?: string;
  readonly json?: boolean;
}

/** Adds `sync` to the command line. */
export function addSync(program: Command, { output, signal, incomplete }: CommandContext): void {
  program
    .command('sync')
    .description('sends journals to an MLflow server (or the files sink), without sending anything twice')
    .argument('[dir]', 'a journal folder, or the folder of one run (default: AX_AUTOLOG_DIR, else .ax-autolog)')
    .addOption(
      new Option('--to <uri>', "tracking URI of the server; 'files' writes the files of each run into its folder").env(
        'MLFLOW_TRACKING_URI',
      ),
    )
    .addOption(new Option('--experiment <name>', 'experiment to write to').env('MLFLOW_EXPERIMENT_NAME'))
    .option('--json', 'print one JSON object per line instead of text')
    .action(async (dir: string | undefined, { to, experiment, json = false }: Flags) => {
      const request = { dir: dir ?? defaultJournalDir(), to, experiment, json };
      if (!(await sync(request, output, signal))) incomplete();
    });
}

/** Input of {@link sync}. */
export interface SyncRequest extends Target {
  /** A journal folder, or the folder of one run. */
  readonly dir: string;
  /** Whether to print one JSON object per line instead of text. */
  readonly json: boolean;
}

/** Result for one run. Part of the `--json` output. */
export interface SyncedRun {
  /** Id of the run. */
  readonly run: string;
  /** Name of the run. */
  readonly name: string;
  /** `not tried`: the server accepted nothing of the two runs before. */
  readonly status: 'synced' | 'up to date' | 'failed' | 'not tried';
  /** Number of events that were sent now. */
  readonly events: number;
  /** True if the run was not written here by this user, so that an app does not deliver it by itself. */
  readonly foreign?: true;
  /** Why it failed, redacted. */
  readonly error?: string;
}

/** After this many runs in a row without a single accepted event, the remaining runs are not tried. */
const HOPELESS_AFTER = 2;

/**
 * Sends every run of a journal folder to an MLflow server, each from where the last feed stopped. Returns whether the
 * server has all of them.
 *
 * @throws AutologError `AXL_JOURNAL_MISSING` if the folder has no runs; `AXL_BAD_OPTIONS` for a wrong or missing
 * address
 */
export async function sync(request: SyncRequest, output: Output, signal: AbortSignal): Promise<boolean> {
  const { runs, unreadable } = findRuns(request.dir);
  const sink = await openTarget(request);
  const report = request.json ? jsonReport(output) : textReport(output);
  await sink.setup?.({ journalDir: request.dir, warn: (code, message) => output.note(`${code}: ${message}`) });
  try {
    const synced = await syncAll(runs, sink, { output, signal, report });
    for (const folder of unreadable)
      output.note(`AXL_JOURNAL_CORRUPT: ${folder} is skipped: its journal cannot be read`);
    report.total(synced, unreadable.length);
    return unreadable.length === 0 && synced.every(({ status }) => status === 'synced' || status === 'up to date');
  } finally {
    await sink.close?.();
  }
}

interface SyncContext {
  readonly output: Output;
  readonly signal: AbortSignal;
  readonly report: Report;
}

async function syncAll(runs: readonly RunSummary[], sink: Sink, context: SyncContext): Promise<SyncedRun[]> {
  const synced: SyncedRun[] = [];
  let rejected = 0;
  for (const run of runs) {
    const isHopeless = rejected >= HOPELESS_AFTER || context.signal.aborted;
    const result = isHopeless ? notTried(run) : await syncRun(run, sink, context);
    rejected = result.status === 'failed' && result.events === 0 ? rejected + 1 : isHopeless ? rejected : 0;
    synced.push(result);
    context.report.run(result);
  }
  return synced;
}

function notTried({ runId, name }: RunSummary): SyncedRun {
  return { run: runId, name, status: 'not tried', events: 0 };
}

async function syncRun(run: RunSummary, sink: Sink, { output, signal }: SyncContext): Promise<SyncedRun> {
  const { runId, name } = run;
  const origin = whyForeign(run.runDir) === null ? {} : ({ foreign: true } as const);
  const { events, error } = await feedRun({
    run,
    sink,
    signal,
    onProgress: (count) => output.progress(`${runId}: ${count} events`),
    onProblem: (message) => output.note(message),
  });
  // A sink's error may quote an address with its password, or the server's answer.
  const failure = error === null ? null : createRedactor().text(error);
  if (failure !== null) return { run: runId, name, status: 'failed', events, ...origin, error: failure };
  return { run: runId, name, status: events > 0 ? 'synced' : 'up to date', events, ...origin };
}

interface Report {
  run(result: SyncedRun): void;
  total(results: readonly SyncedRun[], unreadable: number): void;
}

function countOf(results: readonly SyncedRun[], unreadable: number) {
  const of = (status: SyncedRun['status']) => results.filter((result) => result.status === status).length;
  return {
    runs: results.length + unreadable,
    synced: of('synced'),
    upToDate: of('up to date'),
    failed: of('failed') + unreadable,
    notTried: of('not tried'),
  };
}

function jsonReport(output: Output): Report {
  return {
    run: (result) => output.line(safeJson(JSON.stringify(result))),
    total: (results, unreadable) => output.line(JSON.stringify({ total: countOf(results, unreadable) })),
  };
}

function textReport(output: Output): Report {
  return {
    run({ run, status, events, foreign, error }) {
      const text = status === 'synced' ? `${events} events` : (error ?? '');
      output.line(`${run}  ${status}${text && `: ${text}`}${foreign ? ' (not written here by this user)' : ''}`);
    },
    total(results, unreadable) {
      const { runs, synced, upToDate, failed, notTried } = countOf(results, unreadable);
      const bad = [failed > 0 ? `${failed} failed` : '', notTried > 0 ? `${notTried} not tried` : ''].filter(Boolean);
      output.line(
        [`${runs} ${runs === 1 ? 'run' : 'runs'}: ${synced} synced, ${upToDate} up to date`, ...bad].join(', '),
      );
    },
  };
}
