import { mkdtempSync, rmSync } from 'node:fs';
import { type IncomingHttpHeaders, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import type { Browser } from 'playwright-core';
import { serveUi, type UiServer } from '../../plugins/report/ui.js';
import { openBrowser } from '../fixtures/browser.js';
import { writeSearch } from '../fixtures/search-journal.js';

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

let dir = '';
let server: UiServer;

/** Sends a request as another user of the machine would. */
function ask(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port: server.port, path, method, headers, agent: false }, (response) => {
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

before(() => {
  dir = mkdtempSync(join(tmpdir(), 'axl-live-'));
  writeSearch(dir, { runId: 'one', name: 'a private name', trials: 3 });
});
after(() => rmSync(dir, { recursive: true, force: true }));

const PATHS = [
  '/',
  '/runs/one',
  '/runs/nothing',
  '/api/list',
  '/api/list/changes',
  '/api/runs/one',
  '/api/runs/one/changes',
  '/api/runs/one/details/t0',
  '/favicon.ico',
  '/%00',
];

describe('the token of the live page', () => {
  before(async () => {
    server = await serveUi({ dir, port: 0 });
  });
  after(() => server.close());

  it('is 128 random bits, new for each server', async () => {
    expect(server.token).to.match(/^[\w-]{22}$/);
    const other = await serveUi({ dir, port: 0 });
    expect(other.token).to.not.equal(server.token);
    await other.close();
    expect(server.url).to.equal(`http://127.0.0.1:${server.port}/?token=${server.token}`);
    expect(server.urlOf('runs/one')).to.equal(`http://127.0.0.1:${server.port}/runs/one?token=${server.token}`);
  });

  it('is asked for on every path, and its absence says nothing about the runs', async () => {
    for (const path of PATHS) {
      for (const method of ['GET', 'HEAD']) {
        const { status, body, headers } = await ask(path, {}, method);
        expect(status, `${method} ${path}`).to.equal(403);
        expect(headers['content-security-policy'], path).to.include("default-src 'none'");
        if (method === 'HEAD') continue;
        expect(body, path).to.include('address that ax-autolog ui printed').and.not.include('private');
        expect(body, path).to.not.include(server.token);
      }
    }
  });

  it('lets in with the address and with the header, and with nothing that resembles it', async () => {
    const { token } = server;
    expect((await ask(`/?token=${token}`)).body).to.include('a private name');
    expect((await ask(`/api/runs/one?x=1&token=${token}`)).status).to.equal(200);
    expect((await ask('/api/list', { authorization: `Bearer ${token}` })).status).to.equal(200);
    const wrong = `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`;
    for (const path of [
      '/?token=',
      '/?token',
      `/?token=${wrong}`,
      `/?token=${token}x`,
      `/?token=${token.slice(0, -1)}`,
      `/?token=${token.toLowerCase()}`,
      `/?token=${wrong}&token=${token}`,
      `/?TOKEN=${token}`,
      `/?x=token=${token}`,
      `/${token}`,
    ]) {
      expect((await ask(path)).status, path).to.equal(403);
    }
    for (const authorization of [token, `Basic ${token}`, `Bearer ${wrong}`, `Bearer  ${token}`, 'Bearer ']) {
      expect((await ask('/api/list', { authorization })).status, authorization).to.equal(403);
    }
    expect((await ask('/', { cookie: `token=${token}` })).status).to.equal(403);
  });

  it('opens nothing to a wrong host, another site or another method', async () => {
    const path = `/api/list?token=${server.token}`;
    for (const headers of [
      { host: 'evil.example' },
      { host: `127.0.0.1:${server.port + 1}` },
      { origin: 'http://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' },
    ] as Record<string, string>[]) {
      expect((await ask(path, headers)).status, JSON.stringify(headers)).to.equal(403);
    }
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND']) {
      expect((await ask(path, {}, method)).status, method).to.equal(405);
    }
    const head = await ask(path, {}, 'HEAD');
    expect([head.status, head.body]).to.deep.equal([200, '']);
  });
});

describe('a browser at the live page', function () {
  this.timeout(60_000);
  let browser: Browser;
  before(async () => {
    server = await serveUi({ dir, port: 0 });
    browser = await openBrowser();
  });
  after(async () => {
    await browser?.close();
    await server.close();
  });

  it('takes the token out of the address and keeps it for reloads, links, the way back and new tabs', async () => {
    const origin = `http://127.0.0.1:${server.port}`;
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(server.url);
    await page.locator('[data-run=one] a').click();
    await page.locator('#trials').waitFor();
    expect(page.url()).to.equal(`${origin}/runs/one`);
    await page.reload();
    await page.locator('#trials').waitFor();
    await page.locator('tr[data-trial="0"] button').click();
    await page.locator('[data-panel-trial="0"]').waitFor();
    await page.goto(`${origin}/`);
    await page.locator('.runs').waitFor();
    expect(page.url()).to.equal(`${origin}/`);
    const tab = await context.newPage();
    await tab.goto(`${origin}/runs/one`);
    await tab.locator('#trials').waitFor();
    expect(await context.cookies()).to.deep.equal([]);
    await context.close();
  });

  it('is told what to do without the token or with an old one, and does not try for ever', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    for (const address of [`http://127.0.0.1:${server.port}/`, `http://127.0.0.1:${server.port}/?token=old`]) {
      await page.goto(address);
      await page.getByText('Open the whole address that ax-autolog ui printed').waitFor();
    }
    await page.evaluate(() => localStorage.setItem('ax-autolog-token', 'of an earlier server'));
    await page.goto(`http://127.0.0.1:${server.port}/runs/one`);
    await page.waitForURL(/token=of/);
    await page.getByText('Open the whole address that ax-autolog ui printed').waitFor();
    expect(await page.evaluate(() => localStorage.length)).to.equal(0);
    await context.close();
  });
});

