import { join } from 'node:path';
import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { fixture } from '../../golden/fixture.js';
import { FakeServer, text } from '../../plugins/mlflow/support/fake-server.js';
import { JournalOnDisk } from '../../plugins/mlflow/support/journal.js';
import { type Ended, runNode } from './child.js';
import { type Listening, listen, startProxy } from './servers.js';

const CLI = join(process.cwd(), 'dist/lib/cli/main.js');

describe('what the wire refuses', function () {
  this.timeout(120_000);
  let server: FakeServer;
  let journal: JournalOnDisk;
  const others: Listening[] = [];

  beforeEach(async () => {
    server = await new FakeServer().start();
    journal = await JournalOnDisk.of(fixture());
  });

  afterEach(async () => {
    await server.stop();
    await journal.remove();
    await Promise.all(others.splice(0).map((other) => other.close()));
  });

  function sync(env: NodeJS.ProcessEnv = {}): Promise<Ended> {
    return runNode([CLI, 'sync', journal.dir, '--to', server.url, '--experiment', 'e'], env);
  }

  /** What a delivery without trouble leaves on a server. */
  async function undisturbed(): Promise<unknown> {
    const other = await new FakeServer().start();
    await journal.sync(other.url);
    const summary = other.store.summary();
    await other.stop();
    await journal.forget();
    return summary;
  }

  it('stays undelivered while the server redirects elsewhere; sync says so, and sends it all when it no longer does', async () => {
    const expected = await undisturbed();
    const other = await listen((response) => response.writeHead(200).end('{}'));
    others.push(other);
    let calls = 0;
    server.faults = (seen) => {
      calls += 1;
      // The first calls pass, so that the redirect comes in the middle of a run.
      if (calls <= 6) return undefined;
      return { when: 'before', answer: text(307, '', { location: `${other.origin}${seen.path}` }) };
    };
    const refused = await sync();
    expect(refused.code).to.equal(1);
    expect(refused.stdout).to.contain('failed').and.to.contain('AXL_MLFLOW_REDIRECT').and.to.contain(other.origin);
    expect(other.seen).to.deep.equal([]);
    server.faults = () => undefined;
    const made = await sync();
    expect(made.code, made.stdout + made.stderr).to.equal(0);
    expect(server.store.summary()).to.deep.equal(expected);
    expect((await sync()).stdout).to.contain('up to date');
  });

  it('stays undelivered while the proxy asks for credentials; sync says so, and nothing is dropped', async () => {
    const expected = await undisturbed();
    const proxy = await startProxy({ authorization: `Basic ${Buffer.from('ada:right').toString('base64')}` });
    others.push(proxy);
    const refused = await sync({ HTTP_PROXY: `http://ada:wrong-secret@127.0.0.1:${proxy.port}` });
    expect(refused.code).to.equal(1);
    expect(refused.stdout).to.contain('AXL_MLFLOW_PROXY');
    expect(refused.stdout + refused.stderr).to.not.contain('wrong-secret');
    expect(server.seen).to.deep.equal([]);
    const made = await sync({ HTTP_PROXY: `http://ada:right@127.0.0.1:${proxy.port}` });
    expect(made.code, made.stdout + made.stderr).to.equal(0);
    expect(server.store.summary()).to.deep.equal(expected);
  });

  it('stays undelivered while answers are too large, and is there once when they no longer are', async () => {
    const expected = await undisturbed();
    const large = (response: import('node:http').ServerResponse): void => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': String(2 ** 30) });
      response.write('{');
    };
    let calls = 0;
    server.faults = () => {
      calls += 1;
      // Every third request is processed, and its answer is too large.
      return calls % 3 === 0 && calls < 40 ? { when: 'after', answer: large } : undefined;
    };
    for (let at = 0; at < 15; at += 1) {
      if ((await sync()).code === 0) break;
    }
    expect((await sync()).stdout).to.contain('up to date');
    expect(server.store.summary()).to.deep.equal(expected);
  });
});
