import type { Command } from 'commander';
import { readRunHistory } from '../../analysis/node.js';
import { findRun, RUN_WORDS, type RunFlags, withDir } from '../find-run.js';
import { findTrial, TRIAL_WORDS } from '../find-trial.js';
import { type CommandContext, writeJson } from '../output.js';
import { diffRuns, diffTrials } from './compare.js';
import { runDiffLines, type Telling, trialDiffLines } from './lines.js';

interface Flags extends RunFlags {
  readonly words?: boolean;
}

/** Adds `diff` to the command line. */
export function addDiff(program: Command, context: CommandContext): void {
  withDir(program.command('diff'))
    .description('compares two trials of a run, or two runs: settings, scores, texts, examples won and lost')
    .usage('[options] <run> <trial> <trial>\n       ax-autolog diff [options] <run> <run>')
    .argument('<run>', RUN_WORDS)
    .argument('<before>', `a trial of it (${TRIAL_WORDS}); or, alone, the other run`)
    .argument('[after]', 'the trial that is compared with it')
    .option('--words', 'shows what changed in a text word by word')
    .option('--json', 'one JSON object in place of text')
    .action(async (run: string, before: string, after: string | undefined, flags: Flags) => {
      if (after === undefined) await showRuns(run, before, flags, context);
      else await showTrials(run, before, after, flags, context);
    });
}

async function showTrials(
  name: string,
  before: string,
  after: string,
  flags: Flags,
  context: CommandContext,
): Promise<void> {
  const run = readRunHistory(findRun(name, flags).runDir);
  const diff = await diffTrials(run, findTrial(run, before), findTrial(run, after));
  if (flags.json) writeJson(context, diff);
  else for (const line of await trialDiffLines(diff, telling(flags, context))) context.output.line(line);
}

async function showRuns(before: string, after: string, flags: Flags, context: CommandContext): Promise<void> {
  const [first, second] = [before, after].map((name) => findRun(name, flags));
  const diff = await diffRuns(readRunHistory(first?.runDir ?? ''), readRunHistory(second?.runDir ?? ''));
  if (flags.json) writeJson(context, diff);
  else for (const line of await runDiffLines(diff, telling(flags, context))) context.output.line(line);
}

function telling({ words }: Flags, { columns, paint }: CommandContext): Telling {
  return { columns, paint, byWord: words === true };
}
