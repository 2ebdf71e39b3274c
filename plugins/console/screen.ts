import { terminalText } from 'ax-autolog/analysis';

/** Stream that the console writes to: a terminal, a pipe or a file. Node's writable streams implement it. */
export interface Output {
  /** Whether it is a terminal. Default: false. */
  readonly isTTY?: boolean;
  /** Width of the terminal, in columns. Default: 80. */
  readonly columns?: number;
  /** Whether it was destroyed. Nothing is written to it afterwards. */
  readonly destroyed?: boolean;
  /** Whether it was ended. Nothing is written to it afterwards. */
  readonly writableEnded?: boolean;
  /** Writes text. */
  write(text: string): unknown;
  /** Registers a listener for write errors. After the first one nothing more is written. */
  on?(event: 'error', listener: (error: unknown) => void): unknown;
  /** Removes the listener when the sink is closed. */
  off?(event: 'error', listener: (error: unknown) => void): unknown;
}

/** Shortest time between two draws of the line, in milliseconds. */
const REDRAW_MS = 80;
const ERASE_LINE = '\r\u001b[2K';

/**
 * Redraws one line in place at the bottom and prints text above it. The cursor stays at the end of the line, so that
 * the program's own output follows it unharmed. The timer does not keep the process alive. The cursor stays visible and
 * no mode of the terminal changes, so that nothing needs to be restored when the process dies.
 */
export class Screen {
  #render: (() => string) | null = null;
  #shown = false;
  #drawnAt = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #broken = false;
  #listening = false;

  readonly #output: Output;

  readonly #isStyled: boolean;

  /** @param isStyled whether the texts are styled by `painter` */
  constructor(output: Output, isStyled: boolean) {
    this.#output = output;
    this.#isStyled = isStyled;
  }

  get columns(): number {
    return this.#output.columns || 80;
  }

  /** Sets the line to show, or removes it. `render` is called when the line is drawn, within 80 ms. */
  status(render: (() => string) | null): void {
    this.#render = render;
    const wait = this.#drawnAt + REDRAW_MS - performance.now();
    if (render === null) this.#erase();
    else if (wait <= 0) this.#draw();
    else this.#timer ??= setTimeout(() => this.#draw(), wait).unref();
  }

  /** Prints whole lines above the status line. */
  print(text: string): void {
    this.#write(`${this.#shown ? ERASE_LINE : ''}${terminalText(text, this.#isStyled)}\n`);
    this.#shown = false;
    if (this.#render) this.#draw();
  }

  /** Erases the status line and removes the listener from the output. */
  close(): void {
    this.status(null);
    this.#output.off?.('error', this.#onError);
  }

  #draw(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (!this.#render) return;
    this.#drawnAt = performance.now();
    this.#write(`${ERASE_LINE}${terminalText(this.#render())}`);
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

  /** Stops writing after an error such as EPIPE, which must not end the program. */
  readonly #onError = (): void => {
    this.#broken = true;
  };
}
