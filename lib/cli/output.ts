import type { Paint } from '../analysis/format/paint.js';
import { painter, wantsColor } from '../analysis/format/paint.js';

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
