import { existsSync, statSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { AutologError } from '../contract/errors.js';
import { listSegments } from '../journal/layout.js';
import { defaultJournalDir } from '../support/settings.js';
import type { CommandContext } from './output.js';

interface Flags {
  readonly port: number;
  readonly json?: boolean;
}

/** No common service uses this port. */
const DEFAULT_PORT = 7429;

/** Adds `ui` to the command line. */
export function addUi(program: Command, context: CommandContext): void {
  program
    .command('ui')
    .description('shows the runs of a folder in the browser and updates running ones live')
    .argument('[dir]', 'a journal folder, or the folder of one run (default: AX_AUTOLOG_DIR, else .ax-autolog)')
    .option('--port <port>', 'port on 127.0.0.1; 0 picks a free one', portNumber, DEFAULT_PORT)
    .option('--json', 'print the address as a JSON object, on one line')
    .action(async (dir: string | undefined, flags: Flags) => {
      await serve(startOf(dir), flags, context);
    });
}

interface Start {
  /** The journal folder. */
  readonly dir: string;
  /** Path of the page that the printed address opens. */
  readonly path: string;
}

/** Serves until the user interrupts it. */
async function serve({ dir, path }: Start, { port, json }: Flags, { output, signal }: CommandContext): Promise<void> {
  const { serveUi } = await import('../../plugins/report/ui.js');
  const server = await serveUi({ dir, port });
  const url = server.urlOf(path);
  output.line(json ? JSON.stringify({ url, port: server.port, dir }) : url);
  if (!json) output.note('Press Ctrl-C to stop.');
  await new Promise<void>((resolveAborted) => {
    if (signal.aborted) resolveAborted();
    signal.addEventListener('abort', () => resolveAborted(), { once: true });
  });
  await server.close();
}

/** @throws AutologError `AXL_JOURNAL_MISSING` if the user named a folder that does not exist */
function startOf(name: string | undefined): Start {
  const dir = resolve(name ?? defaultJournalDir());
  if (name !== undefined && !(existsSync(dir) && statSync(dir).isDirectory())) {
    throw new AutologError('AXL_JOURNAL_MISSING', `${name} must be a journal folder or the folder of a run.`);
  }
  if (listSegments(dir).length === 0) return { dir, path: '' };
  return { dir: dirname(dir), path: `runs/${encodeURIComponent(basename(dir))}` };
}

function portNumber(value: string): number {
  const port = Number(value);
  if (/^\d+$/.test(value) && port <= 65_535) return port;
  throw new InvalidArgumentError('It must be a whole number from 0 to 65535.');
}
