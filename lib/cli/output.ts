import { statSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Paint, painter, wantsColor } from '../analysis/format/paint.js';
import { safeJson } from '../analysis/format/text.js';
import { AutologError } from '../contract/errors.js';
import { writeAtomic } from '../support/atomic-files.js';

/** Where a command writes: standard output is for what was asked, standard error for what is said beside it. */
export interface Output {
  /** One line of the answer. */
  line(text: string): void;
  /** One line beside it: a problem, a warning. */
  note(text: string): void;
  /** Replaces the last progress text; shown only on a terminal. */
  progress(text: string): void;
  /** Bytes of the answer, as they are. Default: they are taken for text. */
  bytes?(bytes: Uint8Array): void;
  /** Paints what goes to `line`. Default: not at all. */
  readonly paint?: Paint;
  /** Columns that a line has room for. Default: as many as it needs. */
  readonly columns?: number;
}

type Stream = Pick<NodeJS.WriteStream, 'write' | 'on' | 'isTTY' | 'columns'>;

/** Writes to the process's own streams. A reader that goes away (`| head`) ends the output, not the command. */
export function terminalOutput(out: Stream = process.stdout, err: Stream = process.stderr): Output {
  const [answer, aside] = [quietly(out), quietly(err)];
  let isShown = false;
  const clear = (): void => {
    if (isShown) aside('\r\u001b[K');
    isShown = false;
  };
  return {
    paint: painter(wantsColor(out.isTTY === true && process.env.TERM !== 'dumb')),
    ...(out.isTTY ? { columns: out.columns || 80 } : {}),
    line(text) {
      clear();
      answer(`${text}\n`);
    },
    bytes: answer,
    note(text) {
      clear();
      aside(`${text}\n`);
    },
    progress(text) {
      if (!err.isTTY) return;
      clear();
      aside(text.slice(0, (err.columns ?? 80) - 1));
      isShown = true;
    },
  };
}

function quietly(stream: Stream): (content: string | Uint8Array) => void {
  let isOpen = true;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    isOpen = false;
  });
  return (content) => {
    if (isOpen) stream.write(content);
  };
}

/**
 * Writes an answer to the file that `-o` names, with the folders it needs, in one step; to a device such as `/dev/stdout` as it
 * is. Returns the file's whole path.
 *
 * @throws AutologError AXL_BAD_OPTIONS when it cannot be written there
 */
export function writeAnswer(file: string, content: string | Uint8Array): string {
  const path = resolve(file);
  try {
    if (isDevice(path)) writeFileSync(path, content);
    else writeAtomic(path, content);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new AutologError('AXL_BAD_OPTIONS', `-o ${file}: the file cannot be written: ${why}`, { cause });
  }
  return path;
}

function isDevice(path: string): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat !== undefined && !stat.isFile() && !stat.isDirectory();
}

/** What a command runs in. Each command is a function `addX(program, context)` that adds itself to the command line. */
export interface CommandContext {
  readonly output: Output;
  /** Paints what goes to the answer, where it is shown on a terminal. */
  readonly paint: Paint;
  /** Columns that a line of the answer has room for. */
  readonly columns: number;
  /** Aborted when the user wants it to end: what was done so far stays. */
  readonly signal: AbortSignal;
  /** Says that not all of it could be done: the exit code will be 1. */
  incomplete(): void;
}

/** Writes a value as the one JSON document of an answer. */
export function writeJson({ output }: CommandContext, value: unknown): void {
  output.line(safeJson(JSON.stringify(value, null, 2)));
}
