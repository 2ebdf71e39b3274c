import type { Command } from 'commander';
import type { RunHistory } from '../../analysis/history/types.js';
import { readRunHistory } from '../../analysis/node.js';
import { findRun, RUN_WORDS, type RunFlags, withDir } from '../find-run.js';
import { findTrial, TRIAL_WORDS } from '../find-trial.js';
import { type CommandContext, writeJson } from '../output.js';
import { diffRuns, diffTrials } from './compare.js';
import { type DiffView, runDiffLines, trialDiffLines } from './lines.js';

interface Flags extends RunFlags {
  readonly words?: boolean;
}

/** Adds `diff` to the command line. */
export function addDiff(program: Command, context: CommandContext): void {
  withDir(program.command('diff'))
    .description('compares two trials of a run, or two runs: settings, scores, texts, examples won and lost')
    .usage('[options] <run> <trial> <trial>\n       ax-autolog diff [options] <run> <run>')
    .argument('<run>', RUN_WORDS)
    .argument('<before>', `a trial of the run (${TRIAL_WORDS}), or the second run`)
    .argument('[after]', 'the trial to compare with it')
    .option('--words', 'show changes of texts word by word')
    .option('--json', 'print a JSON object instead of text')
    .action(async (run: string, before: string, after: string | undefined, flags: Flags) => {
      const history = historyOf(run, flags);
      if (after === undefined) await showRuns(history, historyOf(before, flags), flags, context);
      else await showTrials(history, [before, after], flags, context);
    });
}

function historyOf(name: string, flags: Flags): RunHistory {
  return readRunHistory(findRun(name, flags).runDir);
}

async function showTrials(
  run: RunHistory,
  [before, after]: readonly [before: string, after: string],
  flags: Flags,
  context: CommandContext,
): Promise<void> {
  const diff = await diffTrials(run, findTrial(run, before), findTrial(run, after));
  if (flags.json) writeJson(context, diff);
  else for (const line of await trialDiffLines(diff, viewOf(flags, context))) context.output.line(line);
}

async function showRuns(before: RunHistory, after: RunHistory, flags: Flags, context: CommandContext): Promise<void> {
  const diff = await diffRuns(before, after);
  if (flags.json) writeJson(context, diff);
  else for (const line of await runDiffLines(diff, viewOf(flags, context))) context.output.line(line);
}

function viewOf({ words }: Flags, { columns, paint }: CommandContext): DiffView {
  return { columns, paint, byWord: words === true };
}
