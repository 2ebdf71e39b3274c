import { Command, CommanderError, Option } from 'commander';
import { AutologError } from '../errors.js';
import { createRedactor } from '../redact.js';
import { defaultJournalDir } from '../settings.js';
import { VERSION } from '../version.js';
import { type Output, terminalOutput } from './output.js';
import { sync } from './sync-command.js';

/** Exit codes of every command. */
export const EXIT = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** What a command line runs in. */
export interface CliContext {
  /** Default: the process's own streams. */
  readonly output?: Output;
  /** Aborted when the user wants it to end: what was done so far stays. */
  readonly signal?: AbortSignal;
}

/**
 * Runs one command line and returns its exit code: 0 when everything was done, 1 when something was not, 2 for a wrong
 * command, folder or address, 130 when interrupted. Never throws.
 */
export async function runCli(args: readonly string[], context: CliContext = {}): Promise<number> {
  const { output = terminalOutput(), signal = new AbortController().signal } = context;
  let isDone = true;
  const program = makeProgram(output);
  addSync(program, async (request) => {
    isDone = await sync(request, output, signal);
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    if (signal.aborted) return EXIT.interrupted;
    return isDone ? EXIT.done : EXIT.failed;
  } catch (error) {
    return explain(error, output);
  }
}

function makeProgram(output: Output): Command {
  const trimmed = (write: (text: string) => void) => (text: string) => write(text.trimEnd());
  return new Command('ax-autolog')
    .description('What ax-autolog keeps of your runs, on the command line.')
    .version(VERSION)
    .showHelpAfterError('(--help shows what is possible)')
    .configureOutput({ writeOut: trimmed(output.line), writeErr: trimmed(output.note) })
    .exitOverride();
}

interface SyncFlags {
  readonly to?: string;
  readonly experiment?: string;
  readonly json?: boolean;
}

function addSync(program: Command, run: (request: Parameters<typeof sync>[0]) => Promise<void>): void {
  program
    .command('sync')
    .description('feeds journals to an MLflow server: what is there already is not sent again')
    .argument('[dir]', 'a journal folder, or the folder of one run (default: AX_AUTOLOG_DIR, else .ax-autolog)')
    .addOption(new Option('--to <uri>', 'tracking URI of the server').env('MLFLOW_TRACKING_URI'))
    .addOption(new Option('--experiment <name>', 'experiment to write to').env('MLFLOW_EXPERIMENT_NAME'))
    .option('--json', 'one JSON object a line in place of text')
    .action(async (dir: string | undefined, { to, experiment, json = false }: SyncFlags) => {
      await run({ dir: dir ?? defaultJournalDir(), to, experiment, json });
    });
}

/** Says what went wrong and returns the exit code for it. */
function explain(error: unknown, output: Output): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  output.note(createRedactor().text(error instanceof Error ? error.message : String(error)));
  return error instanceof AutologError ? EXIT.usage : EXIT.failed;
}
