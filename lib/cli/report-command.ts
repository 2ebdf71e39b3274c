import { join } from 'node:path';
import type { Command } from 'commander';
import type { RunHistory } from '../analysis/history/types.js';
import { AutologError } from '../contract/errors.js';
import { openRunFolder } from '../journal/layout.js';
import { journalMode } from '../support/settings.js';
import { findRun, RUN_WORDS, type RunFlags, withDir } from './find-run.js';
import { type CommandContext, writeJson, writeResultFile } from './output.js';

interface Flags extends RunFlags {
  readonly output?: string;
  readonly title?: string;
}

/** Default file for a report of several runs, in the current folder. */
const SHARED_FILE = 'ax-autolog-report.html';
/** Default file for a report of one run, in its folder. */
const REPORT_FILE = 'report.html';

/** Adds `report` to the command line. */
export function addReport(program: Command, context: CommandContext): void {
  withDir(program.command('report'))
    .description('writes one HTML file that shows a run, or several side by side')
    .argument('<runs...>', RUN_WORDS)
    .option(
      '-o, --output <file>',
      `the file (default: report.html in the run's folder; ${SHARED_FILE} for several runs)`,
    )
    .option('--title <title>', 'title of the page (default: the name of the run)')
    .option('--json', 'print a JSON object with the file and its runs')
    .action(async (names: readonly string[], flags: Flags) => {
      await write(distinct(names.map((name) => findRun(name, flags).runDir)), flags, context);
    });
}

async function write(runDirs: readonly string[], flags: Flags, context: CommandContext): Promise<void> {
  const { readForReport, renderRuns } = await import('../../plugins/report/file.js');
  const read = runDirs.map((runDir) => readForReport(runDir));
  const runs = read.map(({ history }) => history);
  for (const { runId, problems } of runs) {
    for (const { code, message } of problems) context.output.note(`${runId}: ${code}: ${message}`);
  }
  const html = renderRuns(read, flags.title === undefined ? {} : { title: flags.title });
  const file = flags.output === undefined ? writeDefault(runs, html) : writeResultFile(flags.output, html);
  const written = runs.map(({ runId, name, status }) => ({ runId, name, status }));
  if (flags.json) writeJson(context, { file, bytes: Buffer.byteLength(html), runs: written });
  else context.output.line(file);
}

/** Writes the file that the user did not name. In a run's folder, which may come from anybody, no link is followed. */
function writeDefault(runs: readonly RunHistory[], html: string): string {
  const [only, ...others] = runs;
  if (!only || others.length > 0) return writeResultFile(SHARED_FILE, html);
  try {
    openRunFolder(only.runDir, journalMode()).write(REPORT_FILE, html);
  } catch (cause) {
    if (cause instanceof AutologError) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    const message = `${join(only.runDir, REPORT_FILE)} could not be written: ${why}. Pass another file with -o.`;
    throw new AutologError('AXL_REPORT_WRITE', message, { cause });
  }
  return join(only.runDir, REPORT_FILE);
}

function distinct(folders: readonly string[]): readonly string[] {
  return [...new Set(folders)];
}
