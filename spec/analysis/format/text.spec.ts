import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { layout } from '../../../lib/analysis/format/table.js';
import { clean, count, duration, oneLine, pad, score, truncate, width } from '../../../lib/analysis/format/text.js';

const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '👩‍👩‍👧‍👦 family',
    '日本語テキスト',
    'e\u0301e\u0301',
    '\u001b[31mred\u001b[0m',
    '\u001b]0;title\u0007x',
    '🇩🇪🇫🇷',
  ),
);
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
const DRIVES_A_TERMINAL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

describe('text on a terminal', () => {
  it('shows what could drive a terminal by its code, whatever the text', () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(clean(a + b)).to.not.match(DRIVES_A_TERMINAL);
        expect(oneLine(a + b)).to.not.match(/[\n\t]/);
      }),
    );
    expect(clean('\u001b[2Ja\u009b1mb\u001b]8;;http://x\u0007c')).to.equal(
      '\\u001b[2Ja\\u009b1mb\\u001b]8;;http://x\\u0007c',
    );
  });

  it('leaves ordinary text of any script alone', () => {
    for (const kept of ['Größe', '値段\n\tは 5', '👩‍👩‍👧‍👦', 'a [b] {c}']) expect(clean(kept)).to.equal(kept);
  });

  it('cuts to columns, never through a character, and pads to columns', () => {
    fc.assert(
      fc.property(text, fc.nat({ max: 30 }), (value, columns) => {
        const line = oneLine(value);
        expect(width(truncate(line, columns))).to.be.at.most(columns);
        if (width(line) <= columns) expect(truncate(line, columns)).to.equal(line);
        expect(width(pad(truncate(line, columns), columns))).to.equal(columns);
      }),
    );
    expect(truncate('値段は', 4)).to.equal('値…');
    expect(truncate('👩‍👩‍👧‍👦👩‍👩‍👧‍👦', 3)).to.equal('👩‍👩‍👧‍👦…');
  });

  it('writes numbers for people', () => {
    expect([0.6666666, 1, 0, null, Number.NaN, 0.00001].map(score)).to.deep.equal([
      '0.6667',
      '1',
      '0',
      '-',
      '-',
      '1.0e-5',
    ]);
    expect([950, 1_234, 34_512, 999_960, 1_200_000].map(count)).to.deep.equal(['950', '1.2k', '34.5k', '1M', '1.2M']);
    const times = [0, 412, 12_400, 205_000, 3_805_000, null].map(duration);
    expect(times).to.deep.equal(['0s', '0.4s', '12s', '03:25', '1:03:25', '-']);
  });
});

describe('a table on a terminal', () => {
  it('fits every line of a table into the room there is', () => {
    const cells = fc.array(fc.tuple(text, text, text), { maxLength: 5 });
    fc.assert(
      fc.property(cells, fc.integer({ min: 1, max: 60 }), (rows, room) => {
        const columns = [
          { heading: 'a' },
          { heading: 'long heading', drop: 1 },
          { heading: 'c', align: 'right' as const },
        ];
        const lines = layout(
          columns,
          rows.map((row) => row.map(oneLine)),
          room,
        );
        expect(lines).to.have.length(rows.length + 1);
        for (const line of lines) expect(width(line)).to.be.at.most(room);
      }),
    );
  });

  it('lines columns up when cells hold wide characters', () => {
    const lines = layout(
      [{ heading: 'name' }, { heading: 'n' }],
      [
        ['日本', '1'],
        ['abcd', '2'],
      ],
      80,
    );
    expect(lines).to.deep.equal(['name  n', '日本  1', 'abcd  2']);
  });
});
