const CODES = { bold: 1, dim: 2, green: 32, red: 31, yellow: 33, cyan: 36 };

/** Paints text, or leaves it as it is where colours are off. */
export type Paint = (style: keyof typeof CODES, text: string) => string;

/** What paints with ANSI colours, or does nothing. */
export function painter(color: boolean): Paint {
  return (style, text) => (color && text !== '' ? `\u001b[${CODES[style]}m${text}\u001b[0m` : text);
}

/** Whether to paint: on a terminal, unless `NO_COLOR` is set (https://no-color.org); `FORCE_COLOR` turns colours on. */
export function wantsColor(terminal: boolean): boolean {
  const { NO_COLOR, FORCE_COLOR } = process.env;
  if (NO_COLOR) return false;
  return FORCE_COLOR ? FORCE_COLOR !== '0' && FORCE_COLOR !== 'false' : terminal;
}
