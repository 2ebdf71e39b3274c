import type { ServerResponse } from 'node:http';
import { createGzip, deflateSync, gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { afterEach, describe, it } from 'mocha';
import type { MlflowClient } from '../../../plugins/mlflow/client/client.js';
import { MAX_ANSWER_BYTES } from '../../../plugins/mlflow/client/wire/answer.js';
import { clientFor, failureOf, TOKEN } from './clients.js';
import { type Answer, json, type Listening, listen } from './servers.js';

const MB = 1_024 * 1_024;

describe('answers of the MLflow server', () => {
  let server: Listening | undefined;
  const clients: MlflowClient[] = [];

  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    await server?.close();
  });

  async function start(answer: Answer, timeoutMs?: number): Promise<MlflowClient> {
    server = await listen(answer);
    const client = clientFor(server.origin, timeoutMs === undefined ? {} : { timeoutMs });
    clients.push(client);
    return client;
  }

  /** Sends chunks for as long as the other side reads. Returns how many bytes were written. */
  function endless(response: ServerResponse, chunk: Buffer, write = (of: Buffer) => response.write(of)): void {
    const next = (): void => {
      while (!response.destroyed) if (!write(chunk)) return;
    };
    response.on('drain', next);
    next();
  }

  const header = { 'content-type': 'application/json' };

  it('without an end are cut off at 16 MB, and the connection is closed', async () => {
    let sent = 0;
    const client = await start((response) => {
      response.writeHead(200, header);
      endless(response, Buffer.alloc(65_536, ' '), (chunk) => {
        sent += chunk.byteLength;
        return response.write(chunk);
      });
    });
    const before = process.memoryUsage().rss;
    const error = await failureOf(client.getRun('r1'));
    expect(error).to.include({ code: 'AXL_MLFLOW_RESPONSE', isTooLarge: true, untouched: false });
    expect(error.message).to.contain('16 MB');
    expect(sent)
      .to.be.greaterThan(MAX_ANSWER_BYTES / 2)
      .and.lessThan(64 * MB);
    expect(process.memoryUsage().rss - before).to.be.lessThan(200 * MB);
    while ((await server?.connections()) !== 0) await new Promise((resolve) => setTimeout(resolve, 5));
  });

  it('that unpack to more are cut off, too', async () => {
    const client = await start((response) => {
      response.writeHead(200, { ...header, 'content-encoding': 'gzip' });
      const gzip = createGzip({ level: 9 });
      gzip.pipe(response);
      const chunk = Buffer.alloc(MB, ' ');
      const next = (): void => {
        while (!response.destroyed) if (!gzip.write(chunk)) return;
      };
      gzip.on('drain', next);
      next();
    });
    const before = process.memoryUsage().rss;
    const error = await failureOf(client.getRun('r1'));
    expect(error).to.include({ code: 'AXL_MLFLOW_RESPONSE', isTooLarge: true });
    expect(process.memoryUsage().rss - before).to.be.lessThan(200 * MB);
    while ((await server?.connections()) !== 0) await new Promise((resolve) => setTimeout(resolve, 5));
  });

  it('that announce more are not waited for', async () => {
    const client = await start((response) => {
      response.writeHead(200, { ...header, 'content-length': String(MAX_ANSWER_BYTES + 1) });
      response.write('{');
    });
    expect((await failureOf(client.getRun('r1'))).code).to.equal('AXL_MLFLOW_RESPONSE');
  });

  it('of errors and of writes are bounded as well', async () => {
    const client = await start((response, { method }) => {
      response.writeHead(method === 'PUT' ? 200 : 500, header);
      endless(response, Buffer.alloc(65_536, 'x'));
    });
    const put = client.putArtifact('mlflow-artifacts:/1/r1/artifacts', 'a.txt', Buffer.from('a'));
    expect((await failureOf(put)).code).to.equal('AXL_MLFLOW_RESPONSE');
    const error = await failureOf(client.updateRun('r1', {}));
    expect(error.code).to.equal('AXL_MLFLOW_RESPONSE');
    expect(error.status, 'nothing counts as refused for good').to.equal(undefined);
  });

  it('of just under 16 MB are read', async () => {
    const run = { info: { run_id: 'r1' }, data: { tags: [{ key: 'k', value: 'v'.repeat(15 * MB) }] } };
    const client = await start(json({ run }));
    expect((await client.getRun('r1'))?.tags.get('k')).to.have.length(15 * MB);
  });

  for (const [encoding, pack] of [
    ['gzip', gzipSync],
    ['deflate', deflateSync],
  ] as const) {
    it(`in ${encoding} are read`, async () => {
      const client = await start((response) => {
        response.writeHead(200, { ...header, 'content-encoding': encoding });
        response.end(pack('{"run":{"info":{"run_id":"r1"}}}'));
      });
      expect(await client.getRun('r1')).to.include({ runId: 'r1' });
    });
  }

  for (const [what, encoding, body] of [
    ['in an unknown compression', 'zstd', '{}'],
    ['compressed twice', 'gzip, gzip', '{}'],
    ['that are no gzip', 'gzip', '{"run":{}}'],
    ['in gzip that is cut off', 'gzip', gzipSync('{"run":{"info":{"run_id":"r1"}}}').subarray(0, 20)],
  ] as const) {
    it(`${what} have a code`, async () => {
      const client = await start((response) => {
        response.writeHead(200, { ...header, 'content-encoding': encoding });
        response.end(body);
      });
      const error = await failureOf(client.getRun('r1'));
      expect(error).to.include({ code: 'AXL_MLFLOW_RESPONSE', isTooLarge: false });
    });
  }

  it('that come in drops end with the time limit', async () => {
    const client = await start((response) => {
      response.writeHead(200, header);
      const drops = setInterval(() => response.write(' '), 10);
      response.on('close', () => clearInterval(drops));
    }, 300);
    const started = Date.now();
    expect((await failureOf(client.getRun('r1'))).code).to.equal('AXL_MLFLOW_UNREACHABLE');
    expect(Date.now() - started).to.be.lessThan(3_000);
  });

  for (const [what, send] of [
    ['headers', `HTTP/1.1 200 OK\r\nx: ${'a'.repeat(100_000)}\r\n\r\n{}`],
    ['many headers', `HTTP/1.1 200 OK\r\n${'a: b\r\n'.repeat(100_000)}\r\n{}`],
    ['a status line', `HTTP/1.1 200 ${'a'.repeat(1e6)}\r\n\r\n{}`],
    ['no HTTP', 'SSH-2.0-OpenSSH_9.6\r\n'],
  ] as const) {
    it(`with ${what} too large to be read have a code`, async () => {
      const client = await start((response) => void response.socket?.end(send));
      const error = await failureOf(client.getRun('r1'));
      expect(error.code).to.match(/^AXL_MLFLOW_(UNREACHABLE|RESPONSE)$/);
      expect(error.message.length).to.be.lessThan(700);
    });
  }

  it('of a search are asked for in smaller pages when they are too large', async () => {
    const sizes: number[] = [];
    const run = (id: string) => ({ info: { run_id: id }, data: { tags: [{ key: 'k', value: 'v'.repeat(MB) }] } });
    const client = await start((response, { body }) => {
      const { max_results: size, page_token: token } = JSON.parse(body) as { max_results: number; page_token?: string };
      sizes.push(size);
      const from = Number(token ?? 0);
      const ids = Array.from({ length: 30 }, (_, at) => `r${at}`).slice(from, from + size);
      const next = from + size < 30 ? { next_page_token: String(from + size) } : {};
      json({ runs: ids.map(run), ...next })(response, {} as never);
    });
    const found = await client.runsTagged(['1'], 't', 'v');
    expect(found.map(({ runId }) => runId)).to.deep.equal(Array.from({ length: 30 }, (_, at) => `r${at}`));
    expect(sizes).to.deep.equal([1_000, 100, 10, 10, 10]);
  });

  it('of a search that never ends have a code', async function () {
    this.timeout(120_000);
    const runs = Array.from({ length: 20_000 }, (_, at) => ({ info: { run_id: `r${at}` } }));
    const body = JSON.stringify({ runs, next_page_token: 'again' });
    const client = await start(json(body));
    const error = await failureOf(client.runsTagged(['1'], 't', 'v'));
    expect(error.code).to.equal('AXL_MLFLOW_RESPONSE');
    expect(server?.seen).to.have.length(5);
    expect(error.message).to.not.contain(TOKEN);
  });
});
