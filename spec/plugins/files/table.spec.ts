import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { cell, csv } from '../../../lib/analysis/format/csv.js';
import { openFolder } from '../../../lib/support/folder/folder.js';
import { GrowingTable } from '../../../plugins/files/table.js';
import { csvRows, parseCsv } from './csv.js';

const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom(
    '=1+1',
    '@SUM(A1)',
    '-5',
    '+5',
    '-5+cmd|x',
    '\tx',
    'a\r\nb',
    '"',
    ',',
    '値',
    '\u001b[2J',
    '-',
    '1e5',
    '-1,5',
  ),
);

describe('CSV', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'table-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('reads back by RFC 4180 as what was written', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text), { minLength: 1 }), (pairs) => {
        const rows = pairs.map(([a, b]) => ({ a, b }));
        const records = parseCsv(csv(['a', 'b'], rows));
        expect(records).to.deep.equal([['a', 'b'], ...pairs.map((pair) => pair.map(cell))]);
      }),
    );
  });

  it('quotes a cell with a line feed or a carriage return of any kind', () => {
    for (const cellText of ['a\nb', 'a\rb', 'a\r\nb', '\n'])
      expect(csv(['a', 'b'], [{ a: cellText, b: 1 }], false)).to.equal(`"${cellText}",1\r\n`);
  });

  it('changes nothing but what a spreadsheet would run and what would drive a terminal', () => {
    for (const kept of ['plain', '-5', '+5', '-1,5', '1e5', 'a\r\nb', '値', '{"a":1}', ''])
      expect(cell(kept)).to.equal(kept);
    expect(['=1+1', '@x', '-5+cmd|x', '\tx', '-', '\u001b[2J'].map(cell)).to.deep.equal([
      "'=1+1",
      "'@x",
      "'-5+cmd|x",
      "'\tx",
      "'-",
      '\\u001b[2J',
    ]);
    for (const formula of [
      ' =1+1',
      '\ufeff=1+1',
      '\u200b\u2060\u00a0-1+1',
      '＝1+1',
      '＋1',
      '－1+1',
      '\u3000＠x',
      ' \t=1',
      ' \tx',
      '\n@x',
    ]) {
      expect(cell(formula)).to.equal(`'${formula}`);
    }
    for (const number of [' -5', '\ufeff+1.5', '-5 ', '-1e-5', '+.5']) expect(cell(number)).to.equal(number);
    expect([null, undefined, -2.5, true, { a: [1] }].map(cell)).to.deep.equal(['', '', '-2.5', 'true', '{"a":[1]}']);
  });

  it('never has a cell that a spreadsheet runs', () => {
    fc.assert(
      fc.property(text, (value) => {
        const written = cell(value);
        if (/^[=+\-@\t\r]/.test(written)) expect(written).to.match(/^[+-][\d.,]+(e[+-]?\d+)?$/i);
      }),
    );
  });

  it('grows to the same file whatever the saves, also with new columns', async () => {
    const row = fc.dictionary(fc.constantFrom('a', 'b', 'c'), text, { minKeys: 1 });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(row, fc.boolean()), { minLength: 1, maxLength: 12 }), async (steps) => {
        const output = openFolder(folder);
        const [often, once] = [new GrowingTable(['n'], true), new GrowingTable(['n'], true)];
        for (const [n, [cells, save]] of steps.entries()) {
          often.add({ n, ...cells });
          once.add({ n, ...cells });
          if (save) often.save(output, 'often.csv');
        }
        often.save(output, 'often.csv');
        once.save(output, 'once.csv');
        expect(await readFile(join(folder, 'often.csv'), 'utf8')).to.equal(
          await readFile(join(folder, 'once.csv'), 'utf8'),
        );
      }),
      { numRuns: 40 },
    );
  });

  it('lets saved rows go where the columns are fixed, and starts anew when its file was removed', async () => {
    const output = openFolder(folder);
    const [table, path] = [new GrowingTable(['n'], false), join(folder, 'metrics.csv')];
    table.add({ n: 1 });
    table.save(output, 'metrics.csv');
    expect(table.size).to.equal(0);
    await rm(path);
    table.add({ n: 2 });
    table.save(output, 'metrics.csv');
    expect(csvRows(await readFile(path, 'utf8'))).to.deep.equal([{ n: '2' }]);
  });
});
