import { appendFileSync, mkdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import fc from 'fast-check';
import { after, before, describe, it } from 'mocha';
import type { Browser } from 'playwright-core';
import { readRunHistory } from '../../../lib/analysis/node.js';
import { renderReport } from '../../../plugins/report/index.js';
import { serveUi } from '../../../plugins/report/ui.js';
import { anyEvents } from '../../contract/arbitrary.js';
import { openBrowser } from '../../fixtures/browser.js';
import { writeSearch } from '../../fixtures/search-journal.js';
import { look, reportOf, workFolder } from './looked-at.js';

describe('a report of a journal that is not whole', function () {
  this.timeout(60_000);
  const work = workFolder();
  let browser: Browser;

  const journal = (runId: string, content: string): string => {
    const runDir = join(work.dir, runId);
    mkdirSync(runDir, { recursive: true });
    writeFileSync(join(runDir, 'events.jsonl'), content);
    return runDir;
  };

  before(async () => {
    browser = await openBrowser();
  });

  after(async () => {
    await browser?.close();
    work.remove();
  });

  it('says of a run that goes on how far it is', async () => {
    const runDir = writeSearch(work.dir, { runId: 'running', trials: 7, isRunning: true });
    const { page, problems, close } = await look(browser, reportOf(work.dir, runDir));
    expect(await page.locator('.run-head [data-status=running]').count()).to.equal(1);
    expect(await page.locator('[data-of=sentence]').textContent()).to.match(
      /GEPA is at work: seed 0\.\d+, best so far 0\.\d+, after 7 trials/,
    );
    expect(await page.locator('#winner h2').textContent()).to.equal('Best so far');
    expect(problems).to.deep.equal([]);
    await close();
  });

  it('says of an empty journal that nothing has been recorded', async () => {
    const { page, problems, close } = await look(browser, reportOf(work.dir, journal('empty', '')));
    expect(await page.locator('[data-of=sentence]').textContent()).to.equal('Nothing has been recorded yet.');
    expect(problems).to.deep.equal([]);
    await close();
  });

  it('shows what is left of a journal that was cut off, and says what is missing', async () => {
    const runDir = writeSearch(work.dir, { runId: 'torn', trials: 9 });
    const file = join(runDir, 'events.jsonl');
    truncateSync(file, Math.floor(statSync(file).size * 0.6));
    const { page, problems, close } = await look(browser, reportOf(work.dir, runDir));
    expect(await page.locator('#notes').textContent()).to.include('AXL_JOURNAL_TORN');
    expect(await page.locator('tr[data-trial]').count()).to.be.greaterThan(1);
    expect(problems).to.deep.equal([]);
    await close();
  });

  it('shows what is left of a journal with damaged lines, and says which', async () => {
    const runDir = writeSearch(work.dir, { runId: 'damaged', trials: 9 });
    const file = join(runDir, 'events.jsonl');
    const lines = readFileSync(file, 'utf8').split('\n');
    for (const at of [3, 40, 41]) lines[at] = lines[at]?.slice(5) ?? '';
    writeFileSync(file, lines.join('\n'));
    const { page, problems, close } = await look(browser, reportOf(work.dir, runDir));
    expect(await page.locator('#notes .said-problem').count()).to.equal(3);
    expect(await page.locator('#notes').textContent()).to.include('AXL_JOURNAL_CORRUPT');
    expect(problems).to.deep.equal([]);
    await close();
  });

  it('refuses a journal of a newer version by its code; the live page says so in its place', async () => {
    const runDir = writeSearch(work.dir, { runId: 'newer', trials: 2 });
    appendFileSync(join(runDir, 'events.jsonl'), `${JSON.stringify({ v: 99, type: 'onLog' })}\n`);
    expect(() => renderReport([readRunHistory(runDir)])).to.throw(/AXL_JOURNAL_VERSION/);
    const server = await serveUi({ dir: work.dir, port: 0 });
    const { page, problems, close } = await look(browser, server.urlOf('runs/newer'));
    expect(await page.locator('[data-problem]').getAttribute('data-problem')).to.equal('AXL_JOURNAL_VERSION');
    expect(problems).to.deep.equal([]);
    await close();
    await server.close();
  });

  it('says what is wrong with a file that lacks a part or was cut off, in place of an empty page', async () => {
    const html = renderReport([readRunHistory(writeSearch(work.dir, { runId: 'cut', trials: 9 }))]);
    const shownOf = async (name: string, content: string): Promise<string> => {
      writeFileSync(join(work.dir, name), content);
      const page = await browser.newPage();
      await page.goto(pathToFileURL(join(work.dir, name)).href);
      const text = await page.locator('main, .waiting').first().textContent();
      await page.close();
      return text ?? '';
    };
    const withoutData = html.replace(/<script type="application\/json" id="data">[\s\S]*?<\/script>/, '');
    expect(await shownOf('lacks.html', withoutData)).to.include('This report cannot be shown');
    expect(await shownOf('half.html', html.slice(0, html.length / 2))).to.include('the file was cut off');
  });

  it('shows an evaluation alone, and a run of the user’s with only metrics', async () => {
    const line = (seq: number, type: string, data: object, place: object = {}): string =>
      `${JSON.stringify({ v: 1, seq, time: 1_795_000_000_000 + seq, writer: 'w', runId: 'metrics', ...place, type, data, derived: [] })}\n`;
    const runDir = journal(
      'metrics',
      [
        line(0, 'onRunStart', { name: 'metrics', kind: 'user', tags: { team: 'a' }, params: {}, source: {} }),
        ...[3, 2, 1].map((value, at) => line(at + 1, 'onLog', { kind: 'metric', key: 'loss', value, step: at })),
        line(4, 'onRunEnd', { status: 'finished', durationMs: 4 }),
      ].join(''),
    );
    const { page, problems, close } = await look(browser, reportOf(work.dir, runDir));
    expect(await page.locator('#metrics data').getAttribute('value')).to.equal('1');
    expect(problems).to.deep.equal([]);
    await close();
  });

  it('draws any events, in any order', async () => {
    const runDir = join(work.dir, 'any');
    for (const events of fc.sample(anyEvents(['any']), { numRuns: 25, seed: 7 })) {
      rmSync(runDir, { recursive: true, force: true });
      journal('any', events.map((event) => `${JSON.stringify(event)}\n`).join(''));
      const { page, problems, close } = await look(browser, reportOf(work.dir, runDir));
      for (const row of await page.locator('.row-open, .lineage-open').all()) await row.click();
      expect(problems, JSON.stringify(events)).to.deep.equal([]);
      await close();
    }
  });
});
