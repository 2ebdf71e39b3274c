import { expect } from 'chai';
import { afterEach, describe, it } from 'mocha';
import type { MlflowClient } from '../../../plugins/mlflow/client/client.js';
import { type Certificate, selfSigned } from '../../fixtures/certificate.js';
import { clientFor, failureOf, TOKEN } from './clients.js';
import { type Answer, type Listening, listen, redirect } from './servers.js';

const PROMPT = 'the prompt that must not leave';

describe('redirects of the MLflow server', () => {
  const servers: Listening[] = [];
  const clients: MlflowClient[] = [];

  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    await Promise.all(servers.splice(0).map((server) => server.close()));
  });

  async function start(answer: Answer, certificate?: Certificate): Promise<Listening> {
    const server = await listen(answer, certificate);
    servers.push(server);
    return server;
  }

  function client(baseUrl: string, ca?: string): MlflowClient {
    const made = clientFor(baseUrl, ca === undefined ? {} : { ca });
    clients.push(made);
    return made;
  }

  const write = (of: MlflowClient): Promise<void> =>
    of.logBatch('r1', { params: [{ key: 'p', value: PROMPT }], tags: [], metrics: [] });
  const read = (of: MlflowClient): Promise<unknown> => of.getRun('r1');
  const ok: Answer = (response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{}');

  for (const status of [301, 302, 303, 307, 308]) {
    for (const [what, action] of [
      ['write', write],
      ['read', read],
    ] as const) {
      it(`${status} of a ${what} to another origin is refused, and nothing reaches it`, async () => {
        const other = await start(ok);
        const server = await start(redirect(status, `${other.origin}/steal?q=1`));
        const error = await failureOf(action(client(server.origin)));
        expect(error.code).to.equal('AXL_MLFLOW_REDIRECT');
        expect(error.untouched).to.equal(true);
        expect(error.message).to.contain(`${other.origin}/steal`).and.to.contain(server.origin);
        expect(error.message).to.not.contain('q=1').and.to.not.contain(TOKEN);
        expect(other.seen).to.deep.equal([]);
        expect(server.seen).to.have.length(1);
      });
    }
  }

  it('from https to http of the same host is refused, and from http to https', async () => {
    const certificate = selfSigned();
    const plain = await start(ok);
    const secure = await start(redirect(307, `${plain.origin}/x`), certificate);
    expect((await failureOf(write(client(secure.origin, certificate.cert)))).code).to.equal('AXL_MLFLOW_REDIRECT');
    expect(plain.seen).to.deep.equal([]);
    const upgrading = await start(redirect(308, `${secure.origin}/x`));
    const error = await failureOf(write(client(upgrading.origin, certificate.cert)));
    expect(error.code).to.equal('AXL_MLFLOW_REDIRECT');
    expect(error.message).to.contain(`to ${secure.origin}/x`);
  });

  for (const location of [
    '//evil.test/x',
    'http://127.0.0.1:1@evil.test/',
    'http://localhost:SAME/x',
    'https://127.0.0.1:SAME/x',
    '\\\\evil.test\\x',
    'ftp://127.0.0.1/x',
    'javascript:alert(1)',
    'data:text/plain,x',
    'file:///etc/passwd',
    'http://[broken',
    `http://evil.test/${'a'.repeat(10_000)}`,
  ]) {
    it(`to ${location.slice(0, 40)} is refused`, async () => {
      const server = await start((response) =>
        redirect(307, location.replace('SAME', String(server.port)))(response, {} as never),
      );
      const error = await failureOf(write(client(server.origin)));
      expect(error.code).to.equal('AXL_MLFLOW_REDIRECT');
      expect(error.message.length).to.be.lessThan(700);
      expect(server.seen).to.have.length(1);
    });
  }

  it('without an address is refused', async () => {
    const server = await start((response) => response.writeHead(307).end());
    expect((await failureOf(write(client(server.origin)))).code).to.equal('AXL_MLFLOW_REDIRECT');
  });

  for (const status of [307, 308]) {
    it(`${status} within the server is followed with method, body and credentials`, async () => {
      const server = await start((response, arrived) =>
        (arrived.url.startsWith('/moved') ? ok : redirect(status, '/moved/here?x=1'))(response, arrived),
      );
      await write(client(`${server.origin}/base`));
      const [first, second] = server.seen;
      expect(second).to.include({ method: 'POST', url: '/moved/here?x=1', body: first?.body ?? '' });
      expect(second?.body).to.contain(PROMPT);
      expect(second?.headers.authorization).to.equal(`Bearer ${TOKEN}`);
    });
  }

  it('a user name in the address of a redirect is not used', async () => {
    const server = await start((response, arrived) => {
      const target = `http://mallory:pw@127.0.0.1:${server.port}/moved`;
      (arrived.url.startsWith('/moved') ? ok : redirect(307, target))(response, arrived);
    });
    await write(client(server.origin));
    expect(server.seen[1]?.headers.authorization).to.equal(`Bearer ${TOKEN}`);
  });

  for (const status of [301, 302, 303]) {
    it(`${status} within the server is followed for a read, and refused for a write`, async () => {
      const server = await start((response, arrived) =>
        (arrived.url.startsWith('/moved')
          ? (of: typeof response) =>
              void of.writeHead(200, { 'content-type': 'application/json' }).end('{"run":{"info":{"run_id":"r1"}}}')
          : redirect(status, '/moved'))(response, arrived),
      );
      expect(await client(server.origin).getRun('r1')).to.include({ runId: 'r1' });
      expect((await failureOf(write(client(server.origin)))).code).to.equal('AXL_MLFLOW_REDIRECT');
      expect(server.seen.at(-1)?.method, 'the write is not repeated as a GET').to.equal('POST');
    });
  }

  it('in a loop end after five', async () => {
    const server = await start((response, { url }) => redirect(307, `${url}x`)(response, {} as never));
    const error = await failureOf(write(client(server.origin)));
    expect(error.code).to.equal('AXL_MLFLOW_REDIRECT');
    expect(server.seen).to.have.length(6);
  });

  it('are not asked for again, because the answer would be the same', async () => {
    const server = await start(redirect(307, 'http://evil.test/'));
    const error = await failureOf(
      client(server.origin).createRun({ experimentId: '1', name: 'r', startTime: 1, tags: new Map() }),
    );
    expect(error.untouched, 'the run may be created when the address is right').to.equal(true);
    expect(server.seen).to.have.length(1);
  });
});
