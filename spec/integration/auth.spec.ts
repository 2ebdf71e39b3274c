import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readRun } from 'ax-autolog/analysis/node';
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { newExperiment, newFolder, startCompile, syncProcess } from './support/processes.js';
import { Reader } from './support/reader.js';
import { MlflowServer } from './support/server.js';

const RIGHT = { username: 'keeper', password: 'correct horse battery' };
const WRONG = { username: 'keeper', password: 'incorrect horse battery' };

const environment = ({ username, password }: typeof RIGHT) => ({
  MLFLOW_TRACKING_USERNAME: username,
  MLFLOW_TRACKING_PASSWORD: password,
});

describe('an MLflow server that asks for name and password', function () {
  this.timeout(120_000);
  let server: MlflowServer;
  let reader: Reader;

  before(async () => {
    server = await MlflowServer.start({ auth: RIGHT });
    reader = new Reader(server.uri, environment(RIGHT));
  });
  after(() => server.stop());

  const sync = (dir: string, experiment: string, who: typeof RIGHT) =>
    syncProcess(dir, server.uri, experiment, environment(who));

  /** This server checks a password hash for every request, so only the search is asked, which is one request. */
  const expectWhole = async (experiment: string): Promise<void> => {
    const runs = await reader.summary(experiment);
    expect(runs.map(({ name, status }) => `${name} ${status}`)).to.deep.equal([
      'TakeTurns FINISHED',
      'eval_full_0 FINISHED',
      'eval_minibatch_0 FINISHED',
    ]);
  };

  it('takes a compile with the right ones', async () => {
    const [experiment, dir] = [newExperiment('auth'), newFolder()];
    const { code, stderr } = await startCompile({
      uri: server.uri,
      experiment,
      dir,
      trials: 2,
      env: environment(RIGHT),
    }).ended;
    expect(code, stderr).to.equal(0);
    expect((await sync(dir, experiment, RIGHT)).code).to.equal(0);
    await expectWhole(experiment);
  });

  for (const [what, env] of Object.entries({ 'wrong ones': environment(WRONG), 'none at all': {} })) {
    it(`refuses ${what}: one clear warning, the compile and its journal are whole, and the right ones make good`, async () => {
      const [experiment, dir] = [newExperiment('auth'), newFolder()];
      const compile = startCompile({ uri: server.uri, experiment, dir, trials: 2, env });
      await compile.said('ended');
      const { code, stderr, stdout } = await compile.ended;
      expect(code, stderr).to.equal(0);
      const warnings = stderr.split('\n').filter((line) => line.includes('AxAutologWarning'));
      const clear = warnings.filter((line) => /401|credentials/.test(line));
      expect(clear, stderr).to.have.length(1);
      expect(clear[0]).to.include('MLFLOW_TRACKING_USERNAME').and.to.include('MLFLOW_TRACKING_PASSWORD');
      expect(stderr + stdout).to.not.include(WRONG.password);
      const [run = ''] = readdirSync(dir).filter((name) => !name.startsWith('.'));
      const events = [...readRun(join(dir, run))].map(({ type }) => type);
      expect(events.filter((type) => type === 'onTrialEnd')).to.have.length(2);
      expect(events.at(-1)).to.be.oneOf(['onRunEnd', 'onWarning']);
      expect(await reader.experiments()).to.not.include(experiment);

      const refused = await sync(dir, experiment, WRONG);
      expect(refused.code).to.equal(1);
      expect(refused.stdout).to.match(/failed: .*(401|credentials)/);
      const made = await sync(dir, experiment, RIGHT);
      expect(made.code, made.stdout + made.stderr).to.equal(0);
      await expectWhole(experiment);
    });
  }
});
