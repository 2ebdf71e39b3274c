import { InvalidArgumentError } from 'commander';
import { byteSize } from '../../analysis/format/formats.js';

/** A length of time or a size, as it was written. */
export interface Limit {
  readonly text: string;
  /** In milliseconds, or in bytes. */
  readonly value: number;
}

const MINUTE = 60_000;
const TIMES: Readonly<Record<string, number>> = { m: MINUTE, h: 60 * MINUTE, d: 1_440 * MINUTE, w: 10_080 * MINUTE };
const SIZES: Readonly<Record<string, number>> = {
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
};

/** Reads `90m`, `12h`, `30d`, `2w`. */
export function age(text: string): Limit {
  return limit(text, TIMES, 'expected a number and m, h, d or w, such as 30d.');
}

/** Reads `500MB`, `2GB`, `1.5GiB`; a number alone counts bytes. */
export function size(text: string): Limit {
  return limit(
    /^[\d.]+$/.test(text) ? `${text}b` : text,
    SIZES,
    `expected a size such as ${byteSize(2e9).replace(' ', '')}.`,
  );
}

function limit(text: string, units: Readonly<Record<string, number>>, expected: string): Limit {
  const [, amount = '', unit = ''] = /^(\d+(?:\.\d+)?)\s*([a-z]+)$/i.exec(text.trim()) ?? [];
  const factor = Object.hasOwn(units, unit.toLowerCase()) ? units[unit.toLowerCase()] : undefined;
  if (factor === undefined) throw new InvalidArgumentError(expected);
  return { text, value: Number(amount) * factor };
}
