import { basename, dirname } from 'node:path';
import type { Command } from 'commander';
import { byteSize, plural } from '../../analysis/format/formats.js';
import { oneLine } from '../../analysis/format/text.js';
import { AutologError } from '../../contract/errors.js';
import { openFolder } from '../../support/folder/folder.js';
import { defaultJournalDir } from '../../support/settings.js';
import { wholeNumber } from '../ls-command.js';
import { type CommandContext, writeJson } from '../output.js';
import { findRuns } from '../runs.js';
import { age, guardOf, type Limits, type MeasuredRun, measureRuns, size } from './select.js';

interface Flags extends Limits {
  readonly dryRun?: boolean;
  readonly force?: boolean;
  readonly json?: boolean;
}

/** Result for one run. Part of the `--json` output. */
interface Pruned {
  readonly runId: string;
  readonly bytes: number;
  readonly action: 'removed' | 'kept' | 'failed';
  readonly why: string;
}

/** Adds `prune` to the command line. */
export function addPrune(program: Command, context: CommandContext): void {
  program
    .command('prune')
    .description('removes old runs from a journal folder, except runs that are running or not fully delivered')
    .argument('[dir]', 'a journal folder (default: AX_AUTOLOG_DIR, else .ax-autolog)')
    .option('--older-than <age>', 'remove runs without an event for this long, e.g. 30d (m, h, d, w)', age)
    .option('--keep <count>', 'remove all but this many of the latest runs', wholeNumber)
    .option('--max-size <size>', 'remove the oldest runs until the rest fits this size, e.g. 2GB', size)
    .option('--force', 'also remove runs that are not fully delivered')
    .option('--dry-run', 'show what would be removed, and remove nothing')
    .option('--json', 'print a JSON object instead of text')
    .action((dir: string | undefined, flags: Flags) => {
      const { runs, unreadable } = runsIn(dir ?? defaultJournalDir(), flags);
      const done = runs.filter(({ why }) => why !== null).map((run) => prune(run, flags));
      if (done.some(({ action }) => action === 'failed')) context.incomplete();
      const left = runs.length - done.length;
      if (flags.json)
        writeJson(context, { dryRun: flags.dryRun === true, ...totals(done), within: left, unreadable, runs: done });
      else printPruned(done, { left, unreadable, flags }, context);
    });
}

function runsIn(
  dir: string,
  flags: Flags,
): { readonly runs: readonly MeasuredRun[]; readonly unreadable: readonly string[] } {
  const { olderThan, keep, maxSize } = flags;
  if (olderThan === undefined && keep === undefined && maxSize === undefined) {
    const advice =
      'Pass --older-than 30d, --keep 20 or --max-size 2GB. Add --dry-run to only see what would be removed';
    throw new AutologError('AXL_BAD_OPTIONS', `prune must have at least one limit, got none. ${advice}.`);
  }
  const { runs, unreadable } = findRuns(dir);
  return { runs: measureRuns([...runs].reverse(), flags, Date.now()), unreadable };
}

function prune({ runId, runDir, bytes, why }: MeasuredRun, { dryRun, force }: Flags): Pruned {
  const guard = guardOf(runDir, runId);
  if (guard && !(guard.isForceable && force)) {
    const advice = guard.isForceable ? '; sync brings it there, --force removes it all the same' : '';
    return { runId, bytes, action: 'kept', why: `${guard.why}${advice}` };
  }
  try {
    if (!dryRun) openFolder(dirname(runDir)).removeFolder(basename(runDir));
  } catch (error) {
    return { runId, bytes, action: 'failed', why: error instanceof Error ? error.message : String(error) };
  }
  return { runId, bytes, action: 'removed', why: why ?? '' };
}

function totals(done: readonly Pruned[]) {
  const of = (action: Pruned['action']) => done.filter((run) => run.action === action);
  const bytes = of('removed').reduce((sum, run) => sum + run.bytes, 0);
  return { removed: of('removed').length, kept: of('kept').length, failed: of('failed').length, freedBytes: bytes };
}

function printPruned(
  done: readonly Pruned[],
  about: { readonly left: number; readonly unreadable: readonly string[]; readonly flags: Flags },
  { output, paint }: CommandContext,
): void {
  const would = about.flags.dryRun ? 'would be ' : '';
  for (const { runId, bytes, action, why } of done) {
    const label = (action === 'removed' ? `${would}removed` : action).padEnd(`${would}removed`.length);
    const text = `${label}  ${oneLine(runId)}  ${byteSize(bytes)}  ${oneLine(why)}`;
    output.line(action === 'removed' ? text : paint(action === 'kept' ? 'yellow' : 'red', text));
  }
  for (const folder of about.unreadable) output.note(`${oneLine(folder)} is kept: its journal cannot be read`);
  const { removed, kept, failed, freedBytes } = totals(done);
  const parts = [`${plural(removed, 'run')} ${would}removed, ${byteSize(freedBytes)}`];
  if (kept > 0) parts.push(`${kept} kept beyond the limits`);
  if (failed > 0) parts.push(`${failed} could not be removed`);
  output.line([...parts, `${about.left} within the limits`].join('; '));
}
