import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import type { Browser } from 'playwright-core';
import { serveUi, type UiServer } from '../../../plugins/report/ui.js';
import { openBrowser } from '../../fixtures/browser.js';
import { writeSearch } from '../../fixtures/search-journal.js';
import { look, workFolder } from './looked-at.js';

interface Answer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

/** Sends a request with the token as it is: path and headers are not put right on the way. */
function ask(port: number, path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const authorized = { authorization: `Bearer ${server.token}`, ...headers };
    const sent = request({ host: '127.0.0.1', port, path, method, headers: authorized }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
    });
    sent.on('error', reject);
    sent.end();
  });
}

const work = workFolder();
const journal = join(work.dir, 'journal');
let server: UiServer;

describe('the live page’s server', () => {
  before(async () => {
    writeSearch(journal, { runId: 'one', trials: 4 });
    writeFileSync(join(work.dir, 'secret.txt'), 'a secret');
    mkdirSync(join(work.dir, 'outside'));
    writeFileSync(join(work.dir, 'outside', 'events.jsonl'), readFileSync(join(journal, 'one', 'events.jsonl')));
    server = await serveUi({ dir: journal, port: 0 });
  });

  after(async () => {
    await server?.close();
  });

  it('listens on 127.0.0.1 only', () => {
    expect(server.url).to.equal(`http://127.0.0.1:${server.port}/?token=${server.token}`);
  });

  it('answers by its own names only', async () => {
    const { port } = server;
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`]) {
      expect((await ask(port, '/', { host })).status, host).to.equal(200);
    }
    for (const host of [
      'evil.example',
      `evil.example:${port}`,
      '127.0.0.1',
      `127.0.0.1:${port + 1}`,
      `127.0.0.1.evil.example:${port}`,
    ]) {
      expect((await ask(port, '/api/runs/one', { host })).status, host).to.equal(403);
    }
  });

  it('answers no page of another site', async () => {
    const { port } = server;
    for (const origin of ['http://evil.example', 'null', `http://127.0.0.1:${port + 1}`, `https://127.0.0.1:${port}`]) {
      expect((await ask(port, '/api/list', { origin })).status, origin).to.equal(403);
    }
    expect((await ask(port, '/api/list', { origin: `http://127.0.0.1:${port}` })).status).to.equal(200);
    const fetched = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' };
    expect((await ask(port, '/api/list', fetched)).status).to.equal(403);
  });

  it('only lets itself be read', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
      const { status, headers } = await ask(server.port, '/api/runs/one', {}, method);
      expect(status, method).to.equal(405);
      expect(headers['allow']).to.equal('GET, HEAD');
    }
    const head = await ask(server.port, '/', {}, 'HEAD');
    expect(head.status).to.equal(200);
    expect(head.body).to.equal('');
  });

  it('sends a strict content policy, lets nobody frame or keep what it sends', async () => {
    const { headers } = await ask(server.port, '/');
    const policy = String(headers['content-security-policy']);
    expect(policy)
      .to.include("default-src 'none'")
      .and.include("frame-ancestors 'none'")
      .and.include("connect-src 'self'");
    expect(policy).to.match(/script-src 'sha256-[^']+';/);
    expect(policy).to.not.match(/unsafe|\*|https?:/);
    expect(headers['cache-control']).to.equal('no-store');
    expect(headers['x-content-type-options']).to.equal('nosniff');
    expect(headers['cross-origin-resource-policy']).to.equal('same-origin');
  });

  it('leads nowhere but to the runs of its folder', async () => {
    const paths = [
      '/../secret.txt',
      '/runs/..',
      '/runs/../../secret.txt',
      '/runs/..%2F..%2Fsecret.txt',
      '/runs/..%2Foutside',
      '/runs/%2e%2e',
      '/runs/%00',
      '/runs/%E0%A4%A',
      '/runs/one%2F..',
      '/runs/one/events.jsonl',
      '/api/runs/..%2Foutside',
      '/api/runs/one/details/../../x',
      '/api/runs/one/details/x',
      '/api/runs/one/details/__proto__',
      '/api/runs/one/nothing',
      '/api',
      '/favicon.ico',
      '/runs/nothing',
      '//',
      '/api/runs/__proto__',
      '/api/runs/one/details/t99',
      '/api/runs/one/changes/more',
    ];
    for (const path of paths) {
      const { status, body } = await ask(server.port, path);
      expect(status, path).to.equal(404);
      expect(body, path).to.not.include('secret');
    }
  });

  it('changes nothing in the folder', async () => {
    const state = (): string[] =>
      (readdirSync(journal, { recursive: true }) as string[]).map(
        (path) => `${path} ${statSync(join(journal, path)).mtimeMs}`,
      );
    const before = state();
    for (const path of ['/', '/runs/one', '/api/list', '/api/runs/one', '/api/runs/one/details/t0']) {
      expect((await ask(server.port, path)).status, path).to.equal(200);
    }
    expect(state()).to.deep.equal(before);
  });

  it('says that a port is taken, by a code', async () => {
    const error = await serveUi({ dir: journal, port: server.port }).then(
      () => null,
      (caught: unknown) => caught,
    );
    expect(error).to.have.property('code', 'AXL_UI_PORT');
    expect(String(error)).to.include(`${server.port}`).and.include('--port');
  });
});

