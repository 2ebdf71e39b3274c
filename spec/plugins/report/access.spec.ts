import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import type { Browser, Page } from 'playwright-core';
import { openBrowser } from '../../fixtures/browser.js';
import { writeSearch } from '../../fixtures/search-journal.js';
import { look, reportOf, workFolder } from './looked-at.js';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

const work = workFolder();
let browser: Browser;
let address: string;
let together: string;

interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

/** What axe-core finds that is serious. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const found = await page.evaluate(async () => {
    const { axe } = window as unknown as {
      readonly axe: { run(): Promise<{ readonly violations: readonly Violation[] }> };
    };
    return (await axe.run()).violations;
  });
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join('\n')}`,
    );
}

function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
}

describe('a report for everybody', function () {
  this.timeout(120_000);

  before(async () => {
    browser = await openBrowser();
    const options = { trials: 30, examples: 12, traces: 1, price: 0.01, objectives: ['accuracy', 'brevity'] };
    const first = writeSearch(work.dir, { runId: 'first', ...options });
    const second = writeSearch(work.dir, { runId: 'second', ...options, seed: 9, hyperparameters: { numTrials: 20 } });
    address = reportOf(work.dir, first);
    together = reportOf(work.dir, first, second);
  });

  after(async () => {
    await browser?.close();
    work.remove();
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    it(`has no serious problem for axe-core, ${colorScheme}`, async () => {
      const shown = await look(browser, address, { colorScheme });
      expect(await violations(shown.page)).to.deep.equal([]);
      await shown.page.locator('tr[data-trial="0"] button').click();
      await shown.page.locator('.panel [data-example="0"] > button').click();
      await shown.page.getByRole('button', { name: 'Show trace' }).click();
      await shown.page.locator('.trace .message').first().waitFor();
      expect(await violations(shown.page), 'with details').to.deep.equal([]);
      await shown.close();
      const side = await look(browser, together, { colorScheme });
      expect(await violations(side.page), 'side by side').to.deep.equal([]);
      await side.close();
    });
  }

  it('can be walked through by keyboard alone', async () => {
    const { page, close } = await look(browser, address);
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.className)).to.equal('skip');
    const first = page.locator('tr[data-trial="0"] button');
    await first.focus();
    await page.keyboard.press('Enter');
    await page.locator('[data-panel-trial="0"]').waitFor();
    await page.keyboard.press('ArrowDown');
    await page.locator('[data-panel-trial="1"]').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('.panel').waitFor({ state: 'detached' });
    await page.locator('.matrix').focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowDown');
    expect(await page.locator('.readout').textContent()).to.match(/trial \d+, .*solved by/);
    await page.keyboard.press('Enter');
    await page.locator('.panel .example-body').waitFor();
    await close();
  });

  it('sorts and filters the trials, and says so', async () => {
    const { page, close } = await look(browser, address);
    const table = page.locator('#trials');
    await table.getByRole('button', { name: 'Score' }).click();
    expect(await table.locator('th[aria-sort=descending]').textContent()).to.include('Score');
    const scores = await table
      .locator('[data-of=trial-score]')
      .evaluateAll((all) => all.map((one) => Number(one.getAttribute('value'))));
    expect(scores).to.deep.equal([...scores].sort((a, b) => b - a));
    await table.getByRole('button', { name: 'Full', exact: true }).click();
    await table.locator('input[type=search]').fill('no such trial');
    await table.getByText('No trial is like that.').waitFor();
    await close();
  });

  it('fits a phone: nothing is wider than the screen, and details cover it', async () => {
    const { page, problems, close } = await look(browser, address, PHONE);
    expect(await overflow(page)).to.be.at.most(0);
    await page.locator('tr[data-trial="0"] button').click();
    await page.locator('[data-panel-trial="0"]').waitFor();
    expect(await overflow(page)).to.be.at.most(0);
    expect((await page.locator('.panel').boundingBox())?.width).to.equal(390);
    expect(problems).to.deep.equal([]);
    await close();
    const side = await look(browser, together, PHONE);
    expect(await overflow(side.page)).to.be.at.most(0);
    await side.close();
  });

  it('follows the system’s colours until somebody chooses, and keeps the choice', async () => {
    const { page, close } = await look(browser, address, { colorScheme: 'dark' });
    const theme = () => page.evaluate(() => document.documentElement.dataset['theme']);
    expect(await theme()).to.equal('dark');
    await page.getByRole('button', { name: /^Theme/ }).click();
    expect(await theme()).to.equal('light');
    await page.reload();
    await page.locator('main').waitFor();
    expect(await theme()).to.equal('light');
    await close();
  });

  it('is printed in light colours, without controls, with every trial', async () => {
    const { page, close } = await look(browser, address, { colorScheme: 'dark' });
    await page.emulateMedia({ media: 'print' });
    await page.waitForFunction(() => document.documentElement.dataset['theme'] === 'light');
    await page.locator('tr[data-trial="29"]').waitFor();
    expect(await page.locator('tr[data-trial]').count()).to.equal(30);
    expect(await page.locator('.controls:visible, .top:visible').count()).to.equal(0);
    await close();
  });

  it('compares runs: settings that differ, and the winners’ texts', async () => {
    const { page, problems, close } = await look(browser, together);
    expect(
      await page.locator('[data-setting]').evaluateAll((rows) => rows.map((row) => row.getAttribute('data-setting'))),
    ).to.deep.equal(['numTrials']);
    expect(await page.locator('#winners ins, #winners del').count()).to.be.greaterThan(0);
    await page
      .getByRole('button', { name: /^search second/ })
      .first()
      .click();
    await page.locator('#trials').waitFor();
    expect(problems).to.deep.equal([]);
    await close();
  });

  it('calls no run the best where metrics or examples differ, and says so', async () => {
    const runs = ['one', 'two', 'other'].map((runId) => writeSearch(work.dir, { runId, trials: 4, examples: 4 }));
    const journal = join(runs[2] as string, 'events.jsonl');
    writeFileSync(journal, readFileSync(journal, 'utf8').replaceAll('exactAnswer', 'f1'));
    const shown = async (...of: (string | undefined)[]) => {
      const { page, close } = await look(browser, reportOf(work.dir, ...of.map(String)));
      const best = await page.locator('#outcomes .strong').count();
      const note = await page.locator('#outcomes .note').count();
      await close();
      return { best, note };
    };
    expect(await shown(runs[0], runs[1])).to.deep.equal({ best: 2, note: 0 });
    expect(await shown(runs[0], runs[2])).to.deep.equal({ best: 0, note: 1 });
  });
});
