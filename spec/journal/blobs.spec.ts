import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { Json } from '../../lib/contract/events.js';
import { readRun } from '../../lib/journal/reader.js';
import { capture } from '../../lib/support/snapshot/snapshot.js';
import { event, journalIn, temporaryFolder } from './events.js';

describe('journal blobs', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(() => folder.remove());

  const rows = (n: number): Json =>
    capture(Array.from({ length: n }, (_, i) => ({ question: `q${i}`, text: 'x'.repeat(90) })));

  it('keep lines readable: a big value stands in its own file', () => {
    const { journal } = journalIn(folder.dir);
    journal.append(event(0, { data: { index: 1, trainset: { size: 2000, examples: rows(2000) } } }), true);
    const line = JSON.parse(readFileSync(journal.path, 'utf8'));
    expect(line.data).to.deep.equal({ index: 1, trainset: { size: 2000, examples: null } });
    const ref = line.blobs['data.trainset.examples'];
    expect(JSON.parse(readFileSync(join(journal.runDir, 'blobs', `${ref.sha256}.json`), 'utf8'))).to.have.length(2000);
    expect(readFileSync(join(journal.runDir, 'blobs', `${ref.sha256}.json`))).to.have.length(ref.bytes);
  });

  it('come back exactly, whatever is big', () => {
    const names = fc.constantFrom('a', 'b.c', '__proto__', 'examples', '');
    const big = fc.constantFrom<Json>('x'.repeat(40_000), 'ü'.repeat(70_000), rows(300), rows(2000), {
      inner: rows(400),
      n: 1,
    });
    const small = fc.constantFrom<Json>(1, 'text', null, [1], { a: 1 });
    const level = (value: fc.Arbitrary<Json>): fc.Arbitrary<Json> =>
      fc
        .array(fc.tuple(names, value), { maxLength: 4 })
        .map((entries) =>
          JSON.parse(`{${entries.map(([k, v]) => `${JSON.stringify(k)}:${JSON.stringify(v)}`).join()}}`),
        );
    let runs = 0;
    fc.assert(
      fc.property(level(fc.oneof(big, small, level(fc.oneof(big, small)))), (data) => {
        const runId = `run-${runs++}`;
        const { journal, problems } = journalIn(folder.dir, { runId });
        const events = [event(0, { runId, data }), event(1, { runId, data })];
        for (const each of events) journal.append(each, true);
        journal.close();
        expect([...readRun(journal.runDir)]).to.deep.equal(events);
        expect(problems).to.deep.equal([]);
      }),
      { numRuns: 60 },
    );
  }).timeout(60_000);

  it('are written once for equal content, in this process and another', () => {
    const examples = rows(2000);
    const a = journalIn(folder.dir).journal;
    a.append(event(0, { data: { examples } }), true);
    a.append(event(1, { data: { again: examples } }), true);
    a.append(event(2, { data: { copy: JSON.parse(JSON.stringify(examples)) } }), true);
    const b = journalIn(folder.dir, { writer: 'w2' }).journal;
    b.append(event(0, { writer: 'w2', data: { examples: rows(2000) } }), true);
    expect(readdirSync(join(a.runDir, 'blobs'))).to.have.length(1);
    expect([...readRun(a.runDir)]).to.have.length(4);
  });

  it('that are gone or changed are reported, and the rest is read', () => {
    const { journal } = journalIn(folder.dir);
    journal.append(event(0, { data: { examples: rows(2000), n: 1 } }), true);
    journal.append(event(1), true);
    const [name] = readdirSync(join(journal.runDir, 'blobs'));
    const file = join(journal.runDir, 'blobs', name as string);
    const read = (): { codes: string[]; data: unknown[] } => {
      const codes: string[] = [];
      const data = [...readRun(journal.runDir, { onProblem: (code) => codes.push(code) })].map((each) => each.data);
      return { codes, data };
    };
    const expected = { codes: ['AXL_BLOB_MISSING'], data: [{ examples: null, n: 1 }, event(1).data] };
    writeFileSync(file, '[]');
    expect(read()).to.deep.equal(expected);
    rmSync(file);
    expect(read()).to.deep.equal(expected);
  });

  it('that cannot be written stay in the line', () => {
    const { journal, problems } = journalIn(folder.dir);
    journal.append(event(0), true);
    writeFileSync(join(journal.runDir, 'blobs'), 'a file where the folder should be');
    const big = event(1, { data: { examples: rows(2000) } });
    journal.append(big, true);
    expect([...readRun(journal.runDir)].at(-1)).to.deep.equal(big);
    expect(problems.map((problem) => problem.split(' ')[0])).to.deep.equal(['AXL_JOURNAL_WRITE']);
  });
});
