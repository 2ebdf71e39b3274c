/** What `traces` of autolog may be, for messages. */
export const TRACES_EXPECTED =
  'an object with rate (a number from 0 to 1), filter (a function), evaluations (a boolean) or maxSpans (a whole number from 1)';

/** What `prices` of autolog may be, for messages. */
export const PRICES_EXPECTED =
  'an object of model names, each with prompt and completion, and perhaps cached, as numbers from 0 (US dollars for a million tokens)';

export function acceptsTraces(value: unknown): boolean {
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

export function acceptsPrices(value: unknown): boolean {
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

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
