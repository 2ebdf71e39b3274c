import { expect } from 'chai';
import { afterEach, describe, it } from 'mocha';
import type { MlflowClient } from '../../../plugins/mlflow/client/client.js';
import { joinRun } from '../../../plugins/mlflow/delivery/shared-run.js';
import { clientFor, failureOf } from './clients.js';
import { type Answer, json, type Listening, listen } from './servers.js';

/** Ids with which a server would lead requests elsewhere. */
const BAD_IDS: readonly unknown[] = [
  '../../../other',
  '..',
  '.',
  '',
  'a/b',
  'a\\b',
  '%2e%2e',
  'a?b',
  'a#b',
  'http://evil.test/',
  '//evil.test',
  "x' or '1'='1",
  'a\r\nx-injected: 1',
  'a\u0000b',
  '\u001b[2J',
  'a'.repeat(300),
  null,
  true,
  {},
  ['a'],
  { toString: 'x' },
];

describe('JSON of the MLflow server', () => {
  const servers: Listening[] = [];
  const clients: MlflowClient[] = [];

  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    await Promise.all(servers.splice(0).map((server) => server.close()));
  });

  async function start(answer: Answer): Promise<{ readonly server: Listening; readonly client: MlflowClient }> {
    const server = await listen(answer);
    servers.push(server);
    const client = clientFor(server.origin);
    clients.push(client);
    return { server, client };
  }

  const newRun = { experimentId: '1', name: 'r', startTime: 1, tags: new Map<string, string>() };

  for (const bad of BAD_IDS) {
    it(`with the id ${JSON.stringify(bad)?.slice(0, 40)} is no answer`, async () => {
      const { client } = await start((response, { url }) =>
        json({
          run: { info: { run_id: bad } },
          runs: [{ info: { run_id: bad } }],
          model: { info: { model_id: bad } },
          models: [{ info: { model_id: bad, tags: [{ key: 't', value: 'v' }] } }],
          experiment: { experiment_id: bad },
          model_version: { version: bad },
        })(response, { url } as never),
      );
      const model = { experimentId: '1', name: 'm', runId: 'r', tags: new Map<string, string>() };
      const version = { name: 'p', text: 't', description: '', tags: new Map<string, string>() };
      for (const action of [
        () => client.createRun(newRun),
        () => client.getRun('r1'),
        () => client.runsTagged(['1'], 't', 'v'),
        () => client.models.create(model),
        () => client.models.find('1', 'r', 't', 'v'),
        () => client.experiment('e'),
        () => client.prompts.createVersion(version),
      ]) {
        const error = await failureOf(action());
        expect(error.code).to.equal('AXL_MLFLOW_RESPONSE');
        expect(error.message.length).to.be.lessThan(400);
      }
    });
  }

  it('with ids of MLflow is read', async () => {
    for (const id of ['0', '1234567890123456789', '0a1b2c3d4e5f60718293a4b5c6d7e8f9', 'm-0a1b', 'a_b']) {
      const { client } = await start(json({ run: { info: { run_id: id } } }));
      expect((await client.createRun(newRun)).runId).to.equal(id);
    }
  });

  for (const uri of [
    'mlflow-artifacts:/../../../../admin',
    'mlflow-artifacts:/1/r/artifacts/..',
    'mlflow-artifacts:/1/./r',
    'mlflow-artifacts://evil.test/../x',
    'https://evil.test/api/2.0/mlflow-artifacts/artifacts/../../admin',
    's3://bucket/x',
    'file:///etc',
    '/etc/passwd',
    'javascript:alert(1)',
    'dbfs:/x',
    '',
    `https://${'a'.repeat(2_000)}`,
    '\u001b[2J:x',
  ]) {
    it(`with the artifact location ${JSON.stringify(uri).slice(0, 60)} writes nothing`, async () => {
      const { server, client } = await start(json({}));
      const error = await client.putArtifact(uri, 'a.txt', Buffer.from('secret')).then(
        () => null,
        (reason: unknown) => reason,
      );
      expect(error).to.have.property('code', 'AXL_MLFLOW_ARTIFACTS');
      expect(String(error)).to.not.contain('\u001b');
      expect(server.seen).to.deep.equal([]);
    });
  }

  it('with an artifact location on another host writes to the own one', async () => {
    const { server, client } = await start(json({}));
    for (const uri of [
      'mlflow-artifacts:/1/r%2f..%2fx/artifacts?a=b#c',
      'mlflow-artifacts://evil.test:80/1/r/artifacts',
      'https://evil.test/api/2.0/mlflow-artifacts/artifacts/1/r',
      'http://user:pw@evil.test/api/2.0/mlflow-artifacts/artifacts/1/@evil.test',
    ]) {
      await client.putArtifact(uri, 'a b.txt', Buffer.from('x'));
    }
    expect(server.seen.map(({ url }) => url)).to.deep.equal([
      '/api/2.0/mlflow-artifacts/artifacts/1/r%252f..%252fx/artifacts%3Fa%3Db%23c/a%20b.txt',
      '/api/2.0/mlflow-artifacts/artifacts/1/r/artifacts/a%20b.txt',
      '/api/2.0/mlflow-artifacts/artifacts/1/r/a%20b.txt',
      '/api/2.0/mlflow-artifacts/artifacts/1/%40evil.test/a%20b.txt',
    ]);
  });

  it('is not needed for a path of our own to stay inside', async () => {
    const { server, client } = await start(json({}));
    for (const path of ['../../x', 'a/../../../x', './x', '..']) {
      const error: unknown = await client.putArtifact('mlflow-artifacts:/1/r', path, Buffer.from('x')).catch((e) => e);
      expect(error).to.have.property('code', 'AXL_MLFLOW_REFUSED');
    }
    for (const id of ['..', '.']) {
      expect((await failureOf(client.models.setTags(id, new Map()))).code).to.equal('AXL_MLFLOW_RESPONSE');
      expect((await failureOf(client.models.finalize(id, true))).code).to.equal('AXL_MLFLOW_RESPONSE');
    }
    expect(server.seen).to.deep.equal([]);
  });

  it('with a location made to be slow to read costs no time', async () => {
    const { client } = await start(
      json({ run: { info: { run_id: 'r', artifact_uri: `https://${'a'.repeat(1e6)}` } } }),
    );
    const started = performance.now();
    const { artifactUri } = await client.createRun(newRun);
    await client.putArtifact(artifactUri, 'x', Buffer.from('x')).catch(() => undefined);
    await client.putArtifact(`https://${'/a'.repeat(1e5)}`, 'x', Buffer.from('x')).catch(() => undefined);
    expect(performance.now() - started).to.be.lessThan(2_000);
  });

  it('of another form than expected is an answer with a code, or counts as empty', async () => {
    const bodies = [
      '[]',
      'null',
      '1',
      '"x"',
      '{',
      `${'['.repeat(2_000_000)}`,
      `{"run":${'{"a":'.repeat(500_000)}1${'}'.repeat(500_000)}}`,
      '{"run":{"info":{"run_id":"r"},"data":{"tags":5,"params":"x","metrics":{"a":1}},"outputs":[1]}}',
      '{"run":{"info":{"run_id":"r"},"data":{"tags":[null,5,[],{"key":{},"value":[]}],"metrics":[{"key":"m","step":"x","timestamp":1e400}]}}}',
    ];
    for (const body of bodies) {
      const { client } = await start(json(body));
      const run = await client.getRun('r').catch((error: unknown) => error);
      if (run instanceof Error) expect(run, body.slice(0, 40)).to.have.property('code', 'AXL_MLFLOW_RESPONSE');
      else expect(run).to.include({ runId: 'r' });
    }
  });

  it('with more members than any list of MLflow has a code', async () => {
    const { client } = await start(json(`{"runs":[${'{},'.repeat(200_000)}{}]}`));
    expect((await failureOf(client.runsTagged(['1'], 't', 'v'))).code).to.equal('AXL_MLFLOW_RESPONSE');
  });

  it('cannot change a prototype, nor is one read', async () => {
    const body = `{"__proto__":{"run":{"info":{"run_id":"stolen"}}},"run":{"info":{"run_id":"r","__proto__":{"artifact_uri":"x"}},
      "data":{"metrics":[{"key":"__proto__","step":3},{"key":"constructor","step":"4"}],"params":[],
      "tags":[{"key":"__proto__","value":"x"},{"key":"mlflow.loggedArtifacts","value":"[null,1,{\\"path\\":{\\"toString\\":1}},{\\"path\\":\\"a.json\\"}]"},
      {"key":"mlflow.linkedPrompts","value":"[{\\"name\\":{}},{\\"name\\":\\"p\\",\\"version\\":1},[[[[]]]]]"}]}}}`;
    const { client, server } = await start(json(body));
    const run = await client.getRun('r');
    expect(run).to.include({ runId: 'r', artifactUri: '' });
    if (run === null) throw new Error('expected a run');
    const shared = await joinRun(client, run, 'ours');
    expect(shared.tables).to.deep.equal(['a.json']);
    expect(shared.prompts).to.deep.equal([{ name: 'p', version: '1' }]);
    expect(Object.entries(shared.offsets)).to.deep.equal([
      ['__proto__', 4],
      ['constructor', 5],
    ]);
    expect(shared.offsets['toString']).to.equal(undefined);
    expect(server.seen.at(-1)?.body).to.contain('__proto__');
    expect(({} as Record<string, unknown>)['run']).to.equal(undefined);
    expect(({} as Record<string, unknown>)['artifact_uri']).to.equal(undefined);
  });

  it('is not asked for with a header that is split in two', async () => {
    const { server, client } = await start(json({}));
    const error = await failureOf(client.traces.putSpans('1\r\nx-injected: secret', []));
    expect(error).to.include({ code: 'AXL_MLFLOW_CONFIG', untouched: true });
    expect(error.message).to.contain('x-mlflow-experiment-id').and.to.not.contain('secret');
    expect(server.seen).to.deep.equal([]);
  });

  it('that names a code of its own is cut, and its control characters are no code', async () => {
    const { client } = await start(
      json({ error_code: `A\u001b]0;x\u0007${'B'.repeat(1e6)}`, message: 'm'.repeat(1e6) }, 400),
    );
    const error = await failureOf(client.updateRun('r', {}));
    expect(error.serverCode).to.equal(undefined);
    expect(error.message.length).to.be.lessThan(400);
    expect(error.message).to.not.contain('\u001b');
  });
});
