import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { trackEval } from '../../../lib/capture/decorators/index.js';
import { startTracking, type Tracking } from '../../fixtures/tracking.js';

class Echo {
  async forward(_ai: unknown, example: { q: string }): Promise<{ a: string }> {
    return { a: example.q.toUpperCase() };
  }
}

@trackEval()
class OneBuffer {
  async evaluate(program: Echo): Promise<number> {
    const buffer = { q: '' };
    for (const q of ['a', 'b', 'c']) {
      buffer.q = q;
      await program.forward(null, buffer);
    }
    return 1;
  }
}

describe('an evaluator that uses one object for all examples', () => {
  let tracking: Tracking;

  beforeEach(() => {
    tracking = startTracking();
  });

  afterEach(() => tracking.stop());

  it('has each recorded as it was when the program ran on it', async () => {
    await new OneBuffer().evaluate(new Echo());
    await tracking.seen.settled();
    const examples = tracking.seen.of('onExampleEnd').map(({ data }) => data);
    expect(examples.map(({ example }) => example)).to.deep.equal([{ q: 'a' }, { q: 'b' }, { q: 'c' }]);
    expect(examples.map(({ prediction }) => prediction)).to.deep.equal([{ a: 'A' }, { a: 'B' }, { a: 'C' }]);
    expect(new Set(examples.map(({ exampleId }) => exampleId)).size).to.equal(3);
  });
});
