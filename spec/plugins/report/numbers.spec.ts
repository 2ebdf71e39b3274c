import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import type { Browser } from 'playwright-core';
import { openBrowser } from '../../fixtures/browser.js';
import { writeSearch } from '../../fixtures/search-journal.js';
import { ROOT } from '../../repository/tree.js';
import { type LookedAt, look, numbersOf, reportOf, workFolder } from './looked-at.js';
import { type Counted, countedTrials, type Line, linesOf, outcomeOf, spentIn } from './recount.js';

const work = workFolder();
let browser: Browser;

/** Numbers as the page has them and as they were counted; floating point may add in another order. */
function same(shown: number | null | undefined, counted: number | null, what: string): void {
  if (counted === null || shown === null || shown === undefined) expect(shown ?? null, what).to.equal(counted);
  else expect(shown, what).to.be.closeTo(counted, 1e-9 * Math.max(1, Math.abs(counted)));
}

function sameSpent(numbers: Record<string, (number | null)[]>, prefix: string, counted: Counted): void {
  same(numbers[`${prefix}calls`]?.[0], counted.calls, `${prefix}calls`);
  same(numbers[`${prefix}tokens`]?.[0], counted.tokens, `${prefix}tokens`);
  same(numbers[`${prefix}cost`]?.[0], counted.cost, `${prefix}cost`);
}

/** Holds every number that the page shows of a run against those counted from its journal. */
async function holds({ page }: LookedAt, runDir: string): Promise<void> {
  const lines = linesOf(runDir);
  sameSpent(
    await numbersOf(page.locator('.run-head')),
    'run-',
    spentIn(lines, () => true),
  );
  const [first, last] = [lines[0], lines.at(-1)];
  same(
    (await numbersOf(page.locator('.run-head')))['run-time']?.[0],
    (last?.time ?? 0) - (first?.time ?? 0),
    'run-time',
  );
  const starts = lines.filter(({ type }) => type === 'onCompileStart');
  for (const [at, start] of starts.entries()) {
    if (starts.length > 1) await page.locator('.compile-tab').nth(at).click();
    await holdsCompile(page, lines, start);
  }
  for (const evaluation of countedTrials(lines, 'eval')) {
    const row = await numbersOf(page.locator(`[data-evaluation="${evaluation.index}"]`));
    same(row['eval-score']?.[0], evaluation.score, 'eval-score');
    same(row['eval-n']?.[0], evaluation.n, 'eval-n');
    same(row['eval-errors']?.[0], evaluation.errors, 'eval-errors');
    same(row['eval-time']?.[0], evaluation.time, 'eval-time');
    sameSpent(row, 'eval-', evaluation.spent);
  }
}

async function holdsCompile(page: LookedAt['page'], lines: readonly Line[], start: Line): Promise<void> {
  const { compileId = '' } = start;
  const counted = outcomeOf(lines, compileId);
  const end = lines.find(({ type, compileId: id }) => type === 'onCompileEnd' && id === compileId);
  const shown = await numbersOf(page.locator('.outcome'));
  same(shown['seed-score']?.[0], counted.seed, 'seed-score');
  same(shown['best-score']?.[0], counted.best, 'best-score');
  same(shown['versus-seed-difference']?.[0], counted.difference, 'difference');
  same(shown['versus-seed-p']?.[0], counted.p, 'p');
  same(shown['trials']?.[0], counted.trials.length, 'trials');
  same(shown['time']?.[0], (end?.time ?? 0) - start.time, 'time');
  sameSpent(
    shown,
    '',
    spentIn(lines, ({ compileId: id }) => id === compileId),
  );
  for (const row of await page.locator('.roles tr[data-role]').all()) {
    const role = await row.getAttribute('data-role');
    const spent = spentIn(lines, (line) => line.compileId === compileId && line.data.role === role);
    const numbers = await numbersOf(row);
    sameSpent(numbers, 'role-', spent);
    same(numbers['role-prompt']?.[0], spent.prompt, 'prompt');
    same(numbers['role-completion']?.[0], spent.completion, 'completion');
  }
  const examples = await numbersOf(page.locator('#examples'));
  for (const group of ['never', 'won', 'lost'] as const)
    same(examples[`examples-${group}`]?.[0], counted[group], group);
  await holdsCandidates(page, counted.trials);
  await holdsTrials(page, counted.trials);
}

/** Each candidate's last full score, in the lineage and on the Pareto front. */
async function holdsCandidates(page: LookedAt['page'], trials: ReturnType<typeof countedTrials>): Promise<void> {
  const full = trials.filter(({ scope }) => scope === 'full');
  for (const row of await page.locator('.lineage-row[data-candidate]').all()) {
    const id = await row.getAttribute('data-candidate');
    const last = full.findLast(({ candidate }) => candidate === id);
    same((await numbersOf(row))['candidate-score']?.[0], last?.score ?? null, 'candidate-score');
  }
  for (const row of await page.locator('tr[data-front]').all()) {
    const id = await row.getAttribute('data-front');
    const shown = await row
      .locator('[data-of=front-score]')
      .evaluateAll((cells) => cells.map((cell) => Number(cell.getAttribute('data-value'))));
    const objectives = full.findLast(({ candidate }) => candidate === id)?.objectives ?? [];
    expect(shown).to.deep.equal(objectives);
  }
}

