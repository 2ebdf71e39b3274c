import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import type { Browser, Page } from 'playwright-core';
import { serveUi } from '../../../plugins/report/ui.js';
import { openBrowser } from '../../fixtures/browser.js';
import { writeSearch } from '../../fixtures/search-journal.js';
import { type LookedAt, look, reportOf, workFolder } from './looked-at.js';

/** Everything that could be taken for markup, code, a template, a direction or the end of something. */
const PLANTED = [
  '</script><script>window.pwned = "script"; alert(1)</script>',
  '<img src=x onerror="window.pwned = \'img\'">',
  '<svg onload="window.pwned = \'svg\'"><iframe srcdoc="<script>parent.pwned = 1</script>"></iframe>',
  '</style><style>* { display: none }</style><!-- <base href="http://127.0.0.1:9/"> -->]]>',
  '<a href="javascript:window.pwned = 1">link</a><form action="http://127.0.0.1:9/"><button>',
  `{{constructor.constructor("window.pwned = 1")()}} ${'$'}{window.pwned = 1} #{7*7} <%= 7*7 %>`,
  '\u202Egnp.exe\u202C \u2066hidden\u2069 \u0000\u0007\u001b[31m\u2028\u2029\uFEFF',
  '__proto__ constructor "double" \'single\' `back` \\u003c &lt;b&gt; &amp;',
].join(' ');

const work = workFolder();
let browser: Browser;

/** Opens everything that shows what users or LMs wrote. */
async function openEverything(page: Page): Promise<void> {
  for (const view of ['Against parent', 'Blame', 'Text', 'Against seed']) {
    const button = page.locator('#winner').getByRole('button', { name: view, exact: true });
    if ((await button.count()) > 0) await button.click();
  }
  await page.locator('tr[data-trial="0"] button').click();
  await page.locator('.panel [data-example="0"] > button').click();
  await page.getByRole('button', { name: 'Show trace' }).click();
  await page.locator('.trace .message').first().waitFor();
  for (const span of await page.locator('.span-line button').all()) await span.click();
  await page.keyboard.press('Escape');
  await page.locator('.lineage-open').nth(1).click();
  await page.locator('.panel .json').first().waitFor();
  for (const summary of await page.locator('details:not([open]) > summary').all()) await summary.click();
}

async function nothingRan({ page, problems, requests }: LookedAt): Promise<void> {
  expect(problems).to.deep.equal([]);
  expect(requests).to.deep.equal([]);
  expect(await page.evaluate(() => 'pwned' in window)).to.equal(false);
  expect(await page.locator('img, iframe, object, embed, base, form, main script').count()).to.equal(0);
}

describe('a report of texts that try to be more than text', function () {
  this.timeout(120_000);

  before(async () => {
    browser = await openBrowser();
  });

  after(async () => {
    await browser?.close();
    work.remove();
  });

  it('shows them as text in every part, and runs nothing', async () => {
    const runDir = writeSearch(work.dir, { trials: 8, examples: 6, traces: 2, planted: PLANTED });
    const shown = await look(browser, reportOf(work.dir, runDir));
    await openEverything(shown.page);
    await nothingRan(shown);
    for (const part of [
      '.run-head h1',
      '#winner .text',
      '.panel .json-text',
      '#settings',
      '#examples .group',
      '#trials tbody',
    ]) {
      const text = await shown.page.locator(part).first().textContent();
      expect(text, part).to.include('</script><script>window.pwned');
    }
    await shown.close();
  });

  it('shows them as text on the live page, and runs nothing', async () => {
    const server = await serveUi({ dir: work.dir, port: 0 });
    writeSearch(work.dir, { runId: 'live', trials: 8, examples: 6, traces: 2, planted: PLANTED });
    const address = server.urlOf('runs/live');
    const shown = await look(browser, address);
    await openEverything(shown.page);
    expect(shown.problems).to.deep.equal([]);
    expect(
      shown.requests.filter((request) => !request.startsWith(`http://127.0.0.1:${server.port}/api/runs/live`)),
    ).to.deep.equal([]);
    expect(await shown.page.evaluate(() => 'pwned' in window)).to.equal(false);
    await shown.close();
    const list = await look(browser, server.url);
    expect(await list.page.locator('.runs tbody').textContent()).to.include('</script><script>window.pwned');
    expect(list.problems).to.deep.equal([]);
    await list.close();
    await server.close();
  });

  it('shows them by their codes also in the choice of runs, which stays within a phone', async () => {
    const plain = writeSearch(work.dir, { runId: 'plain', trials: 4, examples: 4 });
    const planted = writeSearch(work.dir, {
      runId: 'planted',
      trials: 4,
      examples: 4,
      planted: `\u202Egnp.exe ${PLANTED}`,
    });
    const phone = { viewport: { width: 390, height: 800 } };
    const { page, close } = await look(browser, reportOf(work.dir, planted, plain), phone);
    const options = await page.locator('#winners option').allTextContents();
    expect(options.join()).to.match(/U\+202E/);
    expect(options.join()).to.not.match(/[\u202a-\u202e\u2066-\u2069]/u);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).to.equal(390);
    await close();
  });

  it('shows characters that are not seen, and those that turn others round, by their codes', async () => {
    const runDir = writeSearch(work.dir, { runId: 'hidden', trials: 3, planted: PLANTED });
    const shown = await look(browser, reportOf(work.dir, runDir));
    const codes = await shown.page.locator('#winner .hidden-char').allTextContents();
    expect(codes).to.include.members(['U+202E', 'U+202C', 'U+0000', 'U+001B', 'U+2028', 'U+FEFF']);
    const text = (await shown.page.locator('main').textContent()) ?? '';
    expect(text).to.not.match(/[\u202A-\u202E\u2066-\u2069]/);
    await shown.close();
  });

  it('shows a line of a million characters in part, and all of it when asked', async () => {
    const runDir = writeSearch(work.dir, { runId: 'long', trials: 1, examples: 1, planted: 'x'.repeat(1_000_000) });
    const shown = await look(browser, reportOf(work.dir, runDir));
    const text = shown.page.locator('#winner .component .text').first();
    expect(((await text.textContent()) ?? '').length).to.be.lessThan(10_000);
    await text.getByRole('button', { name: /show .* more characters/ }).click();
    await shown.page.waitForFunction(
      () => (document.querySelector('#winner .component .text')?.textContent?.length ?? 0) >= 1_000_000,
    );
    const [scroll, width] = await shown.page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    expect(scroll).to.equal(width);
    await nothingRan(shown);
    await shown.close();
  });
});
