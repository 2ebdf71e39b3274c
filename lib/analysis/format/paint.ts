const CODES = { bold: 1, dim: 2, green: 32, red: 31, yellow: 33, cyan: 36 };

/**
 * Styles text, or returns it unchanged if colors are off.
 *
 * @experimental
 */
export type Paint = (style: keyof typeof CODES, text: string) => string;

/**
 * Returns a function that styles text with ANSI codes, or leaves it unchanged.
 *
 * @param color whether to style
 * @experimental
 */
export function painter(color: boolean): Paint {
  return (style, text) => (color && text !== '' ? `\u001b[${CODES[style]}m${text}\u001b[0m` : text);
}

/**
 * Returns whether to use colors. `NO_COLOR` turns them off (https://no-color.org) and `FORCE_COLOR` turns them on;
 * otherwise they are used on a terminal. Node only: it reads `process.env`.
 *
 * @param terminal whether the output is a terminal
 * @experimental
 */
export function wantsColor(terminal: boolean): boolean {
  const { NO_COLOR, FORCE_COLOR } = process.env;
  if (NO_COLOR) return false;
  return FORCE_COLOR ? FORCE_COLOR !== '0' && FORCE_COLOR !== 'false' : terminal;
}
