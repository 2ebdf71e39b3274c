import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import type { Browser, Page } from 'playwright-core';
import { readRunHistory } from '../../lib/analysis/node.js';
import { renderReport } from '../../plugins/report/index.js';
import { serveUi, type UiServer } from '../../plugins/report/ui.js';
import { openBrowser } from '../fixtures/browser.js';
import { fixture, RUN_ID } from '../golden/fixture.js';
import { type LookedAt, look, workFolder } from '../plugins/report/looked-at.js';
import { type Planter, planted } from './hostile-text.js';
import { PAYLOADS } from './xss-payloads.js';

const LEAST = 83;
const work = workFolder();
const journal = join(work.dir, 'journal');
/** The name of a folder cannot hold a zero byte, nor a slash. */
const NAMED = '"><img src=x onerror="top.pwned=-1"> \' onfocus=top.pwned=-2 autofocus';

/** Plants all payloads in each text, beginning with another one each time, so that none is always behind the same. */
function planter(): Planter {
  let first = 0;
  const keys = PAYLOADS.slice(0, 40).join(' ');
  return (text, isKey) => {
    if (isKey) return `${text}${keys}`;
    first = (first + 1) % PAYLOADS.length;
    return [...PAYLOADS.slice(first), ...PAYLOADS.slice(0, first), text].join('\n');
  };
}

/** Clicks every element that a selector finds, one after the other, and lets the page be drawn after each. */
async function clickEach(page: Page, selector: string): Promise<void> {
  await page.evaluate(async (wanted) => {
    const drawn = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    for (const element of [...document.querySelectorAll<HTMLElement>(wanted)]) {
      if (element.isConnected) element.click();
      await drawn();
    }
  }, selector);
}

/** Opens every part that shows a text of the run. */
async function openAll(page: Page): Promise<void> {
  const all = 'details:not([open]) > summary';
  await clickEach(page, all);
  await clickEach(page, '#winner button');
  for (const row of await page.locator('tr[data-trial] button').all()) {
    await row.evaluate((button: HTMLElement) => button.click());
    await page.locator('.panel [data-example]').first().waitFor();
    await clickEach(page, '.panel [data-example] > button');
    for (const trace of await page.getByRole('button', { name: 'Show trace' }).all()) {
      await trace.evaluate((button: HTMLElement) => button.click());
      await page.locator('.trace .span-line').first().waitFor();
    }
    await clickEach(page, '.span-line button');
    await clickEach(page, all);
    await page.keyboard.press('Escape');
  }
  for (const candidate of await page.locator('.lineage-open').all()) {
    await candidate.evaluate((button: HTMLElement) => button.click());
    await page.locator('.panel').waitFor();
    await clickEach(page, all);
    await page.keyboard.press('Escape');
  }
}

async function expectNothingRan({ page, problems, requests }: LookedAt, own: string): Promise<void> {
  expect(problems).to.deep.equal([]);
  expect(requests.filter((address) => own === '' || !address.startsWith(own))).to.deep.equal([]);
  const found = await page.evaluate(() => {
    const all = [...document.querySelectorAll('*')];
    return {
      pwned: 'pwned' in window ? (window as { pwned?: unknown }).pwned : 'no',
      handlers: all.filter((element) => element.getAttributeNames().some((name) => name.startsWith('on'))).length,
      loading: document.querySelectorAll(
        'img, iframe, object, embed, base, form, video, audio, main script, main style',
      ).length,
      links: [...document.querySelectorAll('a')]
        .map((link) => link.getAttribute('href') ?? '')
        .filter((address) => !/^(#|\/(?!\/))/.test(address)),
      policy: document.querySelector('meta[http-equiv=Content-Security-Policy]')?.getAttribute('content') ?? '',
    };
  });
  expect(found.policy).to.include("default-src 'none'").and.not.include('unsafe');
  expect({ ...found, policy: '' }).to.deep.equal({ pwned: 'no', handlers: 0, loading: 0, links: [], policy: '' });
}

let server: UiServer | undefined;

describe(`${PAYLOADS.length} payloads in a run`, function () {
  this.timeout(60_000);
  let browser: Browser;

  before(async () => {
    browser = await openBrowser();
    for (const name of [RUN_ID, NAMED]) {
      mkdirSync(join(journal, name), { recursive: true });
      const lines = planted(fixture(), planter()).map((event) => `${JSON.stringify(event)}\n`);
      writeFileSync(join(journal, name, 'events.jsonl'), lines.join(''));
    }
  });
  after(async () => {
    await browser?.close();
    await server?.close();
    work.remove();
  });

  it('run where a text becomes markup: the marker would notice', async () => {
    expect(PAYLOADS.length).to.be.at.least(LEAST);
    const page = await browser.newPage();
    await page.addInitScript(() => {
      const ran = new Set<unknown>();
      Object.defineProperty(window, 'pwned', { set: (number) => void ran.add(number), get: () => [...ran] });
    });
    const file = join(work.dir, 'careless.html');
    const frame = (payload: string) =>
      `<iframe srcdoc="${payload.replaceAll('&', '&amp;').replaceAll('"', '&quot;')}"></iframe>`;
    writeFileSync(file, `<!doctype html><meta charset=utf-8>${PAYLOADS.map(frame).join('')}`);
    await page.goto(pathToFileURL(file).href);
    await page.waitForFunction((least) => (window as unknown as { pwned: unknown[] }).pwned.length >= least, 40);
    await page.close();
  });

  it('stay text in the report', async () => {
    const history = readRunHistory(join(journal, RUN_ID), { traces: 'all' });
    const file = join(work.dir, 'report.html');
    writeFileSync(file, renderReport([history], { title: PAYLOADS.join(' ') }));
    const shown = await look(browser, pathToFileURL(file).href);
    await openAll(shown.page);
    const text = (await shown.page.locator('main').textContent()) ?? '';
    for (const payload of ['<img src=x onerror=', '</script><script>', '<svg onload='])
      expect(text).to.include(payload);
    await expectNothingRan(shown, '');
    await shown.close();
  });

  it('stay text on the live page, in its list and in its addresses', async () => {
    server = await serveUi({ dir: journal, port: 0 });
    const own = `http://127.0.0.1:${server.port}/api/`;
    const list = await look(browser, server.url);
    await list.page.locator('.runs tbody tr').first().waitFor();
    await expectNothingRan(list, own);
    await list.close();
    for (const name of [RUN_ID, NAMED]) {
      const run = await look(browser, server.urlOf(`runs/${encodeURIComponent(name)}`));
      if (name === RUN_ID) await openAll(run.page);
      await expectNothingRan(run, own);
      await run.close();
    }
  });
});
