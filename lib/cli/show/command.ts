import type { Command } from 'commander';
import type { RunHistory } from '../../analysis/history/types.js';
import { readRunHistory } from '../../analysis/node.js';
import { verdicts } from '../../analysis/statistics/index.js';
import { findRun, RUN_WORDS, type RunFlags, withDir } from '../find-run.js';
import { findTrial, TRIAL_WORDS } from '../find-trial.js';
import { type CommandContext, writeJson } from '../output.js';
import { compileLines } from './compile.js';
import { headLines, problemLines } from './head.js';
import { trialLines } from './trial.js';
import { evaluationTable } from './trials.js';

interface Flags extends RunFlags {
  readonly trial?: string;
}

/** Adds `show` to the command line. */
export function addShow(program: Command, context: CommandContext): void {
  withDir(program.command('show'))
    .description('shows a run (settings, trials, winner, warnings) or one of its trials')
    .argument('<run>', RUN_WORDS)
    .option('--trial <trial>', `show one trial with its candidate and examples: ${TRIAL_WORDS}`)
    .option('--json', 'print a JSON object instead of text')
    .action((name: string, flags: Flags) => {
      const run = readRunHistory(findRun(name, flags).runDir);
      if (flags.trial !== undefined) showTrial(run, flags.trial, flags, context);
      else if (flags.json) writeJson(context, asJson(run));
      else for (const line of runLines(run, context)) context.output.line(line);
    });
}

function showTrial(run: RunHistory, name: string, { json }: Flags, context: CommandContext): void {
  const trial = findTrial(run, name);
  if (json) writeJson(context, { runId: run.runId, ...trial });
  else for (const line of trialLines(run, trial, context.columns, context.paint)) context.output.line(line);
}

function runLines(run: RunHistory, { columns, paint }: CommandContext): string[] {
  return [
    ...headLines(run, paint),
    ...run.compiles.flatMap((compile) => compileLines(compile, run, columns, paint)),
    ...evaluationTable(run, columns, paint),
    ...problemLines(run, paint),
  ];
}

/** Returns the history with its statistics and without examples, which `--trial` shows. */
function asJson(run: RunHistory): object {
  const { traces, ...rest } = run;
  return {
    ...rest,
    trials: run.trials.map(({ examples, ...trial }) => trial),
    evaluations: run.evaluations.map(({ examples, ...evaluation }) => evaluation),
    verdicts: verdicts(run),
  };
}
