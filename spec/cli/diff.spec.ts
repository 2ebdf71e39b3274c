import { type RunHistory, score, type TrialHistory } from 'ax-autolog/analysis';
import { readRunHistory } from 'ax-autolog/analysis/node';
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import type { CandidateDiff, RunDiff } from '../../lib/cli/diff/compare.js';
import { findTrial } from '../../lib/cli/find-trial.js';
import { compileGEPA, type Journal, journalOf } from '../analysis/history/compiled.js';
import { cli } from './command-line.js';

describe('diff', function () {
  this.timeout(60_000);
  let journal: Journal;
  let run: RunHistory;
  before(async () => {
    journal = await journalOf(
      () => compileGEPA({ seed: 4, numTrials: 6 }),
      () => compileGEPA({ seed: 6, numTrials: 3, examples: 10 }),
    );
    run = readRunHistory(journal.runDirs[0] as string);
  });
  after(() => journal.remove());
  const diff = (...args: string[]) => cli(['diff', ...args, '--dir', journal.dir]);

  /** Counted by hand: examples of `after` that scored higher than the same ones of `before`. */
  const won = (before: TrialHistory, after: TrialHistory) =>
    after.examples.filter((one) => {
      const earlier = before.examples.find(({ exampleId }) => exampleId === one.exampleId);
      return earlier !== undefined && (one.score ?? 0) > (earlier.score ?? 0);
    });

  it('tells two trials apart: texts, scores, examples won and lost', async () => {
    const [seed, best] = [findTrial(run, 'seed'), findTrial(run, 'best')];
    const json = (await diff(run.runId, 'seed', 'best', '--json')).json<CandidateDiff>();
    expect(json.before).to.include({ trialId: seed.trialId, score: seed.score });
    expect(json.after).to.include({ trialId: best.trialId, score: best.score });
    const ids = won(seed, best).map(({ exampleId }) => exampleId);
    expect(ids).to.not.deep.equal([]);
    expect(json.examples.won.map(({ exampleId }) => exampleId)).to.deep.equal(ids);
    expect(json.examples.lost).to.have.length(won(best, seed).length);
    expect(json.comparison).to.include({ wins: json.examples.won.length, losses: json.examples.lost.length });
    expect(json.comparison?.ties).to.equal(json.examples.same);
    const { text, code } = await diff(run.runId, 'seed', 'best');
    expect(code).to.equal(0);
    expect(text).to.include('-Answer in one line.\n+Think it through').and.to.include(`${ids.length} won`);
    expect(text)
      .to.include(`${score(seed.score)} on`)
      .and.to.include(`${score(best.score)} on`);
  });

  it('says which side was chosen by the scores that are compared: p does not know of it', async () => {
    const fulls = run.trials.filter(({ scope, status }) => scope === 'full' && status === 'finished');
    const among = new Set(fulls.map(({ candidateId }) => candidateId)).size;
    expect(among).to.be.greaterThan(1);
    const text = (await diff(run.runId, 'seed', 'best')).text;
    expect(text).to.include(`is the best of ${among} candidates by these scores: p is not adjusted for that choice`);
    const json = (await diff(run.runId, 'seed', 'best', '--json')).json<CandidateDiff>();
    expect([json.before.chosenAmong, json.after.chosenAmong]).to.deep.equal([null, among]);
    expect((await diff(run.runId, 'seed', 'seed')).text).to.not.include('not adjusted');
  });

  it('shows only the components that differ, with what is around a changed line', async () => {
    const json = (await diff(run.runId, 'seed', 'best', '--json')).json<CandidateDiff>();
    expect(json.texts.map(({ component }) => component)).to.deep.equal(['root::instruction']);
    expect(json.texts[0]?.lines?.[0]).to.match(/^@@ -1,1 \+1,1 @@$/);
  });

  it('says so when nothing differs, and when no example is shared', async () => {
    expect((await diff(run.runId, 'seed', 'seed')).text)
      .to.include('the same texts and demonstrations')
      .and.to.include('0 won, 0 lost');
    const apart = (await diff(run.runId, 'eval_full_0', 'eval_minibatch_0')).text;
    expect(apart)
      .to.include('no example with a score in both')
      .and.to.match(/\d only before, 3 only after/);
  });

  it('compares two runs: settings that differ, score curves, their best trials', async () => {
    const [first, second] = journal.runIds as [string, string];
    const json = (await diff(first, second, '--json')).json<RunDiff>();
    const settings = Object.fromEntries(json.settings.map((one) => [one.setting, [one.before, one.after]]));
    expect(settings['settings.numTrials']).to.deep.equal([6, 3]);
    expect(settings['trainset.size']).to.deep.equal([8, 10]);
    expect(settings).to.not.have.any.keys('metric', 'optimizer', 'options.maxMetricCalls', 'seed');
    const full = run.trials.filter(({ scope }) => scope === 'full').map((trial) => trial.score);
    expect(json.curves.before.map((point) => point.score)).to.deep.equal(full);
    expect(json.before.runId).to.equal(first);
    const { text } = await diff(first, second);
    expect(text)
      .to.match(/settings\.numTrials +6 +3/)
      .and.to.include('best score after each full evaluation');
  });

  it('paints what came green and what went red, on a terminal', async () => {
    const paint = (style: string, text: string) => `<${style}>${text}</>`;
    const { text } = await cli(['diff', run.runId, 'seed', 'best', '--dir', journal.dir], { paint });
    expect(text).to.match(/<red>-Answer in one line\.<\/>\n<green>\+Think it through/);
  });

  it('shows what changed word by word, when asked to', async () => {
    const { text } = await diff(run.runId, 'seed', 'best', '--words');
    expect(text).to.match(/^root::instruction\n\[-Answer.*\{\+Think/m);
    expect(text).to.not.include('@@');
  });

  it('does not know trials and runs that are not there', async () => {
    expect((await diff(run.runId, 'seed', 'nope')).notes).to.include('AXL_TRIAL_UNKNOWN');
    expect(await diff(run.runId, 'nope')).to.include({ code: 2 });
    expect((await diff(run.runId)).code).to.equal(2);
  });
});
