import { join } from 'node:path';
import { expect } from 'chai';
import { afterEach, describe, it } from 'mocha';
import { startRun } from '../../../lib/capture/start-run.js';
import type { AnyEvent } from '../../../lib/contract/events.js';
import { readRun } from '../../../lib/journal/reader.js';
import { flush } from '../../../lib/setup/shutdown.js';
import { startTracking, type Tracking } from '../../fixtures/tracking.js';

describe('a run whose redaction function throws', () => {
  let tracking: Tracking;

  afterEach(() => tracking.stop());

  it('is a journal of whole events without the values it threw for', async () => {
    const fn = (value: unknown): unknown => (value as string).replaceAll('secret', '…');
    tracking = startTracking({ redact: { fn }, silent: true });
    const runId = await startRun({ runName: 'a secret run' }, async (run) => {
      run.logParam('size', { rows: 2 });
      run.logParam('note', 'a secret');
      return run.runId;
    });
    await flush();
    const problems: string[] = [];
    const onProblem = (code: string): void => void problems.push(code);
    const events: AnyEvent[] = [...readRun(join(tracking.dir, runId), { onProblem })];
    expect(problems).to.deep.equal([]);
    expect(events.map(({ type }) => type)).to.include.members(['onRunStart', 'onLog', 'onRunEnd']);
    const logs = events.filter(({ type }) => type === 'onLog').map(({ data }) => data);
    expect(logs).to.deep.equal([
      { kind: 'param', key: 'size', value: null },
      { kind: 'param', key: 'note', value: 'a …' },
    ]);
    expect(JSON.stringify(events)).to.not.contain('a secret run');
  });
});
