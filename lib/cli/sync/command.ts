import { type Command, Option } from 'commander';
import { safeJson } from '../../analysis/format/text.js';
import type { RunSummary } from '../../contract/run-summary.js';
import type { Sink } from '../../contract/sink.js';
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
    .description('feeds journals to an MLflow server: what is there already is not sent again')
    .argument('[dir]', 'a journal folder, or the folder of one run (default: AX_AUTOLOG_DIR, else .ax-autolog)')
    .addOption(new Option('--to <uri>', 'tracking URI of the server').env('MLFLOW_TRACKING_URI'))
    .addOption(new Option('--experiment <name>', 'experiment to write to').env('MLFLOW_EXPERIMENT_NAME'))
    .option('--json', 'one JSON object a line in place of text')
    .action(async (dir: string | undefined, { to, experiment, json = false }: Flags) => {
      const request = { dir: dir ?? defaultJournalDir(), to, experiment, json };
      if (!(await sync(request, output, signal))) incomplete();
    });
}

/** What `sync` is asked to do. */
export interface SyncRequest extends Target {
  /** A journal folder, or the folder of one run. */
  readonly dir: string;
  /** One JSON object a line in place of text. */
  readonly json: boolean;
}

/** What became of one run. */
export interface SyncedRun {
  readonly run: string;
  readonly name: string;
  /** `not tried`: the server took nothing of the two runs before. */
  readonly status: 'synced' | 'up to date' | 'failed' | 'not tried';
  /** Events that the server's sink took now. */
  readonly events: number;
  readonly error?: string;
}

/** After this many runs in a row of which nothing arrived, the others are not tried. */
const HOPELESS_AFTER = 2;

/**
 * Feeds every run of a journal folder into an MLflow server, each from where an earlier feed left off. Returns whether
 * all of it is there.
 *
 * @throws AutologError AXL_JOURNAL_MISSING for a folder without runs; AXL_BAD_OPTIONS for a wrong or missing address
 */
export async function sync(request: SyncRequest, output: Output, signal: AbortSignal): Promise<boolean> {
  const { runs, unreadable } = findRuns(request.dir);
  const sink = await openTarget(request);
  const report = request.json ? jsonReport(output) : textReport(output);
  await sink.setup?.({ journalDir: request.dir, warn: (code, message) => output.note(`${code}: ${message}`) });
  try {
    const synced = await syncAll(runs, sink, { output, signal, report });
    for (const folder of unreadable) output.note(`${folder} is left out: its journal cannot be read`);
    report.total(synced, unreadable.length);
    return unreadable.length === 0 && synced.every(({ status }) => status === 'synced' || status === 'up to date');
  } finally {
    await sink.close?.();
  }
}

interface Doing {
  readonly output: Output;
  readonly signal: AbortSignal;
  readonly report: Report;
}

async function syncAll(runs: readonly RunSummary[], sink: Sink, doing: Doing): Promise<SyncedRun[]> {
  const synced: SyncedRun[] = [];
  let inVain = 0;
  for (const run of runs) {
    const isHopeless = inVain >= HOPELESS_AFTER || doing.signal.aborted;
    const result = isHopeless ? notTried(run) : await syncRun(run, sink, doing);
    inVain = result.status === 'failed' && result.events === 0 ? inVain + 1 : isHopeless ? inVain : 0;
    synced.push(result);
    doing.report.run(result);
  }
  return synced;
}

function notTried({ runId, name }: RunSummary): SyncedRun {
  return { run: runId, name, status: 'not tried', events: 0 };
}

async function syncRun(run: RunSummary, sink: Sink, { output, signal }: Doing): Promise<SyncedRun> {
  const { runId, name } = run;
  const { events, error } = await feedRun({
    run,
    sink,
    signal,
    onProgress: (count) => output.progress(`${runId}: ${count} events`),
    onProblem: (message) => output.note(message),
  });
  // A sink may quote an address with its password, or what the server said.
  if (error !== null) return { run: runId, name, status: 'failed', events, error: createRedactor().text(error) };
  return { run: runId, name, status: events > 0 ? 'synced' : 'up to date', events };
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
    run({ run, status, events, error }) {
      const text = status === 'synced' ? `${events} events` : (error ?? '');
      output.line(`${run}  ${status}${text && `: ${text}`}`);
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
