import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { python, pythonScript } from './support/environment.js';
import { newExperiment, newFolder, startCompile, syncProcess } from './support/processes.js';
import { Reader } from './support/reader.js';
import { type MlflowServer, sharedServer } from './support/server.js';

/** Speaks TLS in front of a server that does not, as a reverse proxy does in production. */
function tlsInFront(port: number, cert: string, key: string): Promise<Server> {
  const options = { cert: readFileSync(cert), key: readFileSync(key) };
  const proxy = createServer(options, (incoming, outgoing) => {
    const { method, url, headers } = incoming;
    const inner = request({ host: '127.0.0.1', port, method, path: url, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    inner.on('error', () => outgoing.destroy());
    incoming.pipe(inner);
  });
  return new Promise((resolve) => proxy.listen(0, '127.0.0.1', () => resolve(proxy)));
}

describe('an MLflow server behind TLS with a certificate of its own', function () {
  this.timeout(120_000);
  let server: MlflowServer;
  let proxy: Server;
  let uri: string;
  let cert: string;

  before(async () => {
    server = await sharedServer();
    const folder = newFolder();
    cert = join(folder, 'cert.pem');
    const key = join(folder, 'key.pem');
    execFileSync(python(), [pythonScript('certificate.py'), cert, key]);
    proxy = await tlsInFront(server.port, cert, key);
    uri = `https://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  });
  after(() => {
    proxy?.closeAllConnections();
    proxy?.close();
  });

  const trust = {
    'MLFLOW_TRACKING_SERVER_CERT_PATH names the certificate': () => ({ MLFLOW_TRACKING_SERVER_CERT_PATH: cert }),
    'MLFLOW_TRACKING_INSECURE_TLS is true': () => ({ MLFLOW_TRACKING_INSECURE_TLS: 'true' }),
  };
  for (const [what, environment] of Object.entries(trust)) {
    it(`gets everything when ${what}`, async () => {
      const [experiment, dir] = [newExperiment('tls'), newFolder()];
      const env = environment();
      const { code, stderr } = await startCompile({ uri, experiment, dir, trials: 2, env }).ended;
      expect(code, stderr).to.equal(0);
      expect((await syncProcess(dir, uri, experiment, env)).code).to.equal(0);
      const runs = await new Reader(server.uri).summary(experiment);
      expect(runs.map(({ name, status }) => `${name} ${status}`)).to.deep.equal([
        'TakeTurns FINISHED',
        'eval_full_0 FINISHED',
        'eval_minibatch_0 FINISHED',
      ]);
    });
  }

  it('is not trusted otherwise: the compile ends well, the sync says why, and trust makes good', async () => {
    const [experiment, dir] = [newExperiment('tls'), newFolder()];
    const { code, stderr } = await startCompile({ uri, experiment, dir, trials: 2 }).ended;
    expect(code, stderr).to.equal(0);
    const refused = await syncProcess(dir, uri, experiment);
    expect(refused.code).to.equal(1);
    expect(refused.stdout).to.match(/certificate/);
    const made = await syncProcess(dir, uri, experiment, { MLFLOW_TRACKING_SERVER_CERT_PATH: cert });
    expect(made.code, made.stdout + made.stderr).to.equal(0);
    expect(await new Reader(server.uri).summary(experiment)).to.have.length(3);
  });
});
