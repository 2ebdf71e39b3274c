import type { Command } from 'commander';
import { whyNotLoadable } from '../analysis/certificate.js';
import { plural } from '../analysis/format/formats.js';
import { mainCompile } from '../analysis/history/outcome.js';
import type { RunHistory } from '../analysis/history/types.js';
import { loadableText } from '../analysis/loadable-best.js';
import { readRunHistory } from '../analysis/node.js';
import { BEST_MODEL_VERSION, type BestModel, checkBestModel, checkComplete } from '../contract/best-model.js';
import { AutologError } from '../contract/errors.js';
import { findRun, RUN_WORDS, type RunFlags, withDir } from './find-run.js';
import { wholeNumber } from './ls-command.js';
import { type CommandContext, writeResultFile } from './output.js';

interface Flags extends RunFlags {
  readonly output?: string;
  readonly compile?: number;
}

/** Adds `best` to the command line. */
export function addBest(program: Command, { output }: CommandContext): void {
  withDir(program.command('best'))
    .description('prints the winner as JSON that loadBest() and ax can load')
    .argument('<run>', RUN_WORDS)
    .option('-o, --output <file>', 'write to this file instead of standard output')
    .option(
      '--compile <number>',
      'number of the compile in the run, from 0 (default: the last one that runs inside no other)',
      wholeNumber,
    )
    .option('--json', 'no effect: the output is always JSON')
    .action((name: string, flags: Flags) => {
      const best = winnerOf(readRunHistory(findRun(name, flags).runDir), flags.compile);
      const text = loadableText(best);
      if (flags.output === undefined) output.line(text.trimEnd());
      else output.note(`wrote ${writeResultFile(flags.output, text)}`);
      for (const note of whyNotLoadable(best)) output.note(note);
    });
}

/**
 * Returns the winner.
 *
 * @throws AutologError `AXL_BEST_MISSING` if the compile does not exist, has not ended or returned no program;
 * `AXL_BEST_FORMAT` if the journal does not hold a valid program for it; `AXL_BEST_INCOMPLETE` if `capture` was off
 */
function winnerOf(run: RunHistory, index: number | undefined): BestModel {
  const compile = index === undefined ? mainCompile(run) : run.compiles.find((one) => one.index === index);
  if (compile?.best) {
    const { compileId, optimizer, best } = compile;
    const origin = { v: BEST_MODEL_VERSION, runId: run.runId, compileId, optimizer };
    const model = checkBestModel({ ...origin, ...best }, run.runDir);
    checkComplete(model, run.runDir);
    return model;
  }
  throw new AutologError('AXL_BEST_MISSING', `run ${run.runId} has no winner: ${why(run, compile ?? null, index)}.`);
}

function why(run: RunHistory, compile: RunHistory['compiles'][number] | null, index: number | undefined): string {
  if (run.compiles.length === 0) return `it has no compile, its kind is '${run.kind}'`;
  if (!compile) return `it has ${plural(run.compiles.length, 'compile')}, numbered from 0, and no number ${index}`;
  if (compile.status === 'running') return 'its compile has not ended';
  return `its compile ${compile.status === 'finished' ? 'returned no program' : compile.status}`;
}
