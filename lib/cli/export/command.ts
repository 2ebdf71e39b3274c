import { lstatSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { plural } from '../../analysis/format/formats.js';
import { oneLine } from '../../analysis/format/text.js';
import type { RunHistory } from '../../analysis/history/types.js';
import { readRunHistory } from '../../analysis/node.js';
import { AutologError } from '../../contract/errors.js';
import { makeResultFolder } from '../../support/folder/result-file.js';
import { findRun, RUN_WORDS, type RunFlags, withDir } from '../find-run.js';
import { type CommandContext, writeJson, writeResultFile } from '../output.js';
import { encodeTable, type Format } from './formats.js';
import { TABLES, type Table } from './tables.js';

interface Flags extends RunFlags {
  readonly csv?: boolean;
  readonly jsonl?: boolean;
  readonly parquet?: boolean;
  readonly table?: string;
  readonly output?: string;
}

/** A table that was written to a file. Part of the `--json` output. */
interface Exported {
  readonly table: string;
  readonly file: string;
  readonly rows: number;
}

const FORMATS = ['csv', 'jsonl', 'parquet'] as const;

/** Adds `export` to the command line. */
export function addExport(program: Command, context: CommandContext): void {
  withDir(program.command('export'))
    .description('writes a run as tables: trials, examples, candidates, evaluations, LM calls')
    .argument('<run>', RUN_WORDS)
    .option('--csv', 'write CSV (RFC 4180)')
    .option('--jsonl', 'write JSON, one row per line')
    .option('--parquet', 'write Parquet')
    .addOption(
      new Option('--table <table>', 'only this table, to standard output or to -o').choices(Object.keys(TABLES)),
    )
    .option(
      '-o, --output <path>',
      'a folder for the files, or a file for one table (default: a folder named after the run)',
    )
    .option('--json', 'print a JSON object with the files that were written')
    .action(async (name: string, flags: Flags) => {
      const format = formatOf(flags);
      const run = readRunHistory(findRun(name, flags).runDir);
      for (const { code, message } of run.problems) context.output.note(oneLine(`${code}: ${message}`));
      if (flags.table !== undefined && flags.output === undefined) await printTable(run, flags.table, format, context);
      else printExported(await writeTables(run, format, flags), format, flags, context);
    });
}

/** @throws AutologError `AXL_BAD_OPTIONS` unless exactly one format is given */
function formatOf(flags: Flags): Format {
  const [format, ...others] = FORMATS.filter((one) => flags[one]);
  if (format !== undefined && others.length === 0) return format;
  const got = format === undefined ? 'none' : [format, ...others].map((one) => `--${one}`).join(' and ');
  throw new AutologError(
    'AXL_BAD_OPTIONS',
    `the format of export must be one of --csv, --jsonl and --parquet, got ${got}.`,
  );
}

function tablesOf(run: RunHistory, name: string | undefined): Table[] {
  return Object.entries(TABLES).flatMap(([table, make]) => (name === undefined || table === name ? [make(run)] : []));
}

/** @throws AutologError `AXL_BAD_OPTIONS` for Parquet on a terminal */
async function printTable(run: RunHistory, name: string, format: Format, { output }: CommandContext): Promise<void> {
  if (format === 'parquet' && output.columns !== undefined) {
    throw new AutologError(
      'AXL_BAD_OPTIONS',
      'Parquet is binary and cannot be shown on a terminal. Pass -o FILE, or pipe the output.',
    );
  }
  for (const table of tablesOf(run, name)) {
    output.bytes(await encodeTable(table, format));
  }
}

async function writeTables(run: RunHistory, format: Format, { table, output }: Flags): Promise<Exported[]> {
  const folder = table === undefined || isFolder(output) ? folderFor(run, format, output) : null;
  const exported: Exported[] = [];
  for (const one of tablesOf(run, table)) {
    const path = folder === null ? String(output) : join(folder, `${one.name}.${format}`);
    exported.push({
      table: one.name,
      file: writeResultFile(path, await encodeTable(one, format)),
      rows: one.rows.length,
    });
  }
  return exported;
}

function isFolder(path: string | undefined): boolean {
  return path !== undefined && statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function folderFor(run: RunHistory, format: Format, output: string | undefined): string {
  const folder = resolve(output ?? `${basename(run.runDir)}-${format}`);
  if (output === undefined && lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink()) {
    // The user did not name it, so whoever made the link did.
    throw new AutologError(
      'AXL_PATH_UNSAFE',
      `${folder} must be a folder, got a link. Pass the folder to write to with -o.`,
    );
  }
  try {
    makeResultFolder(folder);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new AutologError('AXL_BAD_OPTIONS', `-o must be a folder for the tables, got '${output ?? folder}': ${why}`, {
      cause,
    });
  }
  return folder;
}

function printExported(exported: readonly Exported[], format: Format, { json }: Flags, context: CommandContext): void {
  if (json) writeJson(context, { format, files: exported });
  else for (const { file, rows } of exported) context.output.line(`${oneLine(file)}  ${plural(rows, 'row')}`);
}
