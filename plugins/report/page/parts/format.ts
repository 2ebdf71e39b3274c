const MINUS = '−';

/** A score with four significant digits at most, and two decimals at least: 0.35, 0.70, 0.4167, 12.50. */
export function score(value: number | null | undefined): string {
  if (value === null || value === undefined) return '–';
  return plain(value);
}

/** A difference with its sign. */
export function signed(value: number): string {
  return value > 0 ? `+${plain(value)}` : plain(value);
}

function plain(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const rounded =
    Math.abs(value) >= 0.001 && Math.abs(value) < 1 ? Number(value.toFixed(4)) : Number(value.toPrecision(4));
  const text = Math.abs(rounded) >= 1e6 ? rounded.toLocaleString('en-US') : padded(rounded);
  return text.replace(/^-/, MINUS);
}

/** Pads to two decimals, because 0.7 beside 0.68 looks less precise than it is. */
function padded(value: number): string {
  const text = String(value);
  return /^-?\d+(\.\d?)?$/.test(text) && Math.abs(value) < 100 && value !== 0 && Math.abs(value) !== 1
    ? value.toFixed(2)
    : text;
}

/** A bound of an interval, with three decimals at most. */
export function bound(value: number): string {
  return plain(Math.abs(value) < 1 ? Number(value.toFixed(3)) : Number(value.toPrecision(4)));
}

/** A difference, or a bound of its interval. */
export function change(value: number): string {
  const text = bound(value);
  return value > 0 ? `+${text}` : text;
}

/** The bounds of an interval. */
export function range([low, high]: readonly [number, number]): string {
  return `${bound(low)} … ${bound(high)}`;
}

/** A number on an axis, as short as it is. */
export function tick(value: number): string {
  return String(Number(value.toPrecision(4))).replace(/^-/, MINUS);
}

/** A p value: 0.031, < 0.001. */
export function probability(p: number): string {
  if (p < 0.001) return '< 0.001';
  return String(Number(p.toPrecision(2)));
}

/** A whole number: 1,284. */
export function whole(value: number | null | undefined): string {
  return value === null || value === undefined ? '–' : Math.round(value).toLocaleString('en-US');
}

/** A large number, short: 948, 12.4k, 3.1M. */
export function short(value: number): string {
  if (value < 10_000) return whole(value);
  const [unit, name] =
    value < 1_000_000 ? [1_000, 'k'] : value < 1_000_000_000 ? [1_000_000, 'M'] : [1_000_000_000, 'G'];
  return `${Number((value / unit).toPrecision(3))}${name}`;
}

/** US dollars. */
export function dollars(value: number | null | undefined): string {
  if (value === null || value === undefined) return '–';
  if (value === 0) return '$0';
  return value < 0.01 ? `$${Number(value.toPrecision(2))}` : `$${value.toFixed(value < 1 ? 3 : 2)}`;
}

/** A duration: 85 ms, 4.1 s, 2 min 5 s, 1 h 3 min. */
export function duration(ms: number | null | undefined): string {
  if (ms === null || ms === undefined) return '–';
  if (ms < 1_000) return ms < 10 ? `${Number(ms.toPrecision(2))} ms` : `${Math.round(ms)} ms`;
  const seconds = ms / 1_000;
  if (seconds < 60) return `${Number(seconds.toFixed(1))} s`;
  const total = Math.round(seconds);
  if (total < 3_600) return `${Math.floor(total / 60)} min ${total % 60} s`;
  return `${Math.floor(total / 3_600)} h ${Math.floor((total % 3_600) / 60)} min`;
}

/** A moment, in the reader's own time: 25 Nov 2026, 09:19:02. */
export function moment(time: number): string {
  return new Date(time).toLocaleString('en-GB', {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
}

/** The first digits of a candidate's id. */
export function shortId(id: string): string {
  return /^[0-9a-f]{12,}$/.test(id) ? id.slice(0, 8) : id;
}

/** `1 example`, `2 examples`. */
export function count(n: number, what: string): string {
  return `${whole(n)} ${what}${n === 1 ? '' : 's'}`;
}

/** A component's key without its program if that is the root: `instruction` for `root::instruction`. */
export function componentName(key: string): string {
  return key.replace(/^root::/, '');
}
