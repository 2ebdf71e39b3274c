import { appendFileSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { HistoryBuilder } from '../../../lib/analysis/history/builder.js';
import type { RunHistory, TrialHistory } from '../../../lib/analysis/history/types.js';
import { readRunHistory } from '../../../lib/analysis/node.js';
import { readRun } from '../../../lib/journal/reader.js';
import { temporaryFolder } from '../../journal/events.js';
import { whole } from '../../journal/whole-data.js';
import { compileGEPA, type Journal, journalOf } from './compiled.js';
import { type Recounted, recount } from './recount.js';

describe('history of real compiles', function () {
  this.timeout(120_000);
  let journal: Journal;
  before(async () => {
    journal = await journalOf(
      () => compileGEPA({ seed: 3, numTrials: 12 }),
      () => compileGEPA({ seed: 4, numTrials: 4, fails: (prompt) => /number 10[13]/.test(prompt) }),
      () => Promise.all([5, 6].map((seed) => compileGEPA({ seed, numTrials: 4 }))),
    );
  });
  after(() => journal.remove());

  it('has the numbers that are recounted from the lines of the journal', () => {
    expect(journal.runDirs).to.have.length(4);
    for (const runDir of journal.runDirs) {
      const history = readRunHistory(runDir);
      const counted = recount(runDir);
      expect(history.trials.map(numbersOf), runDir).to.deep.equal(counted.trials);
      expect(history.compiles[0]?.candidates.map(({ candidate }) => candidate.id)).to.deep.equal(counted.candidateIds);
      expect(history.compiles[0]?.bests.map(({ score }) => score)).to.deep.equal(counted.bestScores);
      const byRole = Object.entries(history.tokens).map(([role, tokens]) => [role, tokens.total]);
      expect(Object.fromEntries(byRole)).to.deep.equal(counted.tokensByRole);
      expect(history.compiles[0]?.tokens).to.deep.equal(history.tokens);
      const calls = Object.values(history.tokens).reduce((sum, tokens) => sum + tokens.calls, 0);
      expect([calls, history.problems]).to.deep.equal([counted.calls, []]);
    }
  });

  it('had something to count', () => {
    const [first, second] = journal.runDirs.map((runDir) => readRunHistory(runDir)) as [RunHistory, RunHistory];
    expect(first.trials.length).to.be.greaterThan(8);
    expect(first.compiles[0]?.candidates.length).to.be.greaterThan(3);
    expect(first.trials.filter(({ decision }) => decision !== null)).to.not.deep.equal([]);
    expect(second.trials.some(({ errors }) => errors > 0)).to.equal(true);
  });

  it('is the same put together while it was written as read afterwards', () => {
    for (const runDir of journal.runDirs) {
      const builder = new HistoryBuilder({ runDir });
      for (const event of readRun(runDir)) {
        builder.take(event);
        builder.history();
      }
      expect(builder.history()).to.deep.equal(readRunHistory(runDir));
    }
  });

  it('grows in what was spent from trial to trial', () => {
    const { trials } = readRunHistory(journal.runDirs[0] as string);
    const calls = trials.map(({ spent }) => spent.calls);
    expect(calls).to.deep.equal([...calls].sort((a, b) => a - b));
    expect(trials.every(({ spent }) => spent.cost === null)).to.equal(true);
  });
});

function numbersOf(trial: TrialHistory): Recounted {
  const tokens = Object.values(trial.tokens);
  return {
    index: trial.index,
    scope: trial.scope ?? '',
    mean: trial.score,
    scores: trial.exampleScores,
    errors: trial.errors,
    calls: tokens.reduce((sum, { calls }) => sum + calls, 0),
    tokens: tokens.reduce((sum, { total }) => sum + total, 0),
    spentCalls: trial.spent.calls,
    spentTokens: trial.spent.tokens,
  };
}

describe('history of a journal that is not whole', () => {
  let journal: Journal;
  let text: string;
  let folder: ReturnType<typeof temporaryFolder>;
  before(async () => {
    journal = await journalOf(() => compileGEPA({ seed: 7, numTrials: 3 }));
    text = readFileSync(join(journal.runDirs[0] as string, 'events.jsonl'), 'utf8');
  });
  after(() => journal.remove());
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(() => folder.remove());

  const written = (content: string, name = 'events.jsonl'): string => {
    writeFileSync(join(folder.dir, name), content);
    return folder.dir;
  };

  it('reads one that is cut anywhere, as that of a run that goes on', () => {
    for (const part of [0.2, 0.5, 0.8, 0.99]) {
      const history = readRunHistory(written(text.slice(0, Math.floor(text.length * part))));
      expect(history).to.include({ status: 'running', endTime: null, kind: 'compile' });
      expect(history.problems.map(({ code }) => code)).to.deep.equal(['AXL_JOURNAL_TORN']);
    }
  });

  it('reads past damaged lines, and says which', () => {
    const lines = text.split('\n');
    lines[0] = '{"v":1,"seq"';
    lines[4] = '\u0000\u0000';
    const history = readRunHistory(written(lines.join('\n')));
    expect(history.problems.map(({ code }) => code)).to.deep.equal(['AXL_JOURNAL_CORRUPT', 'AXL_JOURNAL_CORRUPT']);
    expect(history.problems[0]?.message).to.include('events.jsonl:1');
    expect(history).to.include({ kind: 'compile', status: 'finished', runId: journal.runIds[0] });
    expect(history.name).to.equal(journal.runIds[0]);
  });

  it('reads an empty one: nothing happened yet', () => {
    const history = readRunHistory(written(''));
    expect(history).to.include({ status: 'running', kind: 'user' });
    expect([history.trials, history.compiles, history.problems]).to.deep.equal([[], [], []]);
    expect(folder.dir.endsWith(history.runId)).to.equal(true);
    expect(history.startTime).to.be.greaterThan(1_700_000_000_000);
    expect(history.lastTime).to.equal(history.startTime);
  });

  it('puts the segments of several processes together', () => {
    const lines = text.split('\n').filter((line) => line !== '');
    const isOther = (line: string) => JSON.parse(line).trialId !== undefined;
    written(`${lines.filter((line) => !isOther(line)).join('\n')}\n`);
    const others = lines.filter(isOther).map((line) => JSON.stringify({ ...JSON.parse(line), writer: 'w2' }));
    written(`${others.join('\n')}\n`, 'events.w2.jsonl');
    const { runDir: _, ...whole } = readRunHistory(journal.runDirs[0] as string);
    const { runDir: __, ...parts } = readRunHistory(folder.dir);
    expect(parts.trials.map(({ trialId }) => trialId)).to.deep.equal(whole.trials.map(({ trialId }) => trialId));
    expect({ ...parts, trials: parts.trials.map(({ score }) => score) }).to.deep.equal({
      ...whole,
      trials: whole.trials.map(({ score }) => score),
    });
  });

  it('refuses one of a newer version', () => {
    const newer = text.replace('{"v":1,', '{"v":2,');
    expect(() => readRunHistory(written(newer)))
      .to.throw()
      .with.property('code', 'AXL_JOURNAL_VERSION');
  });

  it('says when there is none', () => {
    for (const dir of [folder.dir, join(folder.dir, 'nowhere')])
      expect(() => readRunHistory(dir))
        .to.throw()
        .with.property('code', 'AXL_JOURNAL_MISSING');
  });

  it('keeps traces when it is asked to', () => {
    const trace = whole('onTraceEnd', { name: 'AxGen' });
    const first = JSON.parse(text.split('\n')[0] as string);
    written(text);
    appendFileSync(
      join(folder.dir, 'events.jsonl'),
      `${JSON.stringify({ ...first, type: 'onTraceEnd', data: trace })}\n`,
    );
    expect([...readRunHistory(folder.dir).traces]).to.deep.equal([]);
    expect([...readRunHistory(folder.dir, { traces: 'all' }).traces]).to.deep.equal([['0'.repeat(32), trace]]);
  });

  it('takes a blob that is gone for nothing, and says so', () => {
    const example = 'x'.repeat(100_000);
    const place = { v: 1, time: 1, writer: 'w', runId: 'r', derived: [], compileId: 'c', trialId: 't' };
    const blobs = { 'data.exampleScores': { sha256: '0'.repeat(64), bytes: 9 } };
    const lines = [
      {
        ...place,
        seq: 0,
        type: 'onExampleEnd',
        data: whole('onExampleEnd', { exampleId: 'a', example, prediction: 1, score: 0.5 }),
      },
      {
        ...place,
        seq: 1,
        type: 'onTrialEnd',
        data: whole('onTrialEnd', { exampleScores: null, score: 0.5 }),
        blobs,
      },
    ];
    const history = readRunHistory(written(`${lines.map((line) => JSON.stringify(line)).join('\n')}\n`));
    expect(history.trials[0]).to.deep.include({ status: 'finished', score: 0.5, exampleScores: [0.5] });
    expect(history.problems.map(({ code }) => code)).to.deep.equal(['AXL_BLOB_MISSING']);
  });

  it('reads the folder under another name too', () => {
    const moved = join(folder.dir, 'moved');
    mkdirSync(join(folder.dir, 'run'));
    writeFileSync(join(folder.dir, 'run', 'events.jsonl'), text);
    renameSync(join(folder.dir, 'run'), moved);
    expect(readRunHistory(moved)).to.include({ runId: journal.runIds[0], runDir: moved });
  });
});

describe('the outline of a history', () => {
  let journal: Journal;
  before(async () => {
    journal = await journalOf(() => compileGEPA({ seed: 8, numTrials: 4 }));
  });
  after(() => journal.remove());

  it('has the numbers of the whole one, without the examples', () => {
    const runDir = journal.runDirs[0] as string;
    const [whole, outline] = [readRunHistory(runDir), readRunHistory(runDir, { detail: 'outline' })];
    expect(outline.trials).to.deep.equal(whole.trials.map((trial) => ({ ...trial, examples: [] })));
    expect(whole.trials.some(({ examples }) => examples.length > 0)).to.equal(true);
    const [compile, other] = [outline.compiles[0], whole.compiles[0]];
    expect({ ...compile, candidates: [] }).to.deep.equal({ ...other, candidates: [] });
    expect(outline.lastTime).to.equal(whole.lastTime);
    expect(outline.tokens).to.deep.equal(whole.tokens);
  });
});
