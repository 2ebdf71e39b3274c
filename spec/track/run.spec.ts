import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { Evaluate } from '../../lib/capture/evaluate/evaluate.js';
import { activeRun, startRun } from '../../lib/capture/start-run.js';
import { autolog } from '../../lib/setup/autolog.js';
import { tracker } from '../../lib/track/tracker.js';
import { startTracking, type Tracking } from '../fixtures/tracking.js';

describe('startRun', () => {
  let tracking: Tracking;

  beforeEach(() => {
    tracking = startTracking();
  });

  afterEach(() => tracking.stop());

  it('puts what runs inside into the run, gives back what the function returns, and ends with it', async () => {
    const value = { some: 'value' };
    const result = await startRun({ runName: 'mine', tags: { team: 'a' }, params: { lr: 0.1 } }, async (run) => {
      expect(activeRun()?.runId).to.equal(run.runId);
      run.logMetric('loss', 0.5, 3);
      run.logParam('size', { rows: 2 });
      run.setTag('stage', 'dev');
      run.logArtifact('notes.txt', 'text');
      run.logArtifact('bytes.bin', Uint8Array.of(1, 2));
      run.logArtifact('data.json', { a: [1] });
      await Promise.resolve();
      tracker.startCompile({ optimizer: 'O', method: 'compile' }).end({ status: 'finished' });
      return value;
    });
    expect(result).to.equal(value);
    expect(activeRun()).to.equal(undefined);
    await tracking.seen.settled();
    expect(tracking.seen.of('onRunStart')).to.have.length(1);
    expect(tracking.seen.of('onRunStart')[0]?.data).to.deep.include({
      name: 'mine',
      kind: 'user',
      tags: { team: 'a' },
      params: { lr: 0.1 },
    });
    expect(tracking.seen.of('onLog').map(({ data }) => data)).to.deep.equal([
      { kind: 'metric', key: 'loss', value: 0.5, step: 3 },
      { kind: 'param', key: 'size', value: { rows: 2 } },
      { kind: 'tag', key: 'stage', value: 'dev' },
      { kind: 'artifact', path: 'notes.txt', content: 'text', encoding: 'utf8' },
      { kind: 'artifact', path: 'bytes.bin', content: 'AQI=', encoding: 'base64' },
      { kind: 'artifact', path: 'data.json', content: { a: [1] }, encoding: 'json' },
    ]);
    expect(tracking.seen.of('onRunEnd')[0]?.data.status).to.equal('finished');
  });

  it('throws and rejects with the very error, and the run is failed; an abort is cancelled', async () => {
    const error = new Error('mine');
    expect(() =>
      startRun({}, () => {
        throw error;
      }),
    ).to.throw(error);
    let caught: unknown;
    await startRun({}, () => Promise.reject(error)).catch((reason: unknown) => {
      caught = reason;
    });
    expect(caught).to.equal(error);
    await startRun({}, () => Promise.reject(new DOMException('stop', 'AbortError'))).catch(() => undefined);
    await tracking.seen.settled();
    expect(tracking.seen.of('onRunEnd').map(({ data }) => data.status)).to.deep.equal([
      'failed',
      'failed',
      'cancelled',
    ]);
  });

  it('that an aborted evaluation ends is cancelled, as the evaluation is', async () => {
    const stop = AbortSignal.abort();
    const evaluation = new Evaluate({ devset: [{ q: 1 }], metric: () => 1, abortSignal: stop });
    let caught: unknown;
    await startRun({}, () => evaluation.evaluate(() => ({ a: 1 }))).catch((reason: unknown) => {
      caught = reason;
    });
    expect(caught).to.include({ code: 'AXL_EVAL_ABORTED' });
    await tracking.seen.settled();
    expect(tracking.seen.of('onRunEnd').at(-1)?.data.status).to.equal('cancelled');
  });

  it('inside another run it is a run of its own that knows its parent', async () => {
    await startRun({ runName: 'outer' }, () => startRun({ runName: 'inner' }, async () => undefined));
    await tracking.seen.settled();
    const [outer, inner] = tracking.seen.of('onRunStart');
    expect(inner?.parentRunId).to.equal(outer?.runId);
    expect(outer).to.not.have.property('parentRunId');
  });

  it('parallel runs do not mix', async () => {
    const worker = (name: string, waits: number) =>
      startRun({ runName: name }, async (run) => {
        for (let i = 0; i < 20; i++) {
          await new Promise((resolve) => setTimeout(resolve, (i * waits) % 3));
          activeRun()?.logMetric('of', waits);
          expect(activeRun()?.runId).to.equal(run.runId);
        }
      });
    await Promise.all([worker('a', 1), worker('b', 2), worker('c', 5)]);
    await tracking.seen.settled();
    for (const start of tracking.seen.of('onRunStart')) {
      const values = tracking.seen.of('onLog').filter(({ runId }) => runId === start.runId);
      expect(values).to.have.length(20);
      expect(new Set(values.map(({ data }) => (data.kind === 'metric' ? data.value : null))).size).to.equal(1);
    }
  });

  it('what is wrong is a coded error that says what came', () => {
    expect(() => startRun(null as never, () => 1)).to.throw(/AXL_BAD_OPTIONS.*object/);
    expect(() => startRun({}, 'x' as never)).to.throw(/AXL_BAD_OPTIONS.*function.*string/);
    expect(() => startRun({ runName: 3 as never }, () => 1)).to.throw(/AXL_BAD_OPTIONS.*runName.*number/);
    expect(() => startRun({ name: 'x' } as never, () => 1)).to.throw(/AXL_BAD_OPTIONS.*runName, tags.*'name'/);
    expect(() => startRun({ tags: ['a'] as never }, () => 1)).to.throw(/AXL_BAD_OPTIONS.*tags.*object.*an array/);
    expect(() => startRun({ params: 'lr=1' as never }, () => 1)).to.throw(/AXL_BAD_OPTIONS.*params.*object.*string/);
    startRun({}, (run) => {
      expect(() => run.logMetric('x', '1' as never)).to.throw(/AXL_BAD_METRIC.*must be a number, got '1' \(string\)/);
      expect(() => run.logMetric('', 1)).to.throw(/AXL_BAD_OPTIONS.*non-empty string, got '' \(string\)/);
      expect(() => run.logMetric('x', 1, { step: 3 } as never)).to.throw(
        /AXL_BAD_METRIC.*step.*whole number, got an object/,
      );
      expect(() => run.logMetric('x', 1, 0.5)).to.throw(/AXL_BAD_METRIC.*whole number, got 0\.5 \(number\)/);
      expect(() => run.setTag('x', { a: 1 } as never)).to.throw(/AXL_BAD_OPTIONS.*'x'.*string, got an object/);
      expect(() => run.logArtifact('x', undefined)).to.throw(/AXL_BAD_OPTIONS.*'x'.*a string.*got undefined/);
    });
  });

  it('where nobody listens the function simply runs', () => {
    autolog({ disable: true });
    const result = startRun({ runName: 'off' }, (run) => {
      run.logMetric('x', 1);
      return activeRun();
    });
    expect(result).to.equal(undefined);
  });
});
