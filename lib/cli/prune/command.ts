import { rmSync } from 'node:fs';
import type { Command } from 'commander';
import { byteSize, plural } from '../../analysis/format/formats.js';
import { oneLine } from '../../analysis/format/text.js';
import { AutologError } from '../../contract/errors.js';
import { defaultJournalDir } from '../../support/settings.js';
import { wholeNumber } from '../ls-command.js';
import { type CommandContext, writeJson } from '../output.js';
import { findRuns } from '../runs.js';
import { age, guardOf, type Limits, size, type Weighed, weigh } from './select.js';

interface Flags extends Limits {
  readonly dryRun?: boolean;
  readonly force?: boolean;
  readonly json?: boolean;
}

/** What became of a run. */
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
    .description(
      'removes old runs from a journal folder; never one that is running or not yet where it was meant to go',
    )
    .argument('[dir]', 'a journal folder (default: AX_AUTOLOG_DIR, else .ax-autolog)')
    .option('--older-than <age>', 'runs not written to for so long, e.g. 30d (m, h, d, w)', age)
    .option('--keep <count>', 'runs beyond so many of the latest', wholeNumber)
    .option('--max-size <size>', 'the oldest runs, until the rest takes so much, e.g. 2GB', size)
    .option('--force', 'also runs that are not yet where they were meant to go')
    .option('--dry-run', 'says what would go, and removes nothing')
    .option('--json', 'one JSON object in place of text')
    .action((dir: string | undefined, flags: Flags) => {
      const { runs, unreadable } = weighed(dir ?? defaultJournalDir(), flags);
      const done = runs.filter(({ why }) => why !== null).map((run) => prune(run, flags));
      if (done.some(({ action }) => action === 'failed')) context.incomplete();
      const left = runs.length - done.length;
      if (flags.json)
        writeJson(context, { dryRun: flags.dryRun === true, ...totals(done), within: left, unreadable, runs: done });
      else tell(done, { left, unreadable, flags }, context);
    });
}

function weighed(
  dir: string,
  flags: Flags,
): { readonly runs: readonly Weighed[]; readonly unreadable: readonly string[] } {
  const { olderThan, keep, maxSize } = flags;
  if (olderThan === undefined && keep === undefined && maxSize === undefined) {
    const expected = 'pass --older-than 30d, --keep 20 or --max-size 2GB';
    throw new AutologError(
      'AXL_BAD_OPTIONS',
      `prune was not told what may go; ${expected} (--dry-run removes nothing).`,
    );
  }
  const { runs, unreadable } = findRuns(dir);
  return { runs: weigh([...runs].reverse(), flags, Date.now()), unreadable };
}

function prune({ runId, runDir, bytes, why }: Weighed, { dryRun, force }: Flags): Pruned {
  const guard = guardOf(runDir, runId);
  if (guard && !(guard.isForceable && force)) {
    const advice = guard.isForceable ? '; sync brings it there, --force removes it all the same' : '';
    return { runId, bytes, action: 'kept', why: `${guard.why}${advice}` };
  }
  try {
    if (!dryRun) rmSync(runDir, { recursive: true, maxRetries: 3 });
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

function tell(
  done: readonly Pruned[],
  about: { readonly left: number; readonly unreadable: readonly string[]; readonly flags: Flags },
  { output, paint }: CommandContext,
): void {
  const would = about.flags.dryRun ? 'would be ' : '';
  for (const { runId, bytes, action, why } of done) {
    const what = (action === 'removed' ? `${would}removed` : action).padEnd(`${would}removed`.length);
    const text = `${what}  ${oneLine(runId)}  ${byteSize(bytes)}  ${oneLine(why)}`;
    output.line(action === 'removed' ? text : paint(action === 'kept' ? 'yellow' : 'red', text));
  }
  for (const folder of about.unreadable) output.note(`${oneLine(folder)} stays: its journal cannot be read`);
  const { removed, kept, failed, freedBytes } = totals(done);
  const parts = [`${plural(removed, 'run')} ${would}removed, ${byteSize(freedBytes)}`];
  if (kept > 0) parts.push(`${kept} kept that may not go`);
  if (failed > 0) parts.push(`${failed} could not be removed`);
  output.line([...parts, `${about.left} within the limits`].join('; '));
}
