import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { MlflowClient } from '../../../plugins/mlflow/client/client.js';
import { type Credentials, credentialsFrom } from '../../../plugins/mlflow/client/credentials.js';
import { MlflowError } from '../../../plugins/mlflow/client/errors.js';
import { parseRetryAfter, pauseBefore } from '../../../plugins/mlflow/client/retry.js';
import { FakeServer, type Fault, hangUp, json, silence, text } from './support/fake-server.js';

const NO_CREDENTIALS: Credentials = { secrets: [], tls: {} };
const SECRET = 'hunter2-correct-horse';

describe('MLflow client', () => {
  let server: FakeServer;
  const clients: MlflowClient[] = [];

  beforeEach(async () => {
    server = await new FakeServer().start();
  });

  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    await server.stop();
  });

  function client(
    options: { credentials?: Credentials; timeoutMs?: number; baseUrl?: string; retries?: number } = {},
  ): MlflowClient {
    const { credentials = NO_CREDENTIALS, timeoutMs = 5_000, baseUrl = server.url, retries = 3 } = options;
    const retry = { retries, firstPauseMs: 1, lastPauseMs: 4 };
    const made = new MlflowClient({ baseUrl, credentials, timeoutMs, retry, headers: {}, background: false });
    clients.push(made);
    return made;
  }

  /** Fails the first `times` requests. */
  function failing(times: number, when: Fault['when'], answer: Fault['answer']): void {
    server.faults = (_seen, nth) => (nth < times ? { when, answer } : undefined);
  }

  async function failure(action: Promise<unknown>): Promise<MlflowError> {
    try {
      await action;
    } catch (error) {
      expect(error).to.be.instanceOf(MlflowError);
      return error as MlflowError;
    }
    throw new Error('expected a rejection');
  }

  const newRun = { experimentId: '1', name: 'r', startTime: 1, tags: new Map<string, string>() };

  it('makes an experiment once, and finds it again', async () => {
    const first = await client().experiment('gsm8k');
    expect(await client().experiment('gsm8k')).to.equal(first);
    expect(server.store.experiments.size).to.equal(1);
  });

  for (const status of [408, 429, 500, 502, 503, 504]) {
    it(`sends again after ${status}`, async () => {
      failing(2, 'before', text(status, 'later'));
      expect(await client().experiment('e')).to.equal('1');
    });
  }

  it('sends again after a connection that broke off, and after an answer that was cut off', async () => {
    failing(1, 'before', hangUp);
    expect(await client().experiment('e')).to.equal('1');
    failing(server.seen.length + 1, 'before', (response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '500' });
      response.write('{"experiment": {');
      response.socket?.end();
    });
    expect(await client().experiment('e')).to.equal('1');
  });

  for (const status of [400, 401, 403, 404, 409, 413, 422]) {
    it(`never sends again after ${status}`, async () => {
      failing(9, 'before', json(status, { error_code: 'BAD_REQUEST', message: 'no' }));
      await failure(client().updateRun('x', {}));
      expect(server.seen.length).to.equal(1);
    });
  }

  it('gives up after the given number of repeats, with the last answer', async () => {
    failing(99, 'before', text(503, 'maintenance'));
    const error = await failure(client({ retries: 2 }).getRun('x'));
    expect(server.seen.length).to.equal(3);
    expect(error).to.include({ code: 'AXL_MLFLOW_BUSY', status: 503 });
    expect(error.message).to.contain('maintenance');
  });

  it('waits as long as Retry-After says, in seconds and as a date', async () => {
    const now = Date.parse('2026-11-23T22:00:00Z');
    expect(parseRetryAfter('7', now)).to.equal(7_000);
    expect(parseRetryAfter('Mon, 23 Nov 2026 22:00:30 GMT', now)).to.equal(30_000);
    expect(parseRetryAfter('Mon, 23 Nov 2026 21:00:00 GMT', now)).to.equal(0);
    expect(parseRetryAfter('soon', now)).to.equal(undefined);
    const policy = { retries: 3, firstPauseMs: 100, lastPauseMs: 1_000 };
    for (let at = 0; at < 50; at += 1) {
      expect(pauseBefore(0, policy, 7_000)).to.be.within(7_000, 7_100);
      expect(pauseBefore(9, policy, undefined)).to.be.within(0, 1_000);
    }
    const sent: number[] = [];
    server.faults = (_seen, nth) => {
      sent.push(performance.now());
      return nth === 0 ? { when: 'before', answer: text(429, '', { 'retry-after': '1' }) } : undefined;
    };
    await client().experiment('e');
    expect((sent[1] ?? 0) - (sent[0] ?? 0)).to.be.at.least(990);
  });

  it('does not make a run twice when no answer came: that is for the caller to find out', async () => {
    failing(1, 'after', hangUp);
    const error = await failure(client().createRun(newRun));
    expect(error.untouched).to.equal(false);
    expect(server.store.runs.size).to.equal(1);
    failing(server.seen.length + 1, 'before', text(500, 'oops'));
    await failure(client().createRun(newRun));
    expect(server.store.runs.size).to.equal(1);
  });

  it('does make a run again when the server cannot have made it', async () => {
    failing(1, 'before', text(429, 'slow down'));
    await client().createRun(newRun);
    expect(server.store.runs.size).to.equal(1);
    const port = new URL(server.url).port;
    const error = await failure(
      client({ baseUrl: `http://127.0.0.1:${port === '1' ? 2 : 1}`, retries: 1 }).createRun(newRun),
    );
    expect(error).to.include({ code: 'AXL_MLFLOW_UNREACHABLE', untouched: true });
  });

  it('gives up on a server that never answers', async () => {
    failing(9, 'before', silence);
    const error = await failure(client({ timeoutMs: 50, retries: 1 }).getRun('x'));
    expect(error.code).to.equal('AXL_MLFLOW_UNREACHABLE');
    expect(server.seen.length).to.equal(2);
  });

  it('closing breaks off what is in flight', async () => {
    failing(9, 'before', silence);
    const closing = client({ timeoutMs: 60_000 });
    const call = failure(closing.getRun('x'));
    while (server.seen.length === 0) await new Promise((resolve) => setImmediate(resolve));
    closing.close();
    expect((await call).code).to.equal('AXL_MLFLOW_UNREACHABLE');
  });

  it('keeps its connection', async () => {
    const keeping = client();
    await keeping.experiment('e');
    for (let at = 0; at < 5; at += 1) await keeping.createRun(newRun);
    expect(new Set(server.seen.map(({ port }) => port)).size).to.equal(1);
  });

  it('says what came when it is not MLflow that answers', async () => {
    const cases: [Fault['answer'], string, string][] = [
      [text(200, '<html>Sign in</html>', { 'content-type': 'text/html' }), 'AXL_MLFLOW_RESPONSE', 'Sign in'],
      [
        text(200, '{"experiment": {"exper', { 'content-type': 'application/json' }),
        'AXL_MLFLOW_RESPONSE',
        '{\\"experiment',
      ],
      [json(200, { hello: 'world' }), 'AXL_MLFLOW_RESPONSE', 'experiment_id'],
      [json(200, [1, 2]), 'AXL_MLFLOW_RESPONSE', '[1,2]'],
      [text(200, ''), 'AXL_MLFLOW_RESPONSE', 'empty body'],
      [text(404, 'nginx', { 'content-type': 'text/html' }), 'AXL_MLFLOW_RESPONSE', 'no MLflow server'],
    ];
    for (const [answer, code, part] of cases) {
      server.faults = () => ({ when: 'before', answer });
      const error = await failure(client().experiment('e'));
      expect(error.code, part).to.equal(code);
      expect(error.message).to.contain(part).and.to.contain('experiments/get-by-name');
    }
  });

  it('authenticates as MLflow does, and says when it is not let in, without a word of the secret', async () => {
    const right = credentialsFrom({}, { MLFLOW_TRACKING_USERNAME: 'ada', MLFLOW_TRACKING_PASSWORD: SECRET });
    server.authorization = `Basic ${Buffer.from(`ada:${SECRET}`).toString('base64')}`;
    await client({ credentials: right }).experiment('e');
    server.authorization = `Bearer ${SECRET}`;
    await client({ credentials: credentialsFrom({}, { MLFLOW_TRACKING_TOKEN: SECRET }) }).experiment('e');
    const error = await failure(client({ credentials: right }).experiment('e'));
    expect(error).to.include({ code: 'AXL_MLFLOW_AUTH', status: 401 });
    expect(error.message).to.contain('MLFLOW_TRACKING_PASSWORD');
  });

  it('keeps secrets out of errors, also when the server repeats them', async () => {
    const credentials = credentialsFrom({ username: 'ada', password: SECRET }, {});
    const encoded = Buffer.from(`ada:${SECRET}`).toString('base64');
    const answers = [
      json(400, { error_code: 'X', message: `bad header Basic ${encoded}` }),
      text(500, `${SECRET} ${encoded}`),
      hangUp,
    ];
    for (const answer of answers) {
      server.faults = () => ({ when: 'before', answer });
      const error = await failure(client({ credentials, retries: 0 }).updateRun('x', {}));
      const shown = `${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`;
      expect(shown).not.to.contain(SECRET);
      expect(shown).not.to.contain(encoded);
    }
  });
});
