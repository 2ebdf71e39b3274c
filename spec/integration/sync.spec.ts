import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { before, describe, it } from 'mocha';
import { trackedRuns } from '../cli/journals.js';
import { expectUndisturbed, finish } from './support/faulty.js';
import { newExperiment, newFolder, startCompile, startNode, syncProcess } from './support/processes.js';
import { FaultyProxy } from './support/proxy.js';
import { Reader } from './support/reader.js';
import { type MlflowServer, sharedServer } from './support/server.js';

const runFolders = (dir: string) => readdirSync(dir).filter((name) => !name.startsWith('.'));

describe('ax-autolog sync to an MLflow server', function () {
  this.timeout(120_000);
  let server: MlflowServer;
  let reader: Reader;

  before(async () => {
    server = await sharedServer();
    reader = new Reader(server.uri);
  });

  /** Journals written with no MLflow at all. */
  const journals = async (count: number): Promise<string> => {
    const dir = newFolder();
    for (let i = 0; i < count; i += 1) {
      await startCompile({ uri: 'none', experiment: '', dir, trials: 4, pauseMs: 1 }).ended;
    }
    return dir;
  };

  it('brings every run of a folder, says how many events of each, and the second time that all is there', async () => {
    const [experiment, dir] = [newExperiment('sync'), await journals(2)];
    const sync = async () => {
      const args = ['sync', dir, '--to', server.uri, '--experiment', experiment, '--json'];
      const { code, stdout, stderr } = await startNode('lib/cli/main.js', args).ended;
      expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
      const lines = stdout.trim().split('\n');
      return lines.map((line) => JSON.parse(line) as { status?: string; events?: number; total?: unknown });
    };
    const first = await sync();
    expect(first.map(({ status }) => status)).to.deep.equal(['synced', 'synced', undefined]);
    expect(first[0]?.events).to.be.greaterThan(20);
    expect(first[2]?.total).to.deep.equal({ runs: 2, synced: 2, upToDate: 0, failed: 0, notTried: 0 });
    const before = await reader.dump(experiment);
    expect(before.filter(({ parent }) => parent === null)).to.have.length(2);
    expect((await sync()).map(({ status }) => status)).to.deep.equal(['up to date', 'up to date', undefined]);
    expect(await reader.dump(experiment)).to.deep.equal(before);
  });

  it('takes the folder of one run', async () => {
    const [experiment, dir] = [newExperiment('sync'), await journals(2)];
    const [one = ''] = runFolders(dir);
    await finish(join(dir, one), server.uri, experiment);
    expect((await reader.summary(experiment)).filter(({ parent }) => parent === null)).to.have.length(1);
  });

  it('from two processes at once leaves what one leaves', async () => {
    const [experiment, dir] = [newExperiment('sync'), await journals(3)];
    const both = await Promise.all([1, 2].map(() => syncProcess(dir, server.uri, experiment)));
    for (const { code, stdout, stderr } of both) expect(code, stdout + stderr).to.equal(0);
    await expectUndisturbed(reader, dir, server.uri, experiment);
  });

  it('changes nothing when the saved position is lost and all is sent again', async () => {
    const [experiment, dir] = [newExperiment('sync'), await journals(1)];
    await finish(dir, server.uri, experiment);
    const before = await reader.dump(experiment);
    for (const run of runFolders(dir)) rmSync(join(dir, run, '.state'), { recursive: true });
    await finish(dir, server.uri, experiment);
    expect(await reader.dump(experiment)).to.deep.equal(before);
  });

  it('puts a run that was started inside another one below it', async () => {
    const [experiment, dir] = [newExperiment('sync'), newFolder()];
    await trackedRuns(dir, ['outer/inner']);
    await finish(dir, server.uri, experiment);
    // Both may start in the same millisecond, which leaves their order open.
    const runs = await reader.dump(experiment);
    expect(runs.map(({ name }) => name)).to.have.members(['outer', 'inner']);
    const [outer, inner] = ['outer', 'inner'].map((wanted) => runs.find(({ name }) => name === wanted));
    expect(outer?.id).to.be.a('string');
    expect(inner?.parent).to.equal(outer?.id);
  });

  it('is not needed when the next process on the same folder finds the server well again', async () => {
    const [experiment, dir] = [newExperiment('next'), newFolder()];
    const proxy = await FaultyProxy.start(server.uri);
    try {
      proxy.rule = () => ({ kind: 'reset' });
      await startCompile({ uri: proxy.uri, experiment, dir, trials: 4 }).ended;
      expect(await reader.experiments()).to.not.include(experiment);
      proxy.heal();
      const { code, stderr } = await startCompile({ uri: proxy.uri, experiment, dir, trials: 4 }).ended;
      expect(code, stderr).to.equal(0);
      const runs = await reader.summary(experiment);
      expect(runs.filter(({ parent }) => parent === null).map(({ status }) => status)).to.deep.equal([
        'FINISHED',
        'FINISHED',
      ]);
      await expectUndisturbed(reader, dir, server.uri, experiment);
    } finally {
      await proxy.close();
    }
  });
});
