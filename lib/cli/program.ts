import { Command, CommanderError } from 'commander';
import { clean } from '../analysis/format/text.js';
import { AutologError } from '../contract/errors.js';
import { VERSION } from '../contract/version.js';
import { createRedactor } from '../support/redact/redact.js';
import { addBest } from './best-command.js';
import { addCompletion } from './completion/command.js';
import { addDiff } from './diff/command.js';
import { addDoctor } from './doctor/command.js';
import { addExport } from './export/command.js';
import { addLs } from './ls-command.js';
import { type CommandContext, inert, type Output, terminalOutput } from './output.js';
import { addPrune } from './prune/command.js';
import { addReport } from './report-command.js';
import { addShow } from './show/command.js';
import { addSync } from './sync/command.js';
import { addUi } from './ui-command.js';

/** Exit codes of all commands. */
const EXIT = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** Options of {@link runCli}. */
export interface CliContext {
  /** Default: the process's standard streams. */
  readonly output?: Output;
  /** Interrupts the command when it is aborted. Completed work is kept. Default: never. */
  readonly signal?: AbortSignal;
}

/** Commands, in the order of `--help`. */
const COMMANDS: readonly ((program: Command, context: CommandContext) => void)[] = [
  addLs,
  addShow,
  addDiff,
  addBest,
  addReport,
  addUi,
  addPrune,
  addExport,
  addSync,
  addDoctor,
  addCompletion,
];

/**
 * Runs one command line and returns its exit code: 0 on success, 1 if part of the work failed, 2 for a wrong command,
 * option, run, folder or address, 130 if it was interrupted. Never throws.
 */
export async function runCli(args: readonly string[], context: CliContext = {}): Promise<number> {
  const { signal = new AbortController().signal } = context;
  const output = inert(context.output ?? terminalOutput());
  let isDone = true;
  const program = makeProgram(output, {
    output,
    signal,
    paint: output.paint ?? ((_style, text) => text),
    columns: output.columns ?? Number.POSITIVE_INFINITY,
    incomplete: () => {
      isDone = false;
    },
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    if (signal.aborted) return EXIT.interrupted;
    return isDone ? EXIT.done : EXIT.failed;
  } catch (error) {
    return reportError(error, output);
  }
}

function makeProgram(output: Output, context: CommandContext): Command {
  const trimmed = (write: (text: string) => void) => (text: string) => write(text.trimEnd());
  const program = new Command('ax-autolog')
    .description('Lists, shows, compares, exports and syncs the runs that ax-autolog recorded.')
    .version(VERSION)
    .showHelpAfterError('(run with --help for usage)')
    .configureOutput({ writeOut: trimmed(output.line), writeErr: trimmed(output.note) })
    .exitOverride();
  for (const add of COMMANDS) add(program, context);
  return program;
}

/** Prints an error and returns its exit code. */
function reportError(error: unknown, output: Output): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  output.note(clean(createRedactor().text(error instanceof Error ? error.message : String(error))));
  return error instanceof AutologError ? EXIT.usage : EXIT.failed;
}
