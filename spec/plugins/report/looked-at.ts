import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { readRunHistory } from '../../../lib/analysis/node.js';
import { renderReport } from '../../../plugins/report/index.js';

/** A page that is being looked at, and all that it should not do. */
export interface LookedAt {
  readonly page: Page;
  /** Console errors and warnings, uncaught errors, violations of the content policy, dialogs. */
  readonly problems: readonly string[];
  /** Addresses that it asked for, apart from its own. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

const DESK = { viewport: { width: 1_360, height: 800 } };

/** Opens an address and waits until the page is drawn. */
export async function look(
  browser: Browser,
  address: string,
  options: BrowserContextOptions = DESK,
): Promise<LookedAt> {
  const context = await browser.newContext({ ...DESK, ...options });
  const page = await context.newPage();
  const problems: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => problems.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => problems.push(`uncaught: ${error.message}`));
  page.on('dialog', (dialog) => {
    problems.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    if (request.url() !== address && !request.url().startsWith('data:')) requests.push(request.url());
  });
  await page.goto(address);
  await page.locator('main').first().waitFor();
  return { page, problems, requests, close: () => context.close() };
}

/** A folder for one suite's journals and files. */
export function workFolder(): { readonly dir: string; remove(): void } {
  const dir = mkdtempSync(join(tmpdir(), 'axl-report-'));
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) };
}

/** Writes the report of runs into a file and returns its address. */
export function reportOf(dir: string, ...runDirs: readonly string[]): string {
  const html = renderReport(runDirs.map((runDir) => readRunHistory(runDir, { traces: 'all' })));
  counter += 1;
  const file = join(dir, `report-${counter}.html`);
  writeFileSync(file, html);
  return pathToFileURL(file).href;
}

let counter = 0;

/** The numbers of a part of a page, by name: their exact values, in order. */
export async function numbersOf(part: Page | Locator): Promise<Record<string, (number | null)[]>> {
  const found = await part
    .locator('data[data-of]')
    .evaluateAll((elements) =>
      elements.map((element) => [element.getAttribute('data-of') ?? '', element.getAttribute('value') ?? ''] as const),
    );
  const numbers: Record<string, (number | null)[]> = {};
  for (const [name, value] of found) {
    const known = numbers[name] ?? [];
    known.push(value === '' ? null : Number(value));
    numbers[name] = known;
  }
  return numbers;
}
