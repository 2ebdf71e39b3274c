/**
 * Formats a time in milliseconds since the Unix epoch as local time: `2026-11-25 09:22:41`; `-` for `null` or an
 * invalid time.
 *
 * @experimental
 */
export function moment(time: number | null): string {
  if (time === null || !Number.isFinite(time)) return '-';
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return '-';
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-');
  return `${day} ${[date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')}`;
}

/**
 * Formats US dollars: `$0.0012`, `$1.25`; `-` if no price is known.
 *
 * @experimental
 */
export function dollars(cost: number | null | undefined): string {
  if (cost === null || cost === undefined || !Number.isFinite(cost)) return '-';
  if (cost === 0) return '$0';
  if (cost < 0.000_1) return `$${cost.toExponential(1)}`;
  return `$${cost < 1 ? Number(cost.toPrecision(3)) : cost.toFixed(2)}`;
}

/**
 * Formats a number of bytes in powers of 1,000: `950 B`, `1.2 kB`, `34 MB`.
 *
 * @experimental
 */
export function byteSize(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let [value, unit] = [bytes, 0];
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1_000;
    unit += 1;
  }
  return `${unit === 0 || value >= 10 ? Math.round(value) : Number(value.toFixed(1))} ${units[unit]}`;
}

/**
 * Formats a count with its noun: `1 run`, `2 runs`. It only appends an `s`.
 *
 * @experimental
 */
export function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}
