import { readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { readRun } from '../../lib/journal/reader.js';
import { flushAllJournals } from '../../lib/journal/writer.js';
import { child, outcome } from './children/index.js';
import { event, journalIn, temporaryFolder } from './events.js';

describe('journal under faults', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(() => folder.remove());

  const read = (runDir: string): { seqs: number[]; codes: string[] } => {
    const codes: string[] = [];
    const seqs = [...readRun(runDir, { onProblem: (code) => codes.push(code) })].map((each) => each.seq);
    return { seqs, codes };
  };

  it('gives back every complete line when it is torn at any byte', () => {
    const { journal } = journalIn(folder.dir);
    for (let seq = 0; seq < 4; seq += 1) journal.append(event(seq, { data: { text: 'ünï "x"\n' } }), true);
    const whole = readFileSync(journal.path);
    for (let size = whole.length; size >= 0; size -= 1) {
      writeFileSync(journal.path, whole.subarray(0, size));
      const text = whole.subarray(0, size).toString('utf8');
      const complete = text.split('\n').length - 1;
      const tail = text.slice(text.lastIndexOf('\n') + 1);
      // An event of which only the line feed is missing is complete.
      const isWhole = tail !== '' && whole[size] === 0x0a;
      const { seqs, codes } = read(journal.runDir);
      expect(seqs, `cut at ${size}`).to.deep.equal([0, 1, 2, 3].slice(0, complete + Number(isWhole)));
      expect(codes, `cut at ${size}`).to.deep.equal(tail === '' || isWhole ? [] : ['AXL_JOURNAL_TORN']);
    }
  });

  it('repairs its own torn segment when it is opened again, at any byte', () => {
    const { journal } = journalIn(folder.dir);
    for (let seq = 0; seq < 3; seq += 1) journal.append(event(seq), true);
    const whole = readFileSync(journal.path);
    const first = whole.indexOf(0x0a) + 1;
    for (let size = whole.length; size >= first; size -= 7) {
      writeFileSync(journal.path, whole.subarray(0, size));
      const before = read(journal.runDir).seqs;
      const again = journalIn(folder.dir).journal;
      again.append(event(9), true);
      again.close();
      expect(again.path).to.equal(journal.path);
      expect(read(journal.runDir)).to.deep.equal({ seqs: [...before, 9], codes: [] });
    }
  });

  it('never touches a segment of another process, torn or empty', () => {
    const { journal } = journalIn(folder.dir, { writer: 'dead' });
    journal.append(event(0, { writer: 'dead' }), true);
    for (const content of [`${readFileSync(journal.path, 'utf8')}{"v":1,"seq":1,`, '']) {
      writeFileSync(journal.path, content);
      const other = journalIn(folder.dir, { writer: 'alive' }).journal;
      other.append(event(1, { writer: 'alive' }), true);
      other.close();
      expect(readFileSync(journal.path, 'utf8')).to.equal(content);
      expect(other.path).to.equal(join(journal.runDir, 'events.alive.jsonl'));
      rmSync(other.path);
    }
  });

  it('skips corrupt lines, saying where they are', () => {
    const { journal } = journalIn(folder.dir);
    for (let seq = 0; seq < 5; seq += 1) journal.append(event(seq), true);
    const lines = readFileSync(journal.path, 'utf8').split('\n');
    lines[1] = 'garbage \u0000';
    lines[2] = '{"v":1}';
    lines[3] = '[]';
    writeFileSync(journal.path, lines.join('\n'));
    const messages: string[] = [];
    const seqs = [...readRun(journal.runDir, { onProblem: (code, text) => messages.push(`${code} ${text}`) })].map(
      (e) => e.seq,
    );
    expect(seqs).to.deep.equal([0, 4]);
    expect(messages.map((message) => /^AXL_JOURNAL_CORRUPT .*events\.jsonl:(\d+) /.exec(message)?.[1])).to.deep.equal([
      '2',
      '3',
      '4',
    ]);
  });

  it('loses no acknowledged event when the process is killed', async () => {
    for (const killAfter of [1, 40, 300]) {
      const dir = join(folder.dir, String(killAfter));
      const acknowledged = await outcome(child('write-durable', dir, 'w1', '1000000'), killAfter);
      const { seqs } = read(join(dir, 'run'));
      expect(acknowledged.length).to.be.at.least(killAfter);
      const last = Number(acknowledged.at(-1));
      expect(seqs.slice(0, last + 1)).to.deep.equal(Array.from({ length: last + 1 }, (_, seq) => seq));
    }
  }).timeout(60_000);

  it('holds what several processes write into one run, each in its own segment', async () => {
    const writers = ['a', 'b', 'c'];
    await Promise.all(writers.map((writer) => outcome(child('write-durable', folder.dir, writer, '500'))));
    const events = [...readRun(join(folder.dir, 'run'))];
    for (const writer of writers) {
      const seqs = events.filter((each) => each.writer === writer).map((each) => each.seq);
      expect(seqs, writer).to.deep.equal(Array.from({ length: 500 }, (_, seq) => seq));
    }
    const times = events.map((each) => each.time);
    expect(times).to.deep.equal([...times].sort((a, b) => a - b));
  }).timeout(60_000);

  if (process.platform === 'linux')
    it('reports a full disk once, goes on, and catches up when there is space', async () => {
      const [line = ''] = await outcome(child('full-disk', folder.dir));
      const { problems, pending, after } = JSON.parse(line) as { problems: string[]; pending: number; after: number };
      expect(problems).to.have.length(1);
      expect(problems[0]).to.match(/^AXL_JOURNAL_WRITE .*EFBIG/);
      expect(pending).to.be.greaterThan(0);
      expect(after).to.equal(0);
      expect(read(join(folder.dir, 'run')).seqs).to.deep.equal(Array.from({ length: 50 }, (_, seq) => seq));
    }).timeout(30_000);

  it('writes through no link: it reports the link, keeps the events, and writes them when the link is gone', () => {
    const elsewhere = join(folder.dir, 'elsewhere');
    writeFileSync(elsewhere, 'mine');
    journalIn(folder.dir, { writer: 'first' }).journal.append(event(0, { writer: 'first', time: 1 }), true);
    const path = join(folder.dir, 'run', 'events.w1.jsonl');
    symlinkSync(elsewhere, path);
    const { journal, problems } = journalIn(folder.dir);
    for (let seq = 1; seq < 50; seq += 1) journal.append(event(seq), seq % 2 === 0);
    expect(problems).to.have.length(1);
    expect(problems[0]).to.match(/^AXL_JOURNAL_WRITE .*AXL_PATH_UNSAFE.*events\.w1\.jsonl' is a symbolic link/);
    expect(readFileSync(elsewhere, 'utf8')).to.equal('mine');
    rmSync(path);
    flushAllJournals();
    expect(journal.bytesPending).to.equal(0);
    expect(read(journal.runDir).seqs).to.deep.equal(Array.from({ length: 50 }, (_, seq) => seq));
  });

  it('does not trouble the run when its folder cannot be made', () => {
    const blocked = join(folder.dir, 'file');
    writeFileSync(blocked, '');
    const { journal, problems } = journalIn(blocked);
    for (let seq = 0; seq < 5; seq += 1) journal.append(event(seq), true);
    expect(problems).to.have.length(1);
    expect(problems[0]).to.match(/^AXL_JOURNAL_WRITE .*file' is a file where a folder is needed/);
    rmSync(blocked);
    journal.close();
    expect(read(journal.runDir).seqs).to.deep.equal([0, 1, 2, 3, 4]);
  });

  it('counts what it loses when nothing can be written for long', () => {
    const blocked = join(folder.dir, 'file');
    writeFileSync(blocked, '');
    const { journal, problems } = journalIn(blocked);
    const data = { text: 'x'.repeat(4_000_000) };
    for (let seq = 0; seq < 40; seq += 1) journal.append(event(seq, { data }), false);
    expect(journal.bytesPending).to.be.lessThan(70_000_000);
    const dropped = journal.dropped;
    expect(dropped).to.be.greaterThan(10);
    rmSync(blocked);
    journal.flush();
    expect(problems.at(-1)).to.contain(`${dropped} events were dropped`);
    expect(read(journal.runDir).seqs).to.have.length(40 - dropped);
  });

  it('survives a listener that throws', () => {
    const blocked = join(folder.dir, 'file');
    writeFileSync(blocked, '');
    const fail = (): never => {
      throw new Error('listener');
    };
    const { journal } = journalIn(blocked, { onProblem: fail, onFlush: fail });
    journal.append(event(0), true);
    rmSync(blocked);
    journal.append(event(1), true);
    expect(read(journal.runDir).seqs).to.deep.equal([0, 1]);
  });
});
