/** What the console writes to: a terminal, a pipe, a file. */
export interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly destroyed?: boolean;
  readonly writableEnded?: boolean;
  write(text: string): unknown;
  on?(event: 'error', listener: (error: unknown) => void): unknown;
  off?(event: 'error', listener: (error: unknown) => void): unknown;
}

/** The line is drawn at most this often, in milliseconds. */
const REDRAW_MS = 80;
const ERASE_LINE = '\r\u001b[2K';

/**
 * One line that is redrawn in place at the bottom, and text printed above it. The cursor rests behind the line, so that
 * what the program itself prints is whole, behind it. Its timer never keeps a process alive; the cursor stays visible and
 * no mode of the terminal is changed, so that nothing has to be put back when the process dies.
 */
export class Screen {
  #render: (() => string) | null = null;
  #shown = false;
  #drawnAt = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #broken = false;
  #listening = false;

  readonly #output: Output;

  constructor(output: Output) {
    this.#output = output;
  }

  get columns(): number {
    return this.#output.columns || 80;
  }

  /** Shows a line, or none, from now on. Drawn soon; `render` is asked then. */
  status(render: (() => string) | null): void {
    this.#render = render;
    const wait = this.#drawnAt + REDRAW_MS - performance.now();
    if (render === null) this.#erase();
    else if (wait <= 0) this.#draw();
    else this.#timer ??= setTimeout(() => this.#draw(), wait).unref();
  }

  /** Prints whole lines above the status line. */
  print(text: string): void {
    this.#write(`${this.#shown ? ERASE_LINE : ''}${text}\n`);
    this.#shown = false;
    if (this.#render) this.#draw();
  }

  /** Takes the status line away and lets the output go. */
  close(): void {
    this.status(null);
    this.#output.off?.('error', this.#onError);
  }

  #draw(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (!this.#render) return;
    this.#drawnAt = performance.now();
    this.#write(`${ERASE_LINE}${this.#render()}`);
    this.#shown = true;
  }

  #erase(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#shown) this.#write(ERASE_LINE);
    this.#shown = false;
  }

  #write(text: string): void {
    if (this.#broken || this.#output.destroyed || this.#output.writableEnded) return;
    if (!this.#listening) this.#output.on?.('error', this.#onError);
    this.#listening = true;
    this.#output.write(text);
  }

  /** A reader that went away (EPIPE) ends the output, not the program. */
  readonly #onError = (): void => {
    this.#broken = true;
  };
}
