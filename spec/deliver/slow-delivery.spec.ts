import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { registry } from '../../lib/deliver/registry.js';
import { flush } from '../../lib/setup/shutdown.js';
import { tracker } from '../../lib/track/tracker.js';
import { startTracking, type Tracking } from '../fixtures/tracking.js';

describe('a slow sink that is fed from the journal', function () {
  this.timeout(60_000);
  let tracking: Tracking;

  beforeEach(() => {
    tracking = startTracking();
  });

  afterEach(() => tracking.stop());

  it('is waited for by flush() as long as it makes progress, however long that takes in all', async () => {
    let taken = 0;
    registry.register({
      name: 'slow',
      delivery: 'journal',
      onBatch: async (events) => {
        await new Promise((resolve) => setTimeout(resolve, 2_200));
        taken += events.length;
      },
    });
    const run = tracker.startRun({ kind: 'user', name: 'r' });
    for (let i = 0; i < 1_400; i++) run.logMetric('m', i);
    run.end({ status: 'finished' });
    await flush();
    expect(taken).to.equal(1_402);
  });

  it('is waited for by flush() within a batch, too, where it says that it is getting on', async () => {
    let taken = 0;
    registry.register({
      name: 'slow',
      delivery: 'journal',
      onBatch: async (events, { progress }) => {
        for (let part = 0; part < 4; part += 1) {
          await new Promise((resolve) => setTimeout(resolve, 2_200));
          progress?.();
        }
        taken += events.length;
      },
    });
    const run = tracker.startRun({ kind: 'user', name: 'r' });
    run.end({ status: 'finished' });
    await flush();
    expect(taken).to.equal(2);
  });
});