async function holdsTrials(page: LookedAt['page'], trials: ReturnType<typeof countedTrials>): Promise<void> {
  for (const trial of trials) {
    const row = page.locator(`tr[data-trial="${trial.index}"]`);
    await page.locator('#trials input[type=search]').fill(`#${trial.index}`);
    await row.waitFor();
    const numbers = await numbersOf(row);
    same(numbers['trial-score']?.[0], trial.score, 'trial-score');
    same(numbers['trial-n']?.[0], trial.n, 'trial-n');
    same(numbers['trial-time']?.[0], trial.time, 'trial-time');
    if (numbers['trial-errors']) same(numbers['trial-errors'][0], trial.errors, 'trial-errors');
    sameSpent({ ...numbers, 'trial-cost': numbers['trial-cost'] ?? [null] }, 'trial-', trial.spent);
    const bounds = row.locator('[data-of=trial-interval]');
    if ((await bounds.count()) === 0) continue;
    const [low, high] = [Number(await bounds.getAttribute('data-low')), Number(await bounds.getAttribute('data-high'))];
    expect(low).to.be.at.most(trial.score ?? 0);
    expect(high).to.be.at.least(trial.score ?? 0);
  }
  await page.locator('#trials input[type=search]').fill('');
  const [trial] = trials;
  await page.locator(`tr[data-trial="${trial?.index}"] button`).click();
  const panel = page.locator('.panel');
  const numbers = await numbersOf(panel);
  same(numbers['panel-score']?.[0], trial?.score ?? null, 'panel-score');
  same(numbers['panel-n']?.[0], trial?.n ?? null, 'panel-n');
  same(numbers['panel-errors']?.[0], trial?.errors ?? null, 'panel-errors');
  same(numbers['panel-time']?.[0], trial?.time ?? null, 'panel-time');
  if (trial) sameSpent(numbers, 'panel-', trial.spent);
  expect(numbers['example-score']).to.deep.equal(trial?.scores);
  await page.keyboard.press('Escape');
}

/** The best of the first compile on the test set, which only the evaluations ran on. */
async function holdsHoldout({ page }: LookedAt, lines: readonly Line[]): Promise<void> {
  await page.locator('.compile-tab').first().click();
  const [seed, best] = countedTrials(lines, 'eval');
  const numbers = await numbersOf(page.locator('.holdout'));
  same(numbers['holdout-score']?.[0], best?.score ?? null, 'holdout-score');
  const difference = (best?.score ?? 0) - (seed?.score ?? 0);
  same(numbers['holdout-versus-seed-difference']?.[0], difference, 'holdout-versus-seed-difference');
}

describe('every number of the report, held against a recount of events.jsonl', function () {
  this.timeout(180_000);

  before(async () => {
    browser = await openBrowser();
  });

  after(async () => {
    await browser?.close();
    work.remove();
  });

  it('holds for a search with prices, errors and merges', async () => {
    const runDir = writeSearch(work.dir, { trials: 40, examples: 23, price: 0.0021, seed: 11 });
    const shown = await look(browser, reportOf(work.dir, runDir));
    await holds(shown, runDir);
    expect(shown.problems).to.deep.equal([]);
    await shown.close();
  });

  it('holds for a search with two objectives', async () => {
    const runDir = writeSearch(work.dir, {
      runId: 'two',
      trials: 30,
      examples: 12,
      objectives: ['accuracy', 'brevity'],
    });
    const shown = await look(browser, reportOf(work.dir, runDir));
    await holds(shown, runDir);
    expect(await shown.page.locator('tr[data-front]').count()).to.be.greaterThan(0);
    await shown.close();
  });

  it('holds for the sample: two compiles and two evaluations in one run', async () => {
    const journal = join(work.dir, 'sample');
    const sample = join(ROOT, 'dist/samples/gsm8k/main.js');
    const { status, stderr } = spawnSync(process.execPath, [sample, '--simulated', '--journal-dir', journal], {
      encoding: 'utf8',
    });
    expect(status, stderr).to.equal(0);
    const [run = ''] = readdirSync(journal).filter((name) => !name.startsWith('.'));
    const shown = await look(browser, reportOf(work.dir, join(journal, run)));
    await holds(shown, join(journal, run));
    await holdsHoldout(shown, linesOf(join(journal, run)));
    expect(shown.problems).to.deep.equal([]);
    await shown.close();
  });

  it('holds for runs side by side', async () => {
    const runs = [1, 2].map((seed) => writeSearch(work.dir, { runId: `side-${seed}`, seed, price: 0.01 }));
    const shown = await look(browser, reportOf(work.dir, ...runs));
    for (const runDir of runs) {
      const lines = linesOf(runDir);
      const counted = outcomeOf(lines, 'c0.w');
      const row = await numbersOf(shown.page.locator(`[data-entrant="${runDir.split('/').at(-1)}"]`));
      same(row['seed-score']?.[0], counted.seed, 'seed-score');
      same(row['best-score']?.[0], counted.best, 'best-score');
      same(row['trials']?.[0], counted.trials.length, 'trials');
      sameSpent(
        row,
        '',
        spentIn(lines, ({ compileId }) => compileId === 'c0.w'),
      );
    }
    await shown.close();
  });
});