describe('slow connections to the live page', function () {
  this.timeout(60_000);
  let sockets: Socket[] = [];
  before(async () => {
    server = await serveUi({ dir, port: 0 });
  });
  after(async () => {
    for (const socket of sockets) socket.destroy();
    await server.close();
  });

  /** Opens connections that send the beginning of a request, or nothing. */
  async function open(count: number, start: string): Promise<void> {
    for (let i = 0; i < count; i += 1) {
      const socket = connect(server.port, '127.0.0.1');
      socket.on('error', () => undefined).resume();
      if (start !== '') socket.write(start);
      sockets.push(socket);
    }
    await pause(50);
  }
  const left = (): number => sockets.filter(({ closed, destroyed }) => !closed && !destroyed).length;

  it('do not keep a good client out, however many there are, and are bounded', async () => {
    const begun = `GET /?token=${server.token} HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\n`;
    for (const start of ['', 'G', begun, `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nx`]) {
      await open(150, start);
      const dribble = setInterval(() => {
        for (const socket of sockets) if (!socket.destroyed) socket.write('X');
      }, 100);
      for (let i = 0; i < 5; i += 1) {
        const started = performance.now();
        expect((await ask(`/api/runs/one?token=${server.token}`)).status).to.equal(200);
        expect(performance.now() - started).to.be.lessThan(2_000);
        await pause(30);
      }
      clearInterval(dribble);
      expect(left(), `open after ${JSON.stringify(start)}`).to.be.at.most(32);
    }
  });

  it('are closed after a while, also while they go on sending headers', async () => {
    for (const socket of sockets) socket.destroy();
    sockets = [];
    await open(4, '');
    await open(4, `GET / HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nX: `);
    const dribble = setInterval(() => {
      for (const socket of sockets.slice(4)) if (!socket.destroyed) socket.write('x');
    }, 250);
    const deadline = performance.now() + 12_000;
    while (left() > 0 && performance.now() < deadline) await pause(200);
    clearInterval(dribble);
    expect(left()).to.equal(0);
  });
});
