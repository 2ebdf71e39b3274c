import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { Envelope } from '../../lib/contract/events.js';
import type { Sink } from '../../lib/contract/sink.js';
import { QUEUE_LIMIT } from '../../lib/deliver/live-queue.js';
import { registerLoading, registry } from '../../lib/deliver/registry.js';
import { deliveryOf, loadSink } from '../../lib/setup/builtin-sinks.js';
import { flush } from '../../lib/setup/shutdown.js';
import { resetWarnings } from '../../lib/support/warnings.js';
import { recorder } from '../../lib/testing.js';
import { tracker } from '../../lib/track/tracker.js';
import { startTracking, type Tracking } from '../fixtures/tracking.js';

function oneEvaluation(score = 1): void {
  const evaluation = tracker.startEvaluation({ batch: [{ q: 'a' }] });
  evaluation.example({ example: { q: 'a' }, score });
  evaluation.end({ status: 'finished' });
}

describe('registry', () => {
  let tracking: Tracking;

  beforeEach(() => {
    resetWarnings();
    tracking = startTracking();
  });

  afterEach(() => tracking.stop());

  it('refuses a malformed sink with an error that names what was expected and received', () => {
    for (const wrong of [null, undefined, 'files', [], {}, { name: '' }, { name: 'x', onTrialEnd: 'yes' }]) {
      expect(() => registry.register(wrong as unknown as Sink)).to.throw(/AXL_SINK_INVALID: .+ must be .+, got .+/);
    }
  });

  it('refuses a hook and a delivery that do not exist', () => {
    const wrong =
      (sink: object): (() => unknown) =>
      () =>
        registry.register({ name: 'x', ...sink } as Sink);
    expect(wrong({ onTrailEnd: () => {} })).to.throw(/AXL_SINK_INVALID.*'onTrailEnd'.*onTrialEnd/);
    expect(wrong({ delivery: 'batch' })).to.throw(/AXL_SINK_INVALID.*'live' or 'journal', got 'batch' \(string\)/);
    expect(registry.names).not.to.include('x');
  });

  it('refuses a second sink of the same name, and frees the name on unregistering', async () => {
    const unregister = registry.register({ name: 'mine' });
    expect(() => registry.register({ name: 'mine' })).to.throw(/AXL_SINK_DUPLICATE/);
    const leaving = unregister();
    await registry.register({ name: 'mine' })();
    await leaving;
  });

  it('an unregistered sink has heard what came before and hears nothing after; it is closed once', async () => {
    let closed = 0;
    const mine = { ...recorder('mine'), close: () => void closed++ };
    const unregister = registry.register(mine);
    oneEvaluation();
    await Promise.all([unregister(), unregister()]);
    const heard = mine.events.length;
    oneEvaluation();
    await flush();
    expect(heard).to.equal(5);
    expect(mine.events).to.have.length(5);
    expect(closed).to.equal(1);
  });

  it('a failing sink is reported to the others once, and never to itself', async () => {
    const heardItself: string[] = [];
    registry.register({
      name: 'broken',
      onExampleEnd: () => {
        throw new Error('disk on fire');
      },
      onWarning: ({ data }: Envelope<'onWarning'>) => void heardItself.push(data.code),
    });
    oneEvaluation();
    oneEvaluation();
    await flush();
    await flush();
    const warnings = tracking.seen.of('onWarning').filter(({ data }) => data.sink === 'broken');
    expect(warnings.map(({ data }) => data.code)).to.deep.equal(['AXL_SINK_FAILED']);
    expect(warnings[0]?.data.message).to.contain('disk on fire');
    expect(heardItself).to.deep.equal([]);
  });

  it("two sinks that fail on each other's warnings do not go round in circles", async () => {
    for (const name of ['a', 'b']) {
      registry.register({
        name,
        onRunStart: () => {
          throw new Error(`${name} cannot start`);
        },
        onWarning: () => {
          throw new Error(`${name} cannot warn`);
        },
      });
    }
    oneEvaluation();
    await flush();
    await flush();
    expect(
      tracking.seen
        .of('onWarning')
        .map(({ data }) => data.sink)
        .sort(),
    ).to.deep.equal(['a', 'b']);
  });

  it('a sink that emits from its hook is heard by the others and does not run away', async () => {
    let left = 3;
    registry.register({
      name: 'chatty',
      onRunEnd: () => {
        if (left-- > 0) oneEvaluation();
      },
    });
    oneEvaluation();
    for (let i = 0; i < 6; i++) await flush();
    expect(tracking.seen.of('onRunEnd')).to.have.length(4);
  });

  it('a sink fed from the journal gets every event once, in order, also those from before it was registered', async () => {
    const run = tracker.startRun({ kind: 'user', name: 'r' });
    run.logMetric('before', 1);
    const mine = recorder('mine');
    registry.register({ ...mine, delivery: 'journal' });
    run.logMetric('after', 2);
    run.end({ status: 'finished' });
    await flush();
    expect(mine.events).to.deep.equal(tracking.seen.events);
    expect(mine.events).to.have.length(4);
  });

  it('a journal-fed sink that takes its time to load misses nothing of runs that end before, however much that is', async () => {
    const mine = recorder('mine');
    let load: (sink: Sink) => void = () => undefined;
    registerLoading('mine', new Promise<Sink>((resolve) => (load = resolve)), 'journal');
    for (let i = 0; i < 2; i += 1) {
      const run = tracker.startRun({ kind: 'user', name: `r${i}` });
      for (let n = 0; n < QUEUE_LIMIT; n += 1) run.logMetric('m', n);
      run.end({ status: 'finished' });
    }
    load({ ...mine, delivery: 'journal' });
    await flush();
    expect(mine.of('onLog')).to.have.length(2 * QUEUE_LIMIT);
    expect(new Set(mine.events.map(({ runId, seq }) => `${runId} ${seq}`)).size).to.equal(mine.events.length);
    expect(mine.of('onRunEnd')).to.have.length(2);
    expect(tracking.seen.of('onWarning')).to.deep.equal([]);
  });

  it('a journal-fed sink that fails to load is reported, and what ended meanwhile is forgotten', async () => {
    registerLoading('mine', Promise.reject(new Error('not installed')), 'journal');
    oneEvaluation();
    await flush();
    expect(tracking.seen.of('onWarning').map(({ data }) => [data.code, data.sink])).to.deep.equal([
      ['AXL_SINK_FAILED', 'mine'],
    ]);
    const later = recorder('later');
    registry.register({ ...later, delivery: 'journal' });
    await flush();
    expect(later.of('onEvalEnd')).to.deep.equal([]);
  });

  it('the built-in sinks are fed as is said before they are loaded', async () => {
    for (const name of ['console', 'files'] as const) {
      expect((await loadSink(name)).delivery ?? 'live', name).to.equal(deliveryOf(name));
    }
  });

  it('without a journal a journal-fed sink is fed from memory', async () => {
    await tracking.stop();
    tracking = startTracking({ journal: false });
    const mine = recorder('mine');
    registry.register({ ...mine, delivery: 'journal' });
    oneEvaluation();
    await flush();
    expect(mine.events.map(({ type }) => type)).to.deep.equal(tracking.seen.events.map(({ type }) => type));
  });
});
