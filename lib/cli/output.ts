/** Where a command writes: standard output is for what was asked, standard error for what is said beside it. */
export interface Output {
  /** One line of the answer. */
  line(text: string): void;
  /** One line beside it: a problem, a warning. */
  note(text: string): void;
  /** Replaces the last progress text; shown only on a terminal. */
  progress(text: string): void;
}

/** Writes to the process's own streams. */
export function terminalOutput(
  out: NodeJS.WriteStream = process.stdout,
  err: NodeJS.WriteStream = process.stderr,
): Output {
  let isShown = false;
  const clear = (): void => {
    if (isShown) err.write('\r\u001b[K');
    isShown = false;
  };
  return {
    line(text) {
      clear();
      out.write(`${text}\n`);
    },
    note(text) {
      clear();
      err.write(`${text}\n`);
    },
    progress(text) {
      if (!err.isTTY) return;
      clear();
      err.write(text.slice(0, (err.columns ?? 80) - 1));
      isShown = true;
    },
  };
}
