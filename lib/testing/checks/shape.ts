import assert from 'node:assert/strict';
import { EVENT_TYPES } from '../../contract/events.js';
import type { Sink } from '../../contract/sink.js';
import type { ContractCheck } from '../check.js';
import { type MakeSubject, using, WITHOUT_JOURNAL } from '../subject.js';

/** Checks what the sink says of itself. */
export function shapeChecks(make: MakeSubject, delivery: NonNullable<Sink['delivery']>): ContractCheck[] {
  return [
    {
      name: 'is an object with a name, and every hook it has is a function',
      run: () =>
        using(make, WITHOUT_JOURNAL, async ({ sink }) => {
          assert.ok(typeof sink.name === 'string' && sink.name !== '', 'name must be a non-empty string');
          const hooks = [...EVENT_TYPES, 'onBatch', 'setup', 'flush', 'close'] as const;
          for (const hook of hooks) {
            const isHook = sink[hook] === undefined || typeof sink[hook] === 'function';
            assert.ok(isHook, `${hook} must be a function, got ${typeof sink[hook]}`);
          }
          const receives = sink.onBatch !== undefined || EVENT_TYPES.some((type) => sink[type] !== undefined);
          assert.ok(receives, 'a sink must have onBatch or at least one hook that receives events');
        }),
    },
    {
      name: `has delivery '${delivery}', as sinkContract() was told`,
      run: () =>
        using(make, WITHOUT_JOURNAL, async ({ sink }) => {
          const own = sink.delivery ?? 'live';
          const remedy = `pass { delivery: '${own}' } to sinkContract(), so that the checks fit the sink`;
          assert.equal(own, delivery, `sink '${sink.name}' has delivery '${own}': ${remedy}`);
        }),
    },
  ];
}
