import { expect } from 'chai';
import { after, describe, it } from 'mocha';
import { readForReport, renderRuns } from '../../../plugins/report/file.js';
import { writeSearch } from '../../fixtures/search-journal.js';
import { workFolder } from './looked-at.js';

describe('the traces of a report', function () {
  this.timeout(30_000);
  const work = workFolder();
  after(() => work.remove());

  it('are all there where they have room', () => {
    const { history, tracesLeft } = readForReport(writeSearch(work.dir, { runId: 'few', trials: 10, traces: 3 }));
    expect([history.traces.size, tracesLeft]).to.deep.equal([30, 0]);
    expect(renderRuns([{ history, tracesLeft }])).to.include('"omitted":null');
  });

  it('are read as far as memory is meant to go, those that are looked for first before others; the page says how many are left out', () => {
    const read = readForReport(writeSearch(work.dir, { runId: 'many', trials: 40, traces: 4 }), 40_000);
    const { traces, trials } = read.history;
    expect(traces.size).to.be.within(5, 120);
    expect(traces.size + read.tracesLeft).to.equal(160);
    const best = trials.findLast(({ isBest }) => isBest);
    expect(best?.examples.slice(0, 4).every(({ traceId }) => traces.has(traceId ?? ''))).to.equal(true);
    expect(renderRuns([read])).to.include(`${read.tracesLeft} of 160 traces do not fit`);
  });
});
