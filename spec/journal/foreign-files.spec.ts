import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { AnyEvent, Json } from '../../lib/contract/events.js';
import { backlogOf, leftoverRuns } from '../../lib/deliver/backlog.js';
import { isLeased } from '../../lib/deliver/lease.js';
import { hasLiveWriter } from '../../lib/journal/alive.js';
import { sizesOf } from '../../lib/journal/batch.js';
import { RunFollower } from '../../lib/journal/follow.js';
import { stateFiles } from '../../lib/journal/layout.js';
import { loadPosition } from '../../lib/journal/position.js';
import { listRuns, readRun } from '../../lib/journal/reader.js';
import { capture, snapshot } from '../../lib/support/snapshot/snapshot.js';
import { anyEvents } from '../../lib/testing/events/arbitrary.js';
import { makePipe } from '../fixtures/pipe.js';
import { event, journalIn, temporaryFolder } from './events.js';
import { whole } from './whole-data.js';

describe('a journal folder from anybody', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(() => folder.remove());

  const codes: string[] = [];
  const read = (runDir: string): AnyEvent[] => {
    codes.length = 0;
    return [...readRun(runDir, { onProblem: (code) => codes.push(code) })];
  };
  const written = (...events: AnyEvent[]): string => {
    const { journal } = journalIn(folder.dir);
    for (const each of events) journal.append(each, true);
    journal.close();
    return journal.runDir;
  };

  for (const kind of ['pipe', 'link', 'folder'] as const)
    it(`has a ${kind} for a segment, which is reported and not opened`, () => {
      const runDir = written(event(0));
      const path = join(runDir, 'events.other.jsonl');
      if (kind === 'pipe') makePipe(path);
      else if (kind === 'folder') mkdirSync(path);
      else {
        writeFileSync(join(folder.dir, 'secret'), readFileSync(join(runDir, 'events.jsonl')));
        symlinkSync(join(folder.dir, 'secret'), path);
      }
      expect(read(runDir)).to.deep.equal([event(0)]);
      expect(codes).to.deep.equal(['AXL_JOURNAL_CORRUPT']);
      expect(new RunFollower(runDir).next()).to.deep.equal([event(0)]);
      expect(sizesOf(runDir)['events.other.jsonl']).to.equal(0);
      expect(backlogOf(runDir)).to.deep.equal({ targets: [], isFed: false });
      expect(hasLiveWriter(runDir, Date.now() + 3_600_000)).to.equal(false);
    });

  it('has links for a blob, for the folder of blobs and for a run, and none is followed', () => {
    const runDir = written(
      event(0, { type: 'onProgress', data: { ...(event(0).data as object), data: 'x'.repeat(99_999) } as Json }),
    );
    const blobs = join(runDir, 'blobs');
    const [name = ''] = readdirSync(blobs);
    expect(read(runDir)[0]?.data).to.have.property('data').with.length(99_999);
    renameSync(blobs, join(folder.dir, 'outside'));
    symlinkSync(join(folder.dir, 'outside'), blobs);
    expect(read(runDir)[0]?.data).to.have.property('data', null);
    expect(codes).to.deep.equal(['AXL_BLOB_MISSING']);
    rmSync(blobs);
    mkdirSync(blobs);
    symlinkSync(join(folder.dir, 'outside', name), join(blobs, name));
    expect(read(runDir)[0]?.data).to.have.property('data', null);
    expect(codes).to.deep.equal(['AXL_BLOB_MISSING']);
    mkdirSync(join(folder.dir, 'journal'));
    symlinkSync(runDir, join(folder.dir, 'journal', 'run'));
    expect(listRuns(join(folder.dir, 'journal'))).to.deep.equal([]);
    expect(leftoverRuns(join(folder.dir, 'journal'), 'files')).to.deep.equal({ own: [], foreign: [] });
  });

  it('has state files that hold anything', () => {
    const runDir = written(event(0));
    const { position, lease } = stateFiles(runDir, 'files');
    mkdirSync(join(runDir, '.state'), { recursive: true });
    const segments = {
      'events.jsonl': 5,
      'events.a.jsonl': -1,
      'events.b.jsonl': 1.5,
      'events.c.jsonl': '5',
      '../x.jsonl': 5,
      constructor: 5,
    };
    writeFileSync(position, `{"v":1,"segments":{"__proto__":7,${JSON.stringify(segments).slice(1)}}`);
    expect(loadPosition(position)).to.deep.equal({ 'events.jsonl': 5 });
    const holder = { id: 'x', pid: process.pid, started: null, host: 'elsewhere' };
    for (const wrong of [{ pid: -1 }, { pid: '1' }, { pid: 1.5 }, { id: 1 }, { host: null }, { started: 5 }]) {
      writeFileSync(lease, JSON.stringify({ ...holder, ...wrong }));
      expect(isLeased(lease), JSON.stringify(wrong)).to.equal(false);
    }
    writeFileSync(lease, JSON.stringify(holder));
    expect(isLeased(lease)).to.equal(true);
    for (const content of ['', '[]', 'null', '{"segments":[]}', '['.repeat(100_000), 'x'.repeat(5_000_000)]) {
      writeFileSync(position, content);
      writeFileSync(lease, content);
      expect(loadPosition(position)).to.deep.equal({});
      expect(isLeased(lease)).to.equal(false);
    }
    rmSync(position);
    rmSync(lease);
    makePipe(position);
    makePipe(lease);
    expect(loadPosition(position)).to.deep.equal({});
    expect(isLeased(lease)).to.equal(false);
  });

  it('has a damaged line, which names the member and what it must be', () => {
    const bad = { ...event(1), type: 'onTrialStart', data: whole('onTrialStart', { index: '/../../my' }) } as AnyEvent;
    const runDir = written(event(0), bad, event(2));
    const messages: string[] = [];
    const seqs = [...readRun(runDir, { onProblem: (code, text) => messages.push(`${code} ${text}`) })].map(
      ({ seq }) => seq,
    );
    expect(seqs).to.deep.equal([0, 2]);
    expect(messages).to.deep.equal([
      `AXL_JOURNAL_CORRUPT ${join(runDir, 'events.jsonl')}:2 is damaged and left out: data.index must be a whole number from 0 to 16777216, got '/../../my' (string)`,
    ]);
  });

  it('gives back whatever the tracker can write', () => {
    let runs = 0;
    fc.assert(
      fc.property(anyEvents(['run']), (events) => {
        const runId = `run-${runs++}`;
        const { journal } = journalIn(folder.dir, { runId });
        const all = events.map((each) => ({ ...each, runId }) as AnyEvent);
        for (const each of all) journal.append(each, false);
        journal.close();
        expect(read(journal.runDir)).to.deep.equal(all);
        expect(codes).to.deep.equal([]);
      }),
    );
  });

  it('gives back values at the limits of the writer', () => {
    let deep: unknown = 'leaf';
    for (let level = 0; level < 200; level += 1) deep = level % 2 === 0 ? { deep } : [deep];
    let nested: unknown = capture(deep);
    for (let times = 0; times < 5; times += 1) nested = capture({ nested: [[[[nested]]]] });
    const wide = Array.from({ length: 300_000 }, (_, i) => ({ i }));
    const values = {
      deep,
      nested,
      wide,
      long: 'ü'.repeat(3_000_000),
      'a.b': { 'c.d': 'x'.repeat(99_999) },
      ['__proto__']: 1,
    };
    const data = { name: 'n', done: Number.NaN, total: Number.POSITIVE_INFINITY, data: values };
    const whole = event(0, { type: 'onProgress', data: snapshot(data) });
    expect(read(written(whole))).to.deep.equal([whole]);
    expect(codes).to.deep.equal([]);
  }).timeout(30_000);
});
