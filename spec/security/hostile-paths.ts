import { HOSTILE_NAMES } from './fuzz/journal/hostile-values.js';

/** Ways to write `..` and separators that some decoder on the way may undo. */
const ENCODED: readonly string[] = [
  ...['%2e%2e/x', '%2e%2e%2fx', '..%2fx', '..%5cx', '%252e%252e%252fx', '..%u2215x', '..%u2216x', '%c0%ae%c0%ae/x'],
  ...['..%c0%afx', '..%e0%80%afx', '..%c1%9cx', '&#46;&#46;&#47;x', '\\u002e\\u002e\\u002fx', '..\u2215x', '..\u2044x'],
  ...['..\uff0fx', '..\uff3cx', '\ufe52\ufe52/x', '..;/x', '..\u0000/x', '.\u200b./x', '..\u00a0/x', '\u2025/x'],
];

/** Devices, streams and names that Windows changes without a word. */
const WINDOWS: readonly string[] = [
  ...[
    'con',
    'Con.json',
    'PRN',
    'prn.txt',
    'AUX',
    'aux.a.b',
    'nul',
    'NUL.',
    'com1',
    'COM9.log',
    'COM\u00b9',
    'lpt1',
    'LPT9',
  ],
  ...['LPT\u00b3.x', 'CONIN$', 'CONOUT$', 'clock$', 'a/con/b', 'a:b', 'a::$INDEX_ALLOCATION', 'x:$DATA', 'C:', 'C:x'],
  ...['C:/x', '//?/C:/x', '\\\\.\\COM1', '\\\\?\\UNC\\host\\x', 'a.', 'a..', 'a ', 'a. .', 'a<b', 'a>b', 'a|b', 'a?b'],
  ...['a*b', 'a"b', 'PROGRA~1', 'a~1.txt'],
];

/** Names that are one to some file systems: by case, by the encoding of accents, by what they ignore. */
const PAIRS: readonly string[] = [
  ...['readme.md', 'README.md', 'ReadMe.MD', 'stra\u00dfe', 'STRASSE', '\u00c5', 'A\u030a', '\u212b', '\u1e9b\u0323'],
  ...['\uac00', '\u1100\u1161', '\u017f', 's', 'S', '\u212a', 'k', 'K', '\ufb01', 'fi', '\u03c2', '\u03c3', '\u03a3'],
  ...['folder/a', 'Folder/a', 'FOLDER', 'folder/a/b', 'i\u0307', '\u0130', '\u0131', 'z\u200dz', 'zz'],
];

const LONG: readonly string[] = [
  'y'.repeat(255),
  'y'.repeat(256),
  `${'y'.repeat(300)}.json`,
  '\u20ac'.repeat(120),
  `${'d/'.repeat(80)}end`,
  '\u{1f9ea}'.repeat(70),
  '\u0301'.repeat(100),
];

/** Over a hundred texts that must not name a file outside, a device, or the file of another text. Each is another file. */
export const HOSTILE_PATHS: readonly string[] = [
  ...new Set([...HOSTILE_NAMES.filter(isOwnFile), ...ENCODED, ...WINDOWS, ...PAIRS, ...LONG]),
];

/** Not those that are the same path as another one: empty segments and `.` say nothing, and `\\` separates as `/` does. */
function isOwnFile(name: string): boolean {
  return (
    name !== '' &&
    !['./../escaped', '..\\..\\escaped', '.state', '\\\\host\\share\\escaped'].includes(name) &&
    !name.startsWith('/')
  );
}