describe('the live page', function () {
  this.timeout(60_000);
  let browser: Browser;
  let child: ChildProcess | undefined;

  before(async () => {
    browser = await openBrowser();
    server = await serveUi({ dir: journal, port: 0 });
  });

  after(async () => {
    child?.kill('SIGKILL');
    await server?.close();
    await browser?.close();
    work.remove();
  });

  const writer = fileURLToPath(new URL('./children/search.js', import.meta.url));
  const told = async (message: string): Promise<void> => {
    child?.send(message);
    await once(child as ChildProcess, 'message');
  };

  it('follows a run that another process is writing, without loading anew or losing what was chosen', async () => {
    child = fork(writer, [journal, 'live']);
    await once(child, 'message');
    const { page, problems, close } = await look(browser, server.urlOf('runs/live'));
    await page.evaluate(() => Object.assign(window, { isSame: true }));
    const rows = page.locator('tr[data-trial]');
    await page.locator('#trials').getByRole('button', { name: 'Score' }).click();
    await page.locator('#trials input[type=search]').fill('minibatch');
    await page.locator('tr[data-trial="1"] button').click();
    await page.locator('[data-panel-trial="1"]').waitFor();
    const before = await rows.count();
    await told('round');
    await page.waitForFunction((count) => document.querySelectorAll('tr[data-trial]').length > count, before);
    expect(await page.locator('#trials input[type=search]').inputValue()).to.equal('minibatch');
    expect(await page.locator('#trials th[aria-sort=descending]').textContent()).to.include('Score');
    expect(await page.locator('[data-panel-trial="1"]').count()).to.equal(1);
    expect(await page.locator('.run-head [data-status=running]').count()).to.equal(1);
    await told('end');
    await page.locator('.run-head [data-status=finished]').waitFor();
    expect(await page.evaluate(() => 'isSame' in window), 'the page was not loaded anew').to.equal(true);
    expect(problems).to.deep.equal([]);
    await close();
  });

  it('follows it in more tabs than a browser has connections', async () => {
    const file = join(writeSearch(journal, { runId: 'in-tabs', trials: 12, examples: 4 }), 'events.jsonl');
    const lines = readFileSync(file, 'utf8').split('\n');
    writeFileSync(file, `${lines.slice(0, 20).join('\n')}\n`);
    const context = await browser.newContext();
    const tabs = await Promise.all(Array.from({ length: 8 }, () => context.newPage()));
    for (const tab of tabs) {
      await tab.goto(server.urlOf('runs/in-tabs'));
      await tab.locator('#trials').waitFor();
    }
    writeFileSync(file, lines.join('\n'));
    for (const tab of tabs) await tab.locator('.outcome [data-of="trials"][value="12"]').waitFor();
    await context.close();
  });

  it('shows a run in the list as soon as it begins, and leads to it', async () => {
    const { page, close } = await look(browser, server.url);
    expect(await page.locator('[data-run=later]').count()).to.equal(0);
    writeSearch(journal, { runId: 'later', trials: 3 });
    await page.locator('[data-run=later] a').click();
    await page.locator('#trials').waitFor();
    await close();
  });

  it('says when the server is gone', async () => {
    const own = await serveUi({ dir: journal, port: 0 });
    const { page, close } = await look(browser, own.urlOf('runs/one'));
    await own.close();
    await page.getByText('The server is gone').waitFor();
    expect(await page.locator('tr[data-trial]').count()).to.be.greaterThan(0);
    await close();
  });
});
