import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { painter } from '../../lib/analysis/format/paint.js';
import { terminalText, visibleJson, visibleText } from '../../lib/contract/visible-text.js';

const TAGGED = [...'ignore all'].map((letter) => String.fromCodePoint(0xe0000 + (letter.codePointAt(0) ?? 0))).join('');

/** A hidden text, and what is shown of it. */
const HIDDEN: readonly (readonly [text: string, shown: string])[] = [
  ['\u001b[31mred\u001b[0m', '\\u001b[31mred\\u001b[0m'],
  ['\u001b]52;c;ZXZpbA==\u0007', '\\u001b]52;c;ZXZpbA==\\u0007'],
  ['\u001b]8;;http://x\u001b\\link', '\\u001b]8;;http://x\\u001b\\link'],
  ['\u009b2J \u0090q \u009d0;t', '\\u009b2J \\u0090q \\u009d0;t'],
  ['good\rbad\bx\u007f\u0000', 'good\\u000dbad\\u0008x\\u007f\\u0000'],
  ['\u202egnp.exe\u202c \u2066a\u2069', '\\u202egnp.exe\\u202c \\u2066a\\u2069'],
  ['a\u200e\u200f\u061cb', 'a\\u200e\\u200f\\u061cb'],
  [
    'pay\u200dpal pay\u200cpal pay\u200bpal \ufeff\u2060\u00ad',
    'pay\\u200dpal pay\\u200cpal pay\\u200bpal \\ufeff\\u2060\\u00ad',
  ],
  ['می\u200c\u200d\u200c\u200dشود', 'می\\u200c\\u200d\\u200c\\u200dشود'],
  ['😀\ufe0f\ufe0e\ufe01', '😀\ufe0f\\ufe0e\\ufe01'],
  ['a\ufe0f\u{e0100}', 'a\\ufe0f\\u{e0100}'],
  ['a\u2028b\u2029c', 'a\\u2028b\\u2029c'],
  ['\u3164\uffa0\u115f\u17b4\u034f\ufff9', '\\u3164\\uffa0\\u115f\\u17b4\\u034f\\ufff9'],
  ['\u{e0041}', '\\u{e0041}'],
  ['🏴\u{e0075}\u{e0073}\u{e007f}', '🏴\\u{e0075}\\u{e0073}\\u{e007f}'],
  ['half \ud800', 'half \\ud800'],
];

/** Texts in which joiners, selectors and tags are spelling. */
const SPELLING: readonly string[] = [
  'می‌شود خانه‌ها نمی‌خواهم',
  'ه‍. (هجری)',
  'क्‍ष क्‌ष र्‍य',
  'ශ්‍රී ලංකා',
  'ন্‍ মলয়ালം ൻ ന്‍',
  '👩‍👩‍👧‍👦 👩🏽‍🚀 🏳️‍🌈 ❤️ 1️⃣ 🏃🏽‍♀️‍➡️ ☎︎',
  '🏴󠁧󠁢󠁥󠁮󠁧󠁿 🏴󠁧󠁢󠁳󠁣󠁴󠁿 🏴󠁧󠁢󠁷󠁬󠁳󠁿 🇩🇪',
  '葛\u{e0100}城 ≨︀ 0︀',
  'ᠠ᠋ ᠤᠯᠠ᠎ᠠ',
  'Größe 値段 שלום Ελλάδα e\u0301 a\tb\nc \u00a0x',
];

describe('text with hidden characters', () => {
  it('shows each by its code', () => {
    for (const [text, shown] of HIDDEN) expect(visibleText(text)).to.equal(shown);
    expect(visibleText(TAGGED)).to.match(/^(\\u\{e00[0-9a-f]{2}\}){10}$/);
  });

  it('leaves the spelling of words and emoji alone', () => {
    for (const text of SPELLING) expect(visibleText(text)).to.equal(text);
  });

  it('ends lines with a line feed', () => {
    expect(visibleText('a\r\nb\rc')).to.equal('a\nb\\u000dc');
  });

  const strings = fc.array(
    fc.oneof(
      fc.constantFrom(...HIDDEN.map(([text]) => text), ...SPELLING, '\u200c', '\u200d', '\ufe0f', '\r', '\n'),
      fc.string({ unit: 'binary', maxLength: 4 }),
    ),
    { maxLength: 6 },
  );

  it('is the same when it is shown again, and so is JSON, which keeps its value', () => {
    fc.assert(
      fc.property(strings, (parts) => {
        const text = parts.join('');
        const shown = visibleText(text);
        expect(visibleText(shown)).to.equal(shown);
        const json = visibleJson(JSON.stringify({ [text]: text }));
        expect(JSON.parse(json)).to.deep.equal({ [text]: text });
        expect(terminalText(json)).to.equal(json);
        expect(terminalText(json, true)).to.equal(json);
      }),
      { numRuns: 2_000 },
    );
  });

  it('keeps the styles of painter and no other sequence, and only where a text is styled', () => {
    const paint = painter(true);
    for (const style of ['bold', 'dim', 'green', 'red', 'yellow', 'cyan'] as const) {
      const text = paint(style, 'x');
      expect(terminalText(text, true)).to.equal(text);
      expect(terminalText(text)).to.not.include('\u001b');
    }
    expect(terminalText('\u001b[5m\u001b[38;5;1m\u001b[1;31m\u001b[2J', true)).to.not.include('\u001b');
  });
});
