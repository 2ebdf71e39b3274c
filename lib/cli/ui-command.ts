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

/** Where it is unless somebody says otherwise: in no list of well-known ports. */
const DEFAULT_PORT = 7429;

/** Adds `ui` to the command line. */
export function addUi(program: Command, context: CommandContext): void {
  program
    .command('ui')
    .description('shows the runs of a folder in the browser, and follows those that are going on')
    .argument('[dir]', 'a journal folder, or the folder of one run (default: AX_AUTOLOG_DIR, else .ax-autolog)')
    .option('--port <port>', 'port on 127.0.0.1; 0: any that is free', portNumber, DEFAULT_PORT)
    .option('--json', 'the address as a JSON object, on one line')
    .action(async (dir: string | undefined, flags: Flags) => {
      await serve(placeOf(dir), flags, context);
    });
}

interface Place {
  readonly dir: string;
  /** Path of the page to begin with. */
  readonly path: string;
}

/** Serves until the user ends it. */
async function serve({ dir, path }: Place, { port, json }: Flags, { output, signal }: CommandContext): Promise<void> {
  const { serveUi } = await import('../../plugins/report/ui.js');
  const server = await serveUi({ dir, port });
  const url = `${server.url}${path}`;
  output.line(json ? JSON.stringify({ url, port: server.port, dir }) : url);
  if (!json) output.note('Ctrl-C ends it.');
  await new Promise<void>((done) => {
    if (signal.aborted) done();
    signal.addEventListener('abort', () => done(), { once: true });
  });
  await server.close();
}

/** @throws AutologError AXL_JOURNAL_MISSING for a folder that was named and is not there */
function placeOf(name: string | undefined): Place {
  const dir = resolve(name ?? defaultJournalDir());
  if (name !== undefined && !(existsSync(dir) && statSync(dir).isDirectory())) {
    throw new AutologError('AXL_JOURNAL_MISSING', `${name} is no folder; expected a journal folder or that of a run.`);
  }
  if (listSegments(dir).length === 0) return { dir, path: '' };
  return { dir: dirname(dir), path: `runs/${encodeURIComponent(basename(dir))}` };
}

function portNumber(value: string): number {
  const port = Number(value);
  if (/^\d+$/.test(value) && port <= 65_535) return port;
  throw new InvalidArgumentError('expected a number from 0 to 65535.');
}
