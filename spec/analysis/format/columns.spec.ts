import { Columns, OTHER_COLUMN } from 'ax-autolog/analysis';
import { expect } from 'chai';
import { describe, it } from 'mocha';

describe('the columns of rows that bring their own', () => {
  const members = (row: object) => Object.entries(row) as [string, number][];

  it('are the known ones, then those of the rows in order of appearance', () => {
    const columns = new Columns(['a', 'b']);
    const row = members({ b: 1, z: 2, __proto__: null, constructor: 3 });
    expect(columns.fit(row)).to.equal(row);
    expect(columns.fit(members({ y: 1, z: 2 }))).to.deep.equal([
      ['y', 1],
      ['z', 2],
    ]);
    expect(columns.names).to.deep.equal(['a', 'b', 'z', 'constructor', 'y']);
  });

  it('are at most 1,000; what has none is kept as one object', () => {
    const columns = new Columns(['known']);
    let lost = 0;
    for (let row = 0; row < 50; row += 1) {
      const own = members(Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`f${row}.${at}`, at])));
      const fitted = columns.fit([['known', row], ...own]);
      const flat = fitted.flatMap(([name, value]) =>
        name === OTHER_COLUMN ? members(value as object) : [[name, value]],
      );
      lost += own.length + 1 - flat.length;
      expect(fitted[0]).to.deep.equal(['known', row]);
    }
    expect(lost).to.equal(0);
    expect(columns.names).to.have.length(1_000).and.to.include(OTHER_COLUMN);
    expect(new Set(columns.names).size).to.equal(1_000);
  });
});
