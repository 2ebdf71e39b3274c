import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startRun } from 'ax-autolog';
import {
  compileVerdicts,
  describeVersusSeed,
  outcomeOf,
  type RunHistory,
  score,
  type TrialHistory,
  type Verdicts,
  width,
} from 'ax-autolog/analysis';
import { readRunHistory } from 'ax-autolog/analysis/node';
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { compileGEPA, type Journal, journalOf } from '../analysis/history/compiled.js';
import { fixture, RUN_ID } from '../golden/fixture.js';
import { cli } from './command-line.js';

describe('show', function () {
  this.timeout(60_000);
  let journal: Journal;
  let run: RunHistory;
  before(async () => {
    journal = await journalOf(
      () => compileGEPA({ seed: 4, numTrials: 6 }),
      () => startRun({ runName: 'broken' }, () => Promise.reject(new Error('boom \u001b[2J'))).catch(() => undefined),
    );
    run = readRunHistory(journal.runDirs[0] as string);
  });
  after(() => journal.remove());
  const show = (...args: string[]) => cli(['show', journal.runIds[0] as string, '--dir', journal.dir, ...args]);

  it('tells what ran, with which settings, and what its scores are worth', async () => {
    const { code, text } = await show();
    const [compile] = run.compiles;
    if (!compile) throw new Error('no compile');
    const { seed, best } = outcomeOf(compile, run.trials);
    expect(code).to.equal(0);
    expect(text).to.match(/^GEPA +\S+\n {2}status +finished in /);
    expect(text).to.include('numTrials 6').and.to.include('maxMetricCalls 400').and.to.include('metric      exact');
    expect(text).to.include(`seed ${score(seed)} → best ${score(best)} (eval_full_`);
    const verdicts = compileVerdicts(compile, run.trials);
    expect(verdicts.best?.score).to.equal(best);
    expect(describeVersusSeed(verdicts)).to.match(/within noise|clear|too few examples/);
    expect(text).to.include(`vs seed     ${describeVersusSeed(verdicts)}`);
    expect(text).to.include('winner certified');
  });

  it('has a row for each trial, and the texts of the winner', async () => {
    const { text } = await show();
    for (const trial of run.trials) expect(text).to.match(new RegExp(`^ *${trial.index} +${trial.name} `, 'm'));
    const texts = Object.values(run.compiles[0]?.best?.candidate.texts ?? {});
    expect(texts).to.have.length(2);
    for (const one of texts) expect(text).to.include(`    ${one}`);
  });

  it('gives the history as JSON, without examples, with what the scores are worth', async () => {
    const json = (await show('--json')).json<RunHistory & { readonly verdicts: Verdicts }>();
    expect(json).to.include({ runId: run.runId, status: 'finished', kind: 'compile' });
    expect(json.trials.map(({ score: one }) => one)).to.deep.equal(run.trials.map((one) => one.score));
    expect(json.trials[0]).to.not.have.property('examples');
    expect(json.compiles[0]?.best?.candidate.id).to.equal(run.compiles[0]?.best?.candidate.id);
    const [compile] = json.compiles;
    expect(json.verdicts.compiles[0]?.best?.score).to.equal(compile && outcomeOf(compile, json.trials).best);
  });

  it('shows one trial with its candidate and its examples', async () => {
    const trial = run.trials.findLast(({ isBest }) => isBest);
    const { code, text } = await show('--trial', 'best');
    expect(code).to.equal(0);
    expect(text).to.include(`${trial?.name} of GEPA, trial ${trial?.index}`).and.to.include('by reflection from');
    for (const { index, example } of trial?.examples ?? []) {
      expect(text).to.include(`example ${index}  score`);
      expect(text).to.include((example as { question: string }).question);
    }
    const json = (await show('--trial', String(trial?.index), '--json')).json<TrialHistory>();
    expect(json.examples).to.deep.equal(trial?.examples);
  });

  it('fits a narrow terminal', async () => {
    for (const args of [[], ['--trial', 'best']]) {
      const { text } = await cli(['show', journal.runIds[0] as string, '--dir', journal.dir, ...args], { columns: 50 });
      const table = text.split('\n').filter((line) => /^ *(#|\d+) |^ {2}→|^example/.test(line));
      expect(table.length).to.be.greaterThan(5);
      for (const line of table) expect(width(line)).to.be.at.most(50);
    }
  });

  it('shows a run that failed with its error, and nothing that drives a terminal', async () => {
    const { text } = await cli(['show', 'latest', '--dir', journal.dir]);
    expect(text).to.include('status      failed').and.to.include('Error: boom');
    expect(text).to.not.include('\u001b');
  });

  it('does not know a trial that is not there', async () => {
    const { code, notes } = await show('--trial', '99');
    expect(code).to.equal(2);
    expect(notes).to.include('AXL_TRIAL_UNKNOWN');
  });
});

describe('show of journals in other states', () => {
  let journal: Journal;
  const put = (name: string, text: string) => {
    mkdirSync(join(journal.dir, name));
    writeFileSync(join(journal.dir, name, 'events.jsonl'), text);
    return name;
  };
  const show = (name: string) => cli(['show', name, '--dir', journal.dir]);
  const lines = fixture().map((event) => JSON.stringify(event));
  before(async () => {
    journal = await journalOf();
  });
  after(() => journal.remove());

  it('tells everything of a run with several parts: logs, evaluations, warnings, errors of examples', async () => {
    put(RUN_ID, `${lines.join('\n')}\n`);
    const { text } = await show(RUN_ID);
    expect(text).to.include('tags        team Größe, stage draft').and.to.include('params      seed 7, note kept');
    expect(text).to.include('cost/total 0.0012 (step 0)').and.to.include('notes/../hello world.txt');
    expect(text)
      .to.match(/eval_test_0 +2 +1 /)
      .and.to.include("AXL_SINK_TIMEOUT: sink 'slow' took");
    expect(text).to.match(/vs seed .*: (within noise|too few examples)/);
    const trial = await cli(['show', RUN_ID, '--dir', journal.dir, '--trial', '3']);
    expect(trial.text)
      .to.include('error       Error: no \\u001b[31mnumber\\u001b[0m in the answer')
      .and.to.include('feedback    right');
    expect(trial.text).to.not.include('\u001b');
  });

  it('shows a run that is going on as far as it is', async () => {
    put('running', `${lines.slice(0, 22).join('\n')}\n`);
    const { code, text } = await show('running');
    expect(code).to.equal(0);
    expect(text)
      .to.match(/status +running for .* so far/)
      .and.to.include('(not ended)')
      .and.to.include('eval_full_0');
    expect(text).to.not.include('no winner');
  });

  it('shows what is left of a damaged one, and what is not', async () => {
    const damaged = lines.map((line, at) => (at === 0 || at === 6 ? line.slice(0, 30) : line));
    put('damaged', `${damaged.join('\n')}\n{"v":1,"se`);
    const { code, text } = await show('damaged');
    expect(code).to.equal(0);
    expect(text).to.include('unreadable').and.to.include('AXL_JOURNAL_CORRUPT').and.to.include('AXL_JOURNAL_TORN');
    expect(text).to.include('eval_full_1').and.to.include('winner 57e90000');
  });

  it('shows an empty one, and refuses one of a newer version with 2', async () => {
    put('empty', '');
    expect(await show('empty')).to.include({ code: 0 });
    put('newer', lines.join('\n').replace('"v":1', '"v":2'));
    const { code, notes } = await show('newer');
    expect(code).to.equal(2);
    expect(notes).to.include('AXL_JOURNAL_VERSION').and.to.include('Update ax-autolog');
  });

  it('changes nothing in the journal', async () => {
    const file = join(journal.dir, RUN_ID, 'events.jsonl');
    const before = readFileSync(file, 'utf8');
    await show(RUN_ID);
    expect(readFileSync(file, 'utf8')).to.equal(before);
  });
});
