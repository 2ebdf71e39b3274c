import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { readRunHistory } from '../lib/analysis/node.js';
import { renderReport } from '../plugins/report/index.js';
import { openBrowser } from '../spec/fixtures/browser.js';
import { writeSearch } from '../spec/fixtures/search-journal.js';
import { type Row, report, summarize } from './measure.js';

const SEARCHES = [
  { name: '30 trials × 50 examples', trials: 30, examples: 50, minibatch: 12 },
  { name: '2,000 trials × 50 examples', trials: 2_000, examples: 50, minibatch: 50 },
];
const REPEATS = 5;

/** Returns the milliseconds from the start of the navigation until the first chart is drawn, by the browser's clock. */
async function firstChart(browser: Browser, address: string): Promise<number> {
  const page = await browser.newPage({ viewport: { width: 1_360, height: 800 } });
  await page.goto(address, { waitUntil: 'commit' });
  const drawn = page.locator('.chart-place[data-drawn]').first();
  await drawn.waitFor();
  const ms = Number(await drawn.getAttribute('data-drawn'));
  await page.close();
  return ms;
}

async function measure(browser: Browser, dir: string, { name, ...search }: (typeof SEARCHES)[number]): Promise<Row> {
  const runDir = writeSearch(dir, { runId: String(search.trials), ...search });
  const started = performance.now();
  const history = readRunHistory(runDir, { traces: 'all' });
  const read = performance.now();
  const file = join(dir, `${search.trials}.html`);
  writeFileSync(file, renderReport([history]));
  const written = performance.now();
  const times: number[] = [];
  for (let i = 0; i < REPEATS; i += 1) times.push(await firstChart(browser, pathToFileURL(file).href));
  const { min, median } = summarize(times);
  return {
    name,
    'journal MB': statSync(join(runDir, 'events.jsonl')).size / 1e6,
    'read s': (read - started) / 1_000,
    'write s': (written - read) / 1_000,
    'report MB': statSync(file).size / 1e6,
    'first chart min ms': min,
    'median ms': median,
  };
}

const dir = mkdtempSync(join(tmpdir(), 'axl-bench-report-'));
const browser = await openBrowser();
try {
  const rows: Row[] = [];
  for (const search of SEARCHES) rows.push(await measure(browser, dir, search));
  report(rows);
} finally {
  await browser.close();
  rmSync(dir, { recursive: true, force: true });
}
