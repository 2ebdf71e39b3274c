import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { dollars, moment, plural } from '../analysis/format/formats.js';
import { type Column, layout } from '../analysis/format/table.js';
import { duration, oneLine, score } from '../analysis/format/text.js';
import { defaultJournalDir } from '../support/settings.js';
import { type CommandContext, writeJson } from './output.js';
import { type RunRow, runRow } from './run-row.js';
import { findRuns } from './runs.js';

interface Flags {
  readonly status?: string;
  readonly kind?: string;
  readonly name?: string;
  readonly limit?: number;
  readonly json?: boolean;
}

const STATUSES = ['finished', 'failed', 'cancelled', 'running', 'died', 'unreadable'];
const KINDS = ['compile', 'eval', 'user', 'predictions'];

/** Adds `ls` to the command line. */
export function addLs(program: Command, context: CommandContext): void {
  program
    .command('ls')
    .description('lists runs, latest first')
    .argument('[dir]', 'a journal folder, or the folder of one run (default: AX_AUTOLOG_DIR, else .ax-autolog)')
    .addOption(new Option('--status <status>', 'only runs of this status').choices(STATUSES))
    .addOption(new Option('--kind <kind>', 'only runs of this kind').choices(KINDS))
    .option('--name <text>', 'only runs whose name contains this text')
    .option('--limit <count>', 'at most this many runs', wholeNumber)
    .option('--json', 'print a JSON array instead of a table')
    .action((dir: string | undefined, flags: Flags) => {
      const rows = listed(dir ?? defaultJournalDir(), flags);
      if (flags.json) writeJson(context, rows);
      else show(rows, context);
    });
}

/** Parses the value of an option that takes a count. */
export function wholeNumber(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number.');
}

function listed(dir: string, { status, kind, name, limit = Number.POSITIVE_INFINITY }: Flags): RunRow[] {
  const rows: RunRow[] = [];
  for (const { runId, runDir } of foldersIn(dir)) {
    if (rows.length >= limit) break;
    const row = runRow(runId, runDir);
    const wanted =
      (status === undefined || shownStatus(row) === status || row.status === status) &&
      (kind === undefined || row.kind === kind) &&
      (name === undefined || row.name.toLowerCase().includes(name.toLowerCase()));
    if (wanted) rows.push(row);
  }
  return rows;
}

/** Returns runs latest first, then unreadable ones: their start time is unknown. */
function foldersIn(dir: string): { readonly runId: string; readonly runDir: string }[] {
  if (isEmptyFolder(dir)) return [];
  const { runs, unreadable } = findRuns(dir);
  const others = [...unreadable].sort().reverse();
  return [...[...runs].reverse(), ...others.map((runDir) => ({ runId: basename(runDir), runDir }))];
}

/** A journal folder is empty before its first run, so that is no error. */
function isEmptyFolder(dir: string): boolean {
  try {
    return readdirSync(dir).every((name) => name.startsWith('.'));
  } catch {
    return false;
  }
}

/** A run is shown as `died` if it has not ended and its process no longer exists. */
function shownStatus({ status, alive }: RunRow): string {
  return status === 'running' && !alive ? 'died' : status;
}

const COLUMNS: readonly Column[] = [
  { heading: 'run' },
  { heading: 'name', drop: 1 },
  { heading: 'kind', drop: 3 },
  { heading: 'status' },
  { heading: 'started', drop: 4 },
  { heading: 'time', align: 'right', drop: 5 },
  { heading: 'seed', align: 'right', drop: 7 },
  { heading: 'best', align: 'right' },
  { heading: 'trials', align: 'right', drop: 6 },
  { heading: 'cost', align: 'right', drop: 2 },
];

function show(rows: readonly RunRow[], { output, columns, paint }: CommandContext): void {
  const lines = layout(COLUMNS, rows.map(cells), columns, (line, at) => {
    const row = rows[at];
    if (!row) return paint('dim', line);
    return row.status === 'finished' ? line : paint(row.status === 'running' && row.alive ? 'green' : 'red', line);
  });
  if (rows.length === 0) output.note('no runs');
  else for (const line of lines) output.line(line);
  for (const { runId, problem } of rows) if (problem !== null) output.note(oneLine(`${runId}: ${problem}`));
  const dead = rows.filter((row) => shownStatus(row) === 'died').length;
  if (dead > 0) output.note(`${plural(dead, 'run')} died: the process exited before the run ended`);
}

function cells(row: RunRow): string[] {
  return [
    oneLine(row.runId),
    oneLine(row.name).slice(0, 32),
    row.kind ?? '-',
    shownStatus(row),
    moment(row.startTime),
    duration(row.durationMs),
    score(row.seedScore),
    score(row.bestScore),
    row.trials > 0 ? String(row.trials) : '-',
    dollars(row.cost),
  ];
}
