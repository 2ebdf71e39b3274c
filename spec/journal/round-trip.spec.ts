import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { AutologError } from '../../lib/contract/errors.js';
import type { AnyEvent } from '../../lib/contract/events.js';
import { listRuns, readRun } from '../../lib/journal/reader.js';
import { flushAllJournals } from '../../lib/journal/writer.js';
import { anyData, event, journalIn, temporaryFolder } from './events.js';

describe('journal', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(() => folder.remove());

  it('gives back what was appended, however the appends were cut into writes', () => {
    let runs = 0;
    const step = fc.record({ data: anyData, durable: fc.boolean(), flush: fc.boolean(), reopen: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 20 }), (steps) => {
        const runId = `run-${runs++}`;
        let { journal, problems } = journalIn(folder.dir, { runId });
        const events = steps.map(({ data }, seq) => event(seq, { runId, data }));
        for (const [i, { durable, flush, reopen }] of steps.entries()) {
          journal.append(events[i] as AnyEvent, durable);
          if (flush) journal.flush();
          if (reopen) {
            journal.close();
            ({ journal, problems } = journalIn(folder.dir, { runId }));
          }
        }
        journal.close();
        expect(problems).to.deep.equal([]);
        expect([...readRun(join(folder.dir, runId))]).to.deep.equal(events);
        expect(readdirSync(join(folder.dir, runId)).sort()).to.deep.equal(['.state', 'events.jsonl']);
      }),
    );
  });

  it('gives back frozen events', () => {
    const { journal } = journalIn(folder.dir);
    journal.append(event(0, { data: { deep: [{ x: 1 }] } }), true);
    const [read] = [...readRun(journal.runDir)] as unknown as { data: { deep: { x: number }[] } }[];
    expect(() => Object.assign(read?.data.deep[0] as object, { x: 2 })).to.throw(TypeError);
    expect(() => read?.data.deep.push({ x: 3 })).to.throw(TypeError);
  });

  it('has a durable event and all before it in the file when append returns', () => {
    const { journal } = journalIn(folder.dir);
    for (let seq = 0; seq < 10; seq += 1) journal.append(event(seq), seq === 9);
    expect(journal.bytesPending).to.equal(0);
    expect(readFileSync(journal.path, 'utf8').split('\n')).to.have.length(11);
  });

  it('has the others there soon after, or when asked, and tells whoever waits', async () => {
    let flushes = 0;
    const flushed = new Promise<void>((resolve) => {
      const { journal } = journalIn(folder.dir, {
        onFlush: () => {
          flushes += 1;
          resolve();
        },
      });
      journal.append(event(0), false);
      expect(journal.bytesPending).to.be.greaterThan(0);
    });
    await flushed;
    expect([...readRun(join(folder.dir, 'run'))]).to.have.length(1);
    const { journal } = journalIn(folder.dir, { runId: 'other' });
    journal.append(event(0, { runId: 'other' }), false);
    flushAllJournals();
    expect([...readRun(journal.runDir)]).to.have.length(1);
    expect(flushes).to.equal(1);
  });

  it('does not let many or big events pile up in memory', () => {
    const { journal } = journalIn(folder.dir);
    for (let seq = 0; seq < 1000; seq += 1) journal.append(event(seq), false);
    expect(statSync(journal.path).size).to.be.greaterThan(0);
    const big = journalIn(folder.dir, { runId: 'big' }).journal;
    for (let seq = 0; seq < 20; seq += 1) {
      big.append(event(seq, { runId: 'big', data: { text: 'x'.repeat(100_000) } }), false);
    }
    expect(big.bytesPending).to.be.lessThan(1_000_000);
  });

  it('keeps itself out of version control', () => {
    journalIn(folder.dir).journal.append(event(0), true);
    expect(readFileSync(join(folder.dir, '.gitignore'), 'utf8')).to.equal('*\n');
  });

  it('is not written before there is an event', () => {
    const { journal } = journalIn(folder.dir);
    journal.flush();
    journal.close();
    expect(existsSync(journal.runDir)).to.equal(false);
  });

  it('refuses run ids that lead out of its folder', () => {
    for (const runId of ['..', '.', '', '../x', 'a/b', 'a\\b', '/etc', 'a\0b', '.hidden', 'x'.repeat(300), 'a:b']) {
      expect(() => journalIn(folder.dir, { runId }), runId)
        .to.throw(AutologError)
        .with.property('code', 'AXL_BAD_OPTIONS');
    }
  });

  it('takes events that come after close', () => {
    const { journal } = journalIn(folder.dir);
    journal.append(event(0), true);
    journal.close();
    journal.append(event(1), true);
    expect([...readRun(journal.runDir)].map((read) => read.seq)).to.deep.equal([0, 1]);
  });

  it('passes on event types that it does not know and refuses newer versions', () => {
    const { journal } = journalIn(folder.dir);
    journal.append(event(0, { type: 'onSomethingNew' as AnyEvent['type'] }), true);
    expect([...readRun(journal.runDir)].map((read) => read.type as string)).to.deep.equal(['onSomethingNew']);
    journal.append(event(1, { v: 2 }), true);
    expect(() => [...readRun(journal.runDir)])
      .to.throw(AutologError)
      .with.property('code', 'AXL_JOURNAL_VERSION');
  });

  it('says so when there is none', () => {
    expect(() => [...readRun(join(folder.dir, 'nowhere'))])
      .to.throw(AutologError)
      .with.property('code', 'AXL_JOURNAL_MISSING');
  });

  it('lists runs with how they ended, the latest first', () => {
    const start = (runId: string, time: number): AnyEvent =>
      event(0, {
        runId,
        time,
        type: 'onRunStart',
        data: { name: `n-${runId}`, kind: 'user', tags: {}, params: {}, source: {} },
      });
    const { journal: a } = journalIn(folder.dir, { runId: 'a' });
    a.append(start('a', 1000), false);
    for (let seq = 1; seq < 500; seq += 1) a.append(event(seq, { runId: 'a', time: 1000 + seq }), false);
    a.append(
      event(500, { runId: 'a', time: 2000, type: 'onRunEnd', data: { status: 'failed', durationMs: 1000 } }),
      true,
    );
    const { journal: b } = journalIn(folder.dir, { runId: 'b' });
    b.append(start('b', 3000), true);
    expect(listRuns(folder.dir).map(({ runDir: _, ...summary }) => summary)).to.deep.equal([
      { runId: 'b', name: 'n-b', kind: 'user', status: 'running', startTime: 3000, endTime: null, lastTime: 3000 },
      { runId: 'a', name: 'n-a', kind: 'user', status: 'failed', startTime: 1000, endTime: 2000, lastTime: 2000 },
    ]);
    expect(listRuns(join(folder.dir, 'nowhere'))).to.deep.equal([]);
  });
});
