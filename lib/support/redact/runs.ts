/** Shortest run of key characters that a token has. */
const MIN_RUN = 18;

const isKey = new Uint8Array(128);
for (const char of 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-') isKey[char.charCodeAt(0)] = 1;

/**
 * Calls `found` for each run of at least 18 letters, digits, `_` and `-` that has a digit or a capital; long words of prose
 * have neither. `found` returns the end of what it has looked at, at least the end of the run.
 */
export function eachRun(text: string, found: (start: number, end: number) => number): void {
  const { length } = text;
  // Looks at the last place of a window of 18, and goes back to the last character that breaks the run. The next window
  // starts after it. In prose, most characters are never looked at.
  for (let at = MIN_RUN - 1; at < length; at += MIN_RUN - 1) {
    const first = at - MIN_RUN + 1;
    let start = at;
    while (start >= first) {
      const code = text.charCodeAt(start);
      if (code > 127 || isKey[code] === 0) break;
      start -= 1;
    }
    at = start >= first ? start + 1 : endOfRun(text, first, found);
  }
}

function endOfRun(text: string, start: number, found: (start: number, end: number) => number): number {
  const plain = indexOfFirst(NOT_PLAIN, text, start);
  const end = indexOfFirst(NOT_KEY, text, plain);
  return end > plain ? found(start, end) : end;
}

/** Searches for the end instead of matching the run, which is far faster for runs of megabytes. */
const NOT_PLAIN = /[^a-z_-]/g;
const NOT_KEY = /[^\w-]/g;

function indexOfFirst(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.test(text) ? pattern.lastIndex - 1 : text.length;
}
