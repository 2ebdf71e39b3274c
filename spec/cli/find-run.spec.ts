import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readRunHistory } from 'ax-autolog/analysis/node';
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { findRun } from '../../lib/cli/find-run.js';
import { findTrial } from '../../lib/cli/find-trial.js';
import { compileGEPA, type Journal, journalOf } from '../analysis/history/compiled.js';
import { trackedRuns } from './journals.js';

describe('the run that a command line names', () => {
  let dir = '';
  let ids: string[] = [];
  before(async () => {
    dir = mkdtempSync(join(tmpdir(), 'axl-find-'));
    await trackedRuns(dir, ['alpha', 'beta', 'outer/inner']);
    const { listRuns } = await import('../../lib/journal/reader.js');
    ids = listRuns(dir).map(({ runId }) => runId);
  });
  after(() => rmSync(dir, { recursive: true }));

  const idOf = (part: string) => ids.find((id) => id.includes(part)) ?? '';

  it('is the one with that id, that folder, or the only one that begins so', () => {
    const alpha = idOf('alpha');
    const expected = { runId: alpha, runDir: join(dir, alpha) };
    for (const name of [alpha, alpha.slice(0, -1), join(dir, alpha), `${join(dir, alpha)}/`])
      expect(findRun(name, { dir }), name).to.deep.equal(expected);
    expect(findRun(join(dir, alpha), { dir: '/nowhere' })).to.deep.equal(expected);
  });

  it('is the run that started last, for latest', () => {
    expect(findRun('latest', { dir }).runId).to.equal(idOf('inner'));
  });

  it('is named, with what comes near, when there is none', () => {
    const unknown = (name: string) => expect(() => findRun(name, { dir })).to.throw(/AXL_RUN_UNKNOWN/);
    unknown('beta')
      .with.property('message')
      .that.includes(`Did you mean ${idOf('beta')}?`);
    unknown(`${idOf('alpha')}0`)
      .with.property('message')
      .that.includes(idOf('alpha'));
    unknown('').with.property('message').that.includes(ids[0]);
    unknown('../x');
  });

  it('is asked for again when several begin so', () => {
    const error = expect(() => findRun('20', { dir })).to.throw(/AXL_RUN_AMBIGUOUS: 4 runs begin with '20'/);
    for (const id of ids) error.with.property('message').that.includes(id);
  });

  it('is missing where there is no journal, or no run in it', () => {
    for (const name of ['latest', 'x'])
      expect(() => findRun(name, { dir: join(dir, 'none') })).to.throw(/AXL_JOURNAL_MISSING/);
    const empty = mkdtempSync(join(tmpdir(), 'axl-find-'));
    expect(() => findRun('latest', { dir: empty })).to.throw(/AXL_RUN_UNKNOWN/);
    rmSync(empty, { recursive: true });
  });
});

describe('the trial that a command line names', function () {
  this.timeout(60_000);
  let journal: Journal;
  before(async () => {
    journal = await journalOf(() => compileGEPA({ seed: 4, numTrials: 4 }));
  });
  after(() => journal.remove());

  it('is found by number, name, id, candidate, seed and best', () => {
    const run = readRunHistory(journal.runDirs[0] as string);
    const second = run.trials[1];
    for (const name of ['1', 'eval_minibatch_0', second?.trialId ?? '']) expect(findTrial(run, name)).to.equal(second);
    expect(findTrial(run, 'seed')).to.equal(run.trials[0]);
    const best = run.trials.findLast(({ isBest }) => isBest);
    expect(findTrial(run, 'best')).to.equal(best);
    expect(findTrial(run, (best?.candidateId ?? '').slice(0, 8))).to.equal(best);
  });

  it('is named, with what there is, when it is none of those', () => {
    const run = readRunHistory(journal.runDirs[0] as string);
    for (const name of ['999', 'eval_full_77', '', 'abc'])
      expect(() => findTrial(run, name)).to.throw(/AXL_TRIAL_UNKNOWN.*eval_full_0, eval_minibatch_0/);
    expect(() => findTrial({ ...run, trials: [], compiles: [] }, 'best')).to.throw(/It has no trials/);
  });
});
