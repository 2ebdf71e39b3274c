import { statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import type { Browser } from 'playwright-core';
import { openBrowser } from '../../fixtures/browser.js';
import { writeSearch } from '../../fixtures/search-journal.js';
import { ROOT } from '../../repository/tree.js';
import { look, reportOf, workFolder } from './looked-at.js';

const MB = 1_000_000;

describe('a report of 2,000 trials of 50 examples', function () {
  this.timeout(180_000);
  const work = workFolder();
  let browser: Browser;
  let address: string;

  before(async () => {
    browser = await openBrowser();
    address = reportOf(work.dir, writeSearch(work.dir, { trials: 2_000, examples: 50, minibatch: 50 }));
  });

  after(async () => {
    await browser?.close();
    work.remove();
  });

  it('stays below 30 MB', () => {
    expect(statSync(fileURLToPath(address)).size).to.be.lessThan(30 * MB);
  });

  it('opens and draws, and its table scrolls to the last trial and opens it', async () => {
    const { page, problems, close } = await look(browser, address);
    await page.locator('.chart-place[data-drawn]').first().waitFor();
    expect(await page.locator('tr[data-trial]').count()).to.be.within(10, 80);
    await page.locator('#trials .table-place').evaluate((place) => place.scrollTo(0, place.scrollHeight));
    const last = page.locator('tr[data-trial="1999"]');
    await last.waitFor();
    await last.getByRole('button').click();
    await page.locator('[data-panel-trial="1999"] [data-example="49"]').waitFor();
    await page.locator('[data-panel-trial="1999"] [data-example="49"] > button').click();
    await page
      .locator('.example-body')
      .getByText(/Question 49/)
      .waitFor();
    expect(problems).to.deep.equal([]);
    await close();
  });

  it('brings less than 2 MB of its own: script, styles and licences', () => {
    const page = join(ROOT, 'dist/plugins/report/page');
    const sizes = ['main.js', 'main.css', 'NOTICES.txt'].map((name) => statSync(join(page, name)).size);
    expect(sizes.reduce((sum, size) => sum + size, 0)).to.be.lessThan(2 * MB);
  });
});
