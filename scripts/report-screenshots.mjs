// Takes the screenshots of the report in docs/images: runs the main sample, writes its report and opens it in headless
// Chromium in light mode, in dark mode and on a phone. `node scripts/report-screenshots.mjs` after `npm run build`;
// CHROMIUM names the browser.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { findBrowser } from './browser.mjs';
import { ROOT } from './setup.mjs';

const IMAGES = join(ROOT, 'docs/images');
const DESK = { viewport: { width: 1360, height: 800 } };

function node(script, ...args) {
  const result = spawnSync(process.execPath, [join(ROOT, script), ...args], { encoding: 'utf8' });
  if (result.status !== 0) throw new Error(`${script} ended with ${result.status}:\n${result.stderr}`);
}

/** Opens the page of GEPA, the second compile of the sample, prepares it and takes a screenshot. */
async function screenshot({ browser, address }, name, options, prepare) {
  const page = await browser.newPage(options);
  await page.goto(address);
  await page.getByRole('button', { name: /^GEPA/ }).click();
  await page.locator('.chart-place[data-drawn]').first().waitFor();
  await prepare?.(page);
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: join(IMAGES, `report-${name}.png`) });
  await page.close();
}

async function takeScreenshots(address) {
  const browser = await chromium.launch({ executablePath: findBrowser(), args: ['--no-sandbox'] });
  const source = { browser, address };
  await screenshot(source, 'light', DESK);
  await screenshot(source, 'dark', { ...DESK, colorScheme: 'dark' }, async (page) => {
    await page.locator('#winner').getByRole('button', { name: 'Blame' }).click();
    await page.locator('tr[data-trial="26"] button').click();
    await page.locator('.panel [data-example="2"] > button').click();
    await page.locator('.panel .example-body').waitFor();
    await page.evaluate(() => document.querySelector('#winner').scrollIntoView());
  });
  await screenshot(source, 'examples', DESK, async (page) => {
    await page.locator('.matrix').focus();
    for (const key of ['ArrowRight', ...Array(2).fill('ArrowDown'), ...Array(44).fill('ArrowRight')]) {
      await page.keyboard.press(key);
    }
    await page.evaluate(() => document.querySelector('#examples').scrollIntoView());
  });
  await screenshot(source, 'phone', { viewport: { width: 390, height: 844 } });
  await browser.close();
}

mkdirSync(IMAGES, { recursive: true });
const folder = mkdtempSync(join(tmpdir(), 'ax-autolog-report-'));
try {
  node('dist/samples/gsm8k/main.js', '--simulated', '--journal-dir', join(folder, 'journal'));
  const file = join(folder, 'report.html');
  node('dist/lib/cli/main.js', 'report', 'latest', '--dir', join(folder, 'journal'), '-o', file);
  await takeScreenshots(pathToFileURL(file).href);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
