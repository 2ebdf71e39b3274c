import { AutologError } from '../contract/errors.js';
import { PRIVATE } from '../support/folder/place.js';
import { received } from '../support/received.js';
import { isFolderMode } from '../support/settings.js';
import { isSinkName, SINK_NAMES } from './builtin-sinks.js';

const TRACES_EXPECTED =
  'an object with rate (a number from 0 to 1), filter (a function), evaluations (a boolean) or maxSpans (a whole number from 1)';

const PRICES_EXPECTED =
  'an object of model names, each with prompt, completion and optionally cached as numbers from 0 (US dollars per million tokens)';

const SWITCHES = [
  'logTraces',
  'logTracesFromCompile',
  'logTracesFromEval',
  'logCompiles',
  'logEvals',
  'certificate',
  'disable',
  'silent',
] as const;

/** Description of each option's type, for messages. */
const OPTIONS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(SWITCHES.map((name) => [name, 'a boolean'])),
  sinks: `an array of sinks or of ${SINK_NAMES.map((name) => `'${name}'`).join(', ')}`,
  redact: 'an object with keys, patterns or fn',
  capture: 'an object with inputs, outputs, prompts or binary as booleans',
  traces: TRACES_EXPECTED,
  prices: PRICES_EXPECTED,
  journal:
    "a boolean, or an object with dir (a string), durability ('process' or 'fsync') or mode (permission bits such as 0o770, all three for the owner)",
};

/**
 * Checks the options of `autolog`.
 *
 * @throws AutologError `AXL_BAD_OPTIONS` if an option is unknown or has a wrong type
 */
export function checkAutologOptions(options: unknown): void {
  if (!isObject(options)) {
    throw new AutologError('AXL_BAD_OPTIONS', `autolog: options must be an object, got ${received(options)}.`);
  }
  for (const [name, value] of Object.entries(options)) {
    const expected = OPTIONS[name];
    if (expected === undefined) {
      throw new AutologError(
        'AXL_BAD_OPTIONS',
        `autolog: an option must be one of ${Object.keys(OPTIONS).join(', ')}, got '${name}'. Correct or remove it.`,
      );
    }
    if (value !== undefined && !accepts(name, value)) {
      throw new AutologError('AXL_BAD_OPTIONS', `autolog: ${name} must be ${expected}, got ${received(value)}.`);
    }
  }
}

function accepts(name: string, value: unknown): boolean {
  if ((SWITCHES as readonly string[]).includes(name)) return typeof value === 'boolean';
  if (name === 'sinks') return Array.isArray(value) && value.every((sink) => isObject(sink) || isSinkName(sink));
  if (name === 'redact') return acceptsRedact(value);
  if (name === 'traces') return acceptsTraces(value);
  if (name === 'prices') return acceptsPrices(value);
  if (name === 'capture') return isObject(value) && only(value, ['inputs', 'outputs', 'prompts', 'binary'], 'boolean');
  return typeof value === 'boolean' || acceptsJournal(value);
}

function acceptsRedact(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { keys = [], patterns = [], fn = () => undefined, ...rest } = value;
  return (
    Object.keys(rest).length === 0 &&
    Array.isArray(keys) &&
    keys.every((key) => typeof key === 'string' || key instanceof RegExp) &&
    Array.isArray(patterns) &&
    patterns.every((pattern) => pattern instanceof RegExp) &&
    typeof fn === 'function'
  );
}

function acceptsJournal(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { dir = '', durability = 'process', mode = PRIVATE, ...rest } = value;
  return (
    Object.keys(rest).length === 0 &&
    typeof dir === 'string' &&
    (durability === 'process' || durability === 'fsync') &&
    isFolderMode(mode)
  );
}

function only(value: Record<string, unknown>, names: readonly string[], type: string): boolean {
  return Object.entries(value).every(
    ([name, member]) => names.includes(name) && (member === undefined || typeof member === type),
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function acceptsTraces(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { rate = 1, filter = () => true, evaluations = false, maxSpans = 1, ...rest } = value;
  return (
    Object.keys(rest).length === 0 &&
    isPrice(rate) &&
    rate <= 1 &&
    typeof filter === 'function' &&
    typeof evaluations === 'boolean' &&
    Number.isInteger(maxSpans) &&
    (maxSpans as number) >= 1
  );
}

function acceptsPrices(value: unknown): boolean {
  return isObject(value) && Object.values(value).every(acceptsPrice);
}

function acceptsPrice(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { prompt, completion, cached = 0, ...rest } = value;
  return Object.keys(rest).length === 0 && isPrice(prompt) && isPrice(completion) && isPrice(cached);
}

function isPrice(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
