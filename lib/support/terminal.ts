import { terminalText } from '../contract/visible-text.js';

/** Replaces the current line of standard error by a line about progress. */
export function showProgress(text: string): void {
  process.stderr.write(`\r\u001b[K${terminalText(text)}`);
}

/** Ends the line about progress. */
export function endProgress(): void {
  process.stderr.write('\n');
}

/** Prints a line on standard output. */
export function printLine(text: string): void {
  console.log(terminalText(text));
}

/** Prints rows as a table on standard output. A column's name is the key of its cells. */
export function printRows(rows: readonly Readonly<Record<string, unknown>>[]): void {
  const cell = (value: unknown): unknown => (typeof value === 'string' ? terminalText(value) : value);
  console.table(
    rows.map((row) =>
      Object.fromEntries(Object.entries(row).map(([name, value]) => [terminalText(name), cell(value)])),
    ),
  );
}

/** Sends a warning to the process's warning channel, which prints it on standard error by default. */
export function warnProcess(code: string, text: string): void {
  process.emitWarning(terminalText(text), { type: 'AxAutologWarning', code });
}
