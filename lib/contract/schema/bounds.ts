/** Levels of objects and arrays inside one another that are read. The writer's snapshots have 64, and may hold others. */
export const MAX_LEVELS = 512;
/** Values in one JSON text that are read. The writer's snapshots have 6 million. */
export const MAX_VALUES = 16 * 1024 * 1024;
/** Texts up to this length cannot hold too many values for the memory of a process. */
const SHORT_TEXT = 4 * 1024 * 1024;

/**
 * Freezes a value that was parsed from JSON, and all in it. Values that are frozen already are skipped.
 *
 * @returns why it is not frozen completely: it is nested too deep, or holds a number that is not finite, such as
 * `1e999`; `null` if it is
 */
export function freezeParsed(value: unknown): string | null {
  return typeof value === 'object' && value !== null && !Object.isFrozen(value) ? freeze(value, MAX_LEVELS) : null;
}

const TOO_DEEP = `it is nested deeper than ${MAX_LEVELS} levels`;
const NOT_FINITE = 'it holds a number that no number of JavaScript can be';

function freeze(value: object, levels: number): string | null {
  if (levels === 0) return TOO_DEEP;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i += 1) {
      const unfit = freezeMember(value[i], levels);
      if (unfit !== null) return unfit;
    }
  } else {
    for (const name in value) {
      const unfit = freezeMember((value as Record<string, unknown>)[name], levels);
      if (unfit !== null) return unfit;
    }
  }
  Object.freeze(value);
  return null;
}

function freezeMember(member: unknown, levels: number): string | null {
  if (typeof member === 'number') return Number.isFinite(member) ? null : NOT_FINITE;
  return typeof member !== 'object' || member === null || Object.isFrozen(member) ? null : freeze(member, levels - 1);
}

/**
 * Parses JSON that may come from anywhere. Returns `undefined` if it is not JSON or holds more than 16 million values,
 * which would take gigabytes of memory. Its levels are checked by {@link freezeParsed}.
 */
export function parseJson(text: string): unknown {
  if (text.length > SHORT_TEXT && !holdsFewValues(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Counts what separates values, outside texts: `,`, `[`, `{`. */
function holdsFewValues(json: string): boolean {
  let values = 0;
  for (let at = 0; at < json.length; at += 1) {
    const char = json.charCodeAt(at);
    if (char === QUOTE) at = endOfText(json, at);
    else if (char === COMMA || char === BRACKET || char === BRACE) values += 1;
    if (at === -1 || values > MAX_VALUES) return false;
  }
  return true;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const BRACKET = 0x5b;
const BRACE = 0x7b;
const BACKSLASH = 0x5c;

/** Returns the index of the quote that ends the text; -1 if there is none. */
function endOfText(json: string, start: number): number {
  for (let at = json.indexOf('"', start + 1); at !== -1; at = json.indexOf('"', at + 1)) {
    let backslashes = 0;
    while (json.charCodeAt(at - 1 - backslashes) === BACKSLASH) backslashes += 1;
    if (backslashes % 2 === 0) return at;
  }
  return -1;
}
