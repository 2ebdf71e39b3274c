import assert from 'node:assert/strict';
import { EVENT_TYPES } from '../../contract/events.js';
import type { Sink } from '../../contract/sink.js';
import { received } from '../../support/received.js';
import type { ContractCheck } from '../check.js';
import { type MakeSubject, using, WITHOUT_JOURNAL } from '../subject.js';

/** Returns the checks of the sink's name, hooks and delivery. */
export function shapeChecks(make: MakeSubject, delivery: NonNullable<Sink['delivery']>): ContractCheck[] {
  return [
    {
      name: 'is an object with a name, and every hook it has is a function',
      run: () =>
        using(make, WITHOUT_JOURNAL, async ({ sink }) => {
          const hasName = typeof sink.name === 'string' && sink.name !== '';
          assert.ok(hasName, `name must be a non-empty string, got ${received(sink.name)}`);
          const hooks = [...EVENT_TYPES, 'onBatch', 'setup', 'flush', 'close'] as const;
          for (const hook of hooks) {
            const isHook = sink[hook] === undefined || typeof sink[hook] === 'function';
            assert.ok(isHook, `${hook} must be a function, got ${received(sink[hook])}`);
          }
          const receives = sink.onBatch !== undefined || EVENT_TYPES.some((type) => sink[type] !== undefined);
          assert.ok(receives, 'a sink must have onBatch or at least one hook that receives events');
        }),
    },
    {
      name: `has the delivery that was passed to sinkContract(): '${delivery}'`,
      run: () =>
        using(make, WITHOUT_JOURNAL, async ({ sink }) => {
          const own = sink.delivery ?? 'live';
          const problem = `the delivery of sink '${sink.name}' must be '${delivery}', got '${own}'`;
          assert.equal(own, delivery, `${problem}. Pass { delivery: '${own}' } to sinkContract().`);
        }),
    },
  ];
}
