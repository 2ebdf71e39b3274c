import type { Output } from 'ax-autolog/plugins/console';

/** An output that keeps what is written to it. */
export interface Capture extends Output {
  /** All that was written, escape sequences included. */
  readonly raw: string;
  /** The lines that stay: what was drawn and erased again is left out. */
  readonly printed: string;
}

/** A terminal of so many columns, or with `null` a pipe. */
export function capture(columns: number | null = null): Capture {
  let raw = '';
  return {
    ...(columns === null ? {} : { isTTY: true, columns }),
    write: (text: string) => {
      raw += text;
    },
    get raw() {
      return raw;
    },
    get printed() {
      return raw
        .split('\r\u001b[2K')
        .filter((part, at, parts) => part.includes('\n') || at === parts.length - 1)
        .join('');
    },
  };
}
