import type { Tokens } from '../../contract/events.js';
import type { Price, Prices } from '../../contract/trace-options.js';
import { settings } from '../../support/settings.js';

interface Pattern {
  readonly matches: RegExp;
  readonly length: number;
  readonly price: Price;
}

const compiled = new WeakMap<Prices, readonly Pattern[]>();
const PER = 1_000_000;

/**
 * Returns the cost of a call in US dollars by the user's price table, `undefined` if the model is not in it. Tokens that
 * were written to a cache cost as much as other prompt tokens.
 */
export function costOf(model: string, tokens: Omit<Tokens, 'calls' | 'cost'>): number | undefined {
  const price = priceOf(settings().prices, model);
  if (price === undefined) return undefined;
  const cached = Math.min(count(tokens.cached), count(tokens.prompt));
  const fresh = count(tokens.prompt) - cached;
  const { prompt, completion } = price;
  return (fresh * prompt + cached * (price.cached ?? prompt) + count(tokens.completion) * completion) / PER;
}

/** A full name beats every pattern, and a longer pattern beats a shorter one. */
function priceOf(prices: Prices, model: string): Price | undefined {
  if (Object.hasOwn(prices, model)) return prices[model];
  return patternsOf(prices).find(({ matches }) => matches.test(model))?.price;
}

function patternsOf(prices: Prices): readonly Pattern[] {
  const known = compiled.get(prices);
  if (known !== undefined) return known;
  const patterns = Object.entries(prices)
    .filter(([name]) => name.includes('*'))
    .map(([name, price]) => ({ matches: toRegExp(name), length: name.length, price }))
    .sort((a, b) => b.length - a.length);
  compiled.set(prices, patterns);
  return patterns;
}

function toRegExp(pattern: string): RegExp {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's');
}

function count(value: number | undefined): number {
  return value !== undefined && Number.isFinite(value) ? value : 0;
}
