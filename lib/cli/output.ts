import { type Paint, painter, wantsColor } from '../analysis/format/paint.js';
import { safeJson } from '../analysis/format/text.js';
import { AutologError } from '../contract/errors.js';
import { terminalText } from '../contract/visible-text.js';
import { writeResult } from '../support/folder/result-file.js';

/** Destination of a command's output: results go to standard output, notes and progress to standard error. */
export interface Output {
  /** Writes one line of the result. */
  line(text: string): void;
  /** Writes one line about a problem, or other information that is not part of the result. */
  note(text: string): void;
  /** Replaces the last progress text. It is only shown on a terminal. */
  progress(text: string): void;
  /** Writes bytes of the result unchanged. Default: they are decoded and written as text. */
  bytes?(bytes: Uint8Array): void;
  /** Styles text for `line` as `painter` does. Default: no style. */
  readonly paint?: Paint;
  /** Width of the terminal, in columns. Default: unlimited. */
  readonly columns?: number;
}

type Stream = Pick<NodeJS.WriteStream, 'write' | 'on' | 'isTTY' | 'columns'>;

/**
 * Creates an output for two streams. If the reader closes a stream (`| head`), its output is dropped and the command
 * goes on.
 */
export function terminalOutput(out: Stream = process.stdout, err: Stream = process.stderr): Output {
  const [writeResult, writeNote] = [writerTo(out), writerTo(err)];
  const isStyled = wantsColor(out.isTTY === true && process.env.TERM !== 'dumb');
  let isShown = false;
  const clear = (): void => {
    if (isShown) writeNote('\r\u001b[K');
    isShown = false;
  };
  return {
    ...(isStyled ? { paint: painter(true) } : {}),
    ...(out.isTTY ? { columns: out.columns || 80 } : {}),
    line(text) {
      clear();
      writeResult(`${text}\n`);
    },
    bytes: writeResult,
    note(text) {
      clear();
      writeNote(`${text}\n`);
    },
    progress(text) {
      if (!err.isTTY) return;
      clear();
      writeNote(text.slice(0, (err.columns ?? 80) - 1));
      isShown = true;
    },
  };
}

/**
 * Returns an output through which every text of a command goes: what could control a terminal is shown, not obeyed, and only
 * the styles of `paint` are applied. Bytes stay as they are unless they are shown on a terminal.
 */
export function inert(output: Output): Output & Required<Pick<Output, 'bytes'>> {
  const { columns, paint } = output;
  const line = (text: string): void => output.line(terminalText(text, paint !== undefined));
  return {
    ...output,
    line,
    note: (text) => output.note(terminalText(text)),
    progress: (text) => output.progress(terminalText(text)),
    bytes(content) {
      const asText = (): string => Buffer.from(content).toString('utf8').trimEnd();
      if (columns !== undefined) line(asText());
      else if (output.bytes) output.bytes(content);
      else output.line(asText());
    },
  };
}

function writerTo(stream: Stream): (content: string | Uint8Array) => void {
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
 * Writes a result to the file that `-o` names and returns its absolute path. See
 * `writeResult` for links, devices and permissions.
 *
 * @throws AutologError `AXL_BAD_OPTIONS` if the file cannot be written
 */
export function writeResultFile(file: string, content: string | Uint8Array): string {
  try {
    return writeResult(file, content);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new AutologError('AXL_BAD_OPTIONS', `-o must be a file that can be written, got '${file}': ${why}`, {
      cause,
    });
  }
}

/** Context of all commands. Each command is a function `addX(program, context)` that adds it to the command line. */
export interface CommandContext {
  /** Destination of the command's output: see {@link inert}. */
  readonly output: ReturnType<typeof inert>;
  /** Styles text of the result on a terminal; returns it unchanged otherwise. */
  readonly paint: Paint;
  /** Width of the terminal, in columns; infinite if the result is not shown on one. */
  readonly columns: number;
  /** Aborts when the user interrupts the command. Completed work is kept. */
  readonly signal: AbortSignal;
  /** Reports that part of the work failed, so the exit code will be 1. */
  incomplete(): void;
}

/** Writes a value as the only JSON document of the result. */
export function writeJson({ output }: CommandContext, value: unknown): void {
  output.line(safeJson(JSON.stringify(value, null, 2)));
}
