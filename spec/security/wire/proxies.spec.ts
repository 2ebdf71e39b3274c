import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { after, afterEach, before, describe, it } from 'mocha';
import type { MlflowClient } from '../../../plugins/mlflow/client/client.js';
import { type Certificate, selfSigned } from '../../fixtures/certificate.js';
import { runNode } from './child.js';
import { type ClientOptions, clientFor, failureOf, TOKEN } from './clients.js';
import { type Answer, json, type Listening, listen, type ProxyOptions, redirect, startProxy } from './servers.js';

const RUN = { run: { info: { run_id: 'r1' } } };
const PASSWORD = 'p@ss word:%/secret';
const BASIC = `Basic ${Buffer.from(`ada:${PASSWORD}`).toString('base64')}`;

describe('a proxy before the MLflow server', () => {
  let certificate: Certificate;
  let folder: string;
  const servers: Listening[] = [];
  const clients: MlflowClient[] = [];

  before(() => {
    certificate = selfSigned();
    folder = mkdtempSync(join(tmpdir(), 'proxies-'));
    writeFileSync(join(folder, 'ca.pem'), certificate.cert);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    await Promise.all(servers.splice(0).map((server) => server.close()));
  });

  async function server(scheme: string, answer: Answer = json(RUN)): Promise<Listening> {
    const made = await listen(answer, scheme === 'https' ? certificate : undefined);
    servers.push(made);
    return made;
  }

  async function proxy(options: ProxyOptions = {}, own?: Certificate): Promise<Listening> {
    const made = await startProxy(options, own);
    servers.push(made);
    return made;
  }

  function client(origin: string, env: NodeJS.ProcessEnv, more: ClientOptions = {}): MlflowClient {
    const made = clientFor(origin, { env, ca: certificate.cert, ...more });
    clients.push(made);
    return made;
  }

  const withPassword = ({ port }: Listening): string => `http://ada:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}`;

  it('gets the whole address of an http server, and the request passes through unchanged', async () => {
    const [target, between] = [await server('http'), await proxy()];
    const through = client(`${target.origin}/base`, { http_proxy: between.origin });
    for (let at = 0; at < 3; at += 1) expect(await through.getRun('r1')).to.include({ runId: 'r1' });
    await through.updateRun('r1', { name: 'ü' });
    const path = '/base/api/2.0/mlflow/runs/get?run_id=r1';
    expect(between.seen[0]).to.include({ method: 'GET', url: `${target.origin}${path}` });
    expect(target.seen[0]).to.include({ method: 'GET', url: path });
    expect(target.seen[0]?.headers).to.include({ host: `127.0.0.1:${target.port}`, authorization: `Bearer ${TOKEN}` });
    expect(target.seen.at(-1)?.body).to.contain('"ü"');
  });

  it('tunnels to an https server, and sees neither request nor token', async () => {
    const [target, between] = [await server('https'), await proxy()];
    const through = client(target.origin, { HTTPS_PROXY: between.origin });
    for (let at = 0; at < 3; at += 1) expect(await through.getRun('r1')).to.include({ runId: 'r1' });
    expect(between.seen.map(({ method, url }) => `${method} ${url}`)).to.deep.equal([
      `CONNECT 127.0.0.1:${target.port}`,
    ]);
    expect(JSON.stringify(between.seen)).to.not.contain(TOKEN);
    expect(target.seen[0]?.headers.authorization).to.equal(`Bearer ${TOKEN}`);
  });

  it('does not make a certificate good that is not trusted', async () => {
    const [target, between] = [await server('https'), await proxy()];
    const through = client(target.origin, { HTTPS_PROXY: between.origin }, { ca: selfSigned().cert });
    const error = await failureOf(through.getRun('r1'));
    expect(error.code).to.equal('AXL_MLFLOW_UNREACHABLE');
    expect(error.message).to.match(/certificate/);
    expect(target.seen).to.deep.equal([]);
  });

  it('is not used where NO_PROXY excludes the server', async () => {
    const [target, between] = [await server('http'), await proxy()];
    for (const noProxy of ['*', '127.0.0.1', `127.0.0.1:${target.port}`, '127.0.0.1/8', 'example.com, 127.0.0.1']) {
      const direct = client(target.origin, { HTTP_PROXY: between.origin, NO_PROXY: noProxy });
      expect(await direct.getRun('r1')).to.include({ runId: 'r1' });
    }
    expect(between.seen).to.deep.equal([]);
    expect(
      await client(target.origin, { HTTP_PROXY: between.origin, NO_PROXY: '127.0.0.1:1' }).getRun('r1'),
    ).to.not.equal(null);
    expect(between.seen).to.have.length(1);
  });

  for (const scheme of ['http', 'https']) {
    it(`is given its user name and password for ${scheme}, and the server is not`, async () => {
      const [target, between] = [await server(scheme), await proxy({ authorization: BASIC })];
      expect(await client(target.origin, { ALL_PROXY: withPassword(between) }).getRun('r1')).to.include({
        runId: 'r1',
      });
      expect(between.seen[0]?.headers['proxy-authorization']).to.equal(BASIC);
      expect(target.seen[0]?.headers).to.not.have.property('proxy-authorization');
    });

    for (const [what, refusal] of [
      ['asks for other credentials', 407],
      ['forbids the server', 403],
    ] as const) {
      it(`that ${what} for ${scheme} is named without its password, and nothing counts as refused by the server`, async () => {
        const [target, between] = [await server(scheme), await proxy({ refusal })];
        const error = await failureOf(client(target.origin, { ALL_PROXY: withPassword(between) }).updateRun('r1', {}));
        const expected = scheme === 'http' && refusal === 403 ? 'AXL_MLFLOW_AUTH' : 'AXL_MLFLOW_PROXY';
        expect(error).to.include({ code: expected, untouched: true });
        const shown = `${error.stack} ${JSON.stringify(error)}`;
        for (const secret of [PASSWORD, encodeURIComponent(PASSWORD), BASIC.slice(6), TOKEN, 'ada']) {
          expect(shown).to.not.contain(secret);
        }
        expect(target.seen).to.deep.equal([]);
      });
    }

    it(`that does not reach the server for ${scheme} is asked again later`, async () => {
      const [target, between] = [await server(scheme), await proxy({ refusal: 502 })];
      const error = await failureOf(client(target.origin, { ALL_PROXY: between.origin }).getRun('r1'));
      expect(error.code).to.equal(scheme === 'http' ? 'AXL_MLFLOW_BUSY' : 'AXL_MLFLOW_UNREACHABLE');
      expect(error.message).to.contain('502');
    });

    it(`that is not there for ${scheme} is named`, async () => {
      const gone = await startProxy();
      await gone.close();
      const target = await server(scheme);
      const error = await failureOf(client(target.origin, { ALL_PROXY: withPassword(gone) }).getRun('r1'));
      expect(error).to.include({ code: 'AXL_MLFLOW_UNREACHABLE', untouched: true });
      expect(error.message).to.contain(`${gone.origin} (ALL_PROXY)`).and.to.contain('ECONNREFUSED');
      expect(error.message).to.not.contain('secret');
      expect(target.seen).to.deep.equal([]);
    });

    it(`that never answers for ${scheme} costs the time limit`, async () => {
      const [target, between] = [await server(scheme), await proxy({ silent: true })];
      const started = Date.now();
      const slow = client(target.origin, { ALL_PROXY: between.origin }, { timeoutMs: 200 });
      expect((await failureOf(slow.getRun('r1'))).code).to.equal('AXL_MLFLOW_UNREACHABLE');
      expect(Date.now() - started).to.be.lessThan(3_000);
      const closing = client(target.origin, { ALL_PROXY: between.origin }, { timeoutMs: 60_000 });
      const call = failureOf(closing.getRun('r1'));
      while (between.seen.length < 2) await new Promise((resolve) => setImmediate(resolve));
      closing.close();
      expect((await call).code).to.equal('AXL_MLFLOW_UNREACHABLE');
    });

    it(`that is spoken to over TLS serves ${scheme}, if its certificate is trusted`, async () => {
      const [target, between] = [await server(scheme), await proxy({}, certificate)];
      const env = { ALL_PROXY: between.origin };
      expect((await failureOf(client(target.origin, env).getRun('r1'))).message, 'the CA is the server’s').to.match(
        /certificate/,
      );
      const run = await runNode(['request.js', target.origin], {
        ...env,
        NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem'),
        MLFLOW_TRACKING_SERVER_CERT_PATH: join(folder, 'ca.pem'),
      });
      expect(run.stdout).to.equal('r1\n');
    });

    it(`lets a process exit that sends in the background to ${scheme}`, async () => {
      const [target, between] = [await server(scheme), await proxy({ silent: true })];
      const started = Date.now();
      const run = await runNode(['request.js', target.origin, 'background'], { ALL_PROXY: between.origin });
      expect(run).to.deep.include({ code: 0, stdout: '' });
      expect(Date.now() - started).to.be.lessThan(20_000);
    });
  }

  it('that redirects, as a login page does, is not followed', async () => {
    const login = await server('http');
    const target = await server('http', redirect(302, 'x'));
    const captive = await server('http', redirect(307, `${login.origin}/login`));
    const error = await failureOf(client(target.origin, { HTTP_PROXY: captive.origin }).updateRun('r1', {}));
    expect(error.code).to.equal('AXL_MLFLOW_REDIRECT');
    expect(login.seen).to.deep.equal([]);
  });

  it('of another kind than http is named by its variable alone, and nothing goes past it', async () => {
    const target = await server('http');
    const error = await failureOf(
      client(target.origin, { HTTP_PROXY: 'socks5://ada:secret@127.0.0.1:1080' }).getRun('r1'),
    );
    expect(error).to.include({ code: 'AXL_MLFLOW_PROXY', untouched: true });
    expect(error.message).to.contain('HTTP_PROXY').and.to.not.contain('secret');
    expect(target.seen).to.deep.equal([]);
  });
});
