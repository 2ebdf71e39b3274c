import { expect } from 'chai';
import { describe, it } from 'mocha';
import { byteSize, dollars, moment, plural } from '../../../lib/analysis/format/formats.js';

describe('formats', () => {
  it('tell a moment in local time', () => {
    expect(moment(new Date(2026, 0, 5, 7, 8, 9).getTime())).to.equal('2026-01-05 07:08:09');
    for (const none of [null, Number.NaN, Number.POSITIVE_INFINITY, 8.65e15]) expect(moment(none)).to.equal('-');
  });

  it('tell money with as many digits as say something', () => {
    const costs = [null, undefined, Number.NaN, 0, 0.000_012, 0.001_234, 0.5, 1, 12.345].map(dollars);
    expect(costs).to.deep.equal(['-', '-', '-', '$0', '$1.2e-5', '$0.00123', '$0.5', '$1.00', '$12.35']);
  });

  it('tell sizes', () => {
    const sizes = [0, 950, 1_234, 9_999, 34_500_000, 999_600, 2e9, 5e15].map(byteSize);
    expect(sizes).to.deep.equal(['0 B', '950 B', '1.2 kB', '10 kB', '35 MB', '1 MB', '2 GB', '5000 TB']);
  });

  it('count', () => {
    expect([plural(0, 'run'), plural(1, 'run'), plural(2, 'run')]).to.deep.equal(['0 runs', '1 run', '2 runs']);
  });
});
