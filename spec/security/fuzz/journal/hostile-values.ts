import type { Random } from './random.js';

/** Names that lead out of a folder, are devices, hide, or mean something to an object, a terminal or a shell. */
export const HOSTILE_NAMES: readonly string[] = [
  '../escaped',
  '../../escaped',
  '../../../../../.ssh',
  '/../../../../../.ssh',
  '/../../victim',
  '../victim',
  '../victim/events.jsonl',
  '/etc/axl-escaped',
  '..\\..\\escaped',
  'C:\\escaped',
  '\\\\host\\share\\escaped',
  'a/../../../escaped',
  './../escaped',
  '....//escaped',
  '%2e%2e%2fescaped',
  '..%c0%afescaped',
  '\u2024\u2024/escaped',
  '\uff0e\uff0e\uff0fescaped',
  '..',
  '.',
  '...',
  '',
  ' ',
  '~',
  '~/.ssh/authorized_keys',
  '$HOME/escaped',
  '-rf',
  '--output=escaped',
  'CON',
  'con.txt',
  'NUL',
  'COM1.json',
  'LPT\u00b9',
  'aux.',
  'trailing. . ',
  'file::$DATA',
  'file:stream',
  'a\u0000b',
  'a\nb',
  'a\tb\r\nc',
  'events.jsonl',
  'run.json',
  'blobs',
  '.state',
  '.state/x.lock',
  'report.html',
  'best_model.json',
  '__proto__',
  '__proto__.polluted',
  'constructor',
  'constructor.prototype',
  'prototype',
  'toString',
  'hasOwnProperty',
  'valueOf',
  'toJSON',
  'then',
  'length',
  '\u202egnp.exe',
  '\u2066x\u2069',
  '\u001b]0;owned\u0007',
  '\u001b[2J\u001b[1;1H',
  '\u009b31m',
  'e\u0301',
  '\u00e9',
  '\ud800',
  '\udfff\ud800',
  '\ufeff',
  '=cmd()',
  '<img src=x onerror=alert(1)>',
  '</script><script>alert(1)</script>',
  'latest',
  'x'.repeat(300),
  `${'a/'.repeat(200)}b`,
  `${'../'.repeat(60)}escaped`,
  '\u{1f9ee}'.repeat(90),
];

/** Text that is put into JSON as it stands: {@link asRaw} marks it, {@link withRaw} puts it in. */
const RAW: readonly string[] = [
  '1e999',
  '-1e999',
  '1E400',
  '123456789012345678901234567890',
  '0.1e-400',
  '-0',
  '"\\ud800"',
  '"\\u0000"',
  '{"__proto__":{"polluted":1}}',
  '{"__proto__":null,"constructor":{"prototype":{"polluted":1}}}',
  '{"a":1,"a":2,"a":{"a":3}}',
  '{"then":"x"}',
  'NaN',
  'undefined',
  '[1,]',
  '{,}',
  `${'['.repeat(600)}${']'.repeat(600)}`,
  `${'{"a":'.repeat(400)}1${'}'.repeat(400)}`,
];

/** Big ones, which are rare because they take time. */
const BIG_RAW: readonly (() => string)[] = [
  () => `${'['.repeat(100_000)}${']'.repeat(100_000)}`,
  () => `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`,
  () => `[${'0,'.repeat(100_000)}0]`,
  () => `{${Array.from({ length: 10_000 }, (_, at) => `"k${at}":${at}`).join(',')}}`,
  () => `"${'x'.repeat(1_000_000)}"`,
  () => `"${'line\\n'.repeat(20_000)}"`,
  () => `"${'\\u001b['.repeat(20_000)}"`,
];

const NUMBERS: readonly number[] = [
  -1,
  0.5,
  1e9,
  1e21,
  1e300,
  -1e300,
  4_294_967_290,
  4_294_967_296,
  2_147_483_648,
  2 ** 53 + 2,
  5e-324,
  8.64e15,
  8.65e15,
  999_999_999_999,
];

const ODD: readonly unknown[] = [
  null,
  true,
  false,
  [],
  {},
  [null],
  [[]],
  [{}],
  [[4_294_967_290, 1]],
  { length: 4_294_967_290 },
  { length: -1 },
  { toString: 1 },
  { toString: null, valueOf: null },
  { toJSON: 'x' },
  { 0: 'a', 1: 'b' },
  { id: {}, texts: [], demos: {}, parents: {} },
  { name: {}, message: [], cause: { cause: { cause: 1 } } },
];

const MARK = '\u2603raw:';

/** A string that stands for JSON text of which nothing is escaped. */
export function asRaw(json: string): string {
  return `${MARK}${Buffer.from(json).toString('base64')}`;
}

/** Puts the marked texts into the JSON of a line. */
export function withRaw(line: string): string {
  if (!line.includes(MARK)) return line;
  return line.replaceAll(/"\u2603raw:([\w+/=]*)"/g, (_, encoded: string) => Buffer.from(encoded, 'base64').toString());
}

/** A value that is wrong almost everywhere. */
export function hostileValue(random: Random): unknown {
  if (random.chance(0.004)) return asRaw(random.pick(BIG_RAW)());
  return random.pick([
    () => random.pick(HOSTILE_NAMES),
    () => random.pick(NUMBERS),
    () => random.pick(ODD),
    () => asRaw(random.pick(RAW)),
    () => String(random.pick(NUMBERS)),
    () => Object.fromEntries([[random.pick(HOSTILE_NAMES), random.pick(NUMBERS)]]),
  ])();
}

const COUNTS: readonly number[] = [0, 1, 65_536, 99_999, 16_777_215, 16_777_216, 4_294_967_295];
const REALS: readonly number[] = [0, -1, 1e300, -1e300, 1.7e308, 5e-324, 2 ** 53, 0.1 + 0.2, -0.000_001];

/** A value of the same type that is as far off as the type allows. */
export function extremeOf(value: unknown, random: Random): unknown {
  if (typeof value === 'string') return random.chance(0.9) ? random.pick(HOSTILE_NAMES) : longText(random);
  if (typeof value === 'number') return random.pick(random.chance(0.7) ? COUNTS : REALS);
  if (typeof value === 'boolean') return !value;
  if (Array.isArray(value)) return manyOf(value, random);
  if (typeof value !== 'object' || value === null) return null;
  const named = Object.entries(value).map(([key, member]) => [
    random.chance(0.5) ? random.pick(HOSTILE_NAMES) : key,
    member,
  ]);
  return random.chance(0.1) ? {} : Object.fromEntries(named);
}

function longText(random: Random): string {
  return random
    .pick(['x', '\n', '\u202e', '# ', '`', '| ', '\ud83d', 'a b. ', '\u0301'])
    .repeat(random.pick([100, 5_000, 60_000]));
}

function manyOf(items: readonly unknown[], random: Random): unknown {
  const count = random.pick([0, 1, 30, 2_000]);
  return items.length === 0 ? [] : Array.from({ length: count }, (_, at) => items[at % items.length]);
}
