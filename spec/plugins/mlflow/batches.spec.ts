import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { halves, sizeOf, splitBatches } from '../../../plugins/mlflow/client/batches.js';
import type { RunData } from '../../../plugins/mlflow/client/types.js';

const pair = fc.record({
  key: fc.string({ minLength: 1, maxLength: 8 }),
  value: fc.constantFrom('v', 'x'.repeat(6_000), '値'.repeat(6_000)),
});
const metric = fc.record({ key: fc.constantFrom('a', 'b'), value: fc.nat(), timestamp: fc.nat(), step: fc.nat() });
const data: fc.Arbitrary<RunData> = fc.record({
  metrics: fc.array(metric, { maxLength: 2_500, size: 'max' }),
  params: fc.array(pair, { maxLength: 350, size: 'max' }),
  tags: fc.array(pair, { maxLength: 250, size: 'max' }),
});

describe('MLflow batches', () => {
  it('keeps every limit of log-batch and loses nothing', () => {
    fc.assert(
      fc.property(data, (all) => {
        const batches = splitBatches(all);
        for (const batch of batches) {
          expect(batch.metrics.length).to.be.at.most(1_000);
          expect(batch.params.length).to.be.at.most(100);
          expect(batch.tags.length).to.be.at.most(100);
          expect(sizeOf(batch)).to.be.within(1, 1_000);
          expect(Buffer.byteLength(JSON.stringify({ run_id: 'x'.repeat(32), ...batch }))).to.be.at.most(1_000_000);
        }
        expect(batches.flatMap(({ metrics }) => metrics)).to.deep.equal(all.metrics);
        expect(batches.flatMap(({ params }) => params)).to.deep.equal(all.params);
        expect(batches.flatMap(({ tags }) => tags)).to.deep.equal(all.tags);
      }),
      { numRuns: 25 },
    );
  });

  it('lets metrics, params and tags ride together', () => {
    const few = (key: string) => ({ key, value: 'v' });
    const metrics = Array.from({ length: 800 }, (_, step) => ({ key: 'm', value: 1, timestamp: 1, step }));
    const params = Array.from({ length: 100 }, (_, at) => few(`p${at}`));
    expect(splitBatches({ metrics, params, tags: params }).length).to.equal(1);
    expect(splitBatches({ metrics: [], params: [...params, few('one more')], tags: params }).length).to.equal(2);
    expect(splitBatches({ metrics: [], params: [], tags: [] })).to.deep.equal([]);
  });

  it('halves without losing anything', () => {
    fc.assert(
      fc.property(data, (all) => {
        fc.pre(sizeOf(all) > 1);
        const [a, b] = halves(all);
        expect(sizeOf(a) > 0 && sizeOf(b) > 0).to.equal(true);
        expect([...a.params, ...b.params]).to.deep.equal(all.params);
        expect([...a.tags, ...b.tags]).to.deep.equal(all.tags);
        expect([...a.metrics, ...b.metrics]).to.deep.equal(all.metrics);
      }),
      { numRuns: 15 },
    );
  });
});
