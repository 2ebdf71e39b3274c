import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listRuns } from 'ax-autolog/analysis/node';
import { expect } from 'chai';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { type Check, checkAll, checkNode } from '../../lib/cli/doctor/checks.js';
import { markTarget } from '../../lib/deliver/backlog.js';
import { binary } from './command-line.js';
import { trackedRuns } from './journals.js';

const CLEAN = { MLFLOW_TRACKING_URI: '', AX_AUTOLOG_SINKS: 'files', AX_AUTOLOG_CONFIG: '' };

describe('doctor', function () {
  this.timeout(60_000);
  let dir = '';
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'axl-doctor-'));
  });
  afterEach(() => rmSync(dir, { recursive: true }));
  const outer = process.env['AX_AUTOLOG_DIR'];
  before(() => {
    delete process.env['AX_AUTOLOG_DIR'];
  });
  after(() => {
    if (outer !== undefined) process.env['AX_AUTOLOG_DIR'] = outer;
  });

  /** The checks by name, in a folder with this configuration. */
  const checked = async (config: object | string, env: Readonly<Record<string, string>> = {}) => {
    const text = typeof config === 'string' ? config : JSON.stringify(config);
    writeFileSync(join(dir, 'ax-autolog.config.json'), text);
    // Runs of these tests are sealed with the key of this process.
    const checks = await checkAll(dir, { XDG_STATE_HOME: process.env['XDG_STATE_HOME'], ...env });
    return (name: string) => checks.find((check) => check.name === name) as Check;
  };

  it('finds nothing wrong where all is well, and ends with 0', async () => {
    const answer = await binary(['doctor', '--json'], { ...CLEAN, AX_AUTOLOG_DIR: join(dir, 'journal') });
    expect(answer.code).to.equal(0);
    const checks = answer.json<Check[]>();
    expect(checks.map(({ name }) => name)).to.deep.equal(['node', 'ax', 'config', 'journal', 'runs', 'sinks']);
    expect(checks.filter(({ status }) => status === 'failed')).to.deep.equal([]);
    expect(checks[1]?.detail).to.match(/^24\.\d+\.\d+ in .*ax/);
    expect(readdirSync(dir)).to.deep.equal([]);
  });

  it('says what a configuration sets, and what is wrong with it', async () => {
    expect((await checked({ logCompiles: true }))('config').detail).to.equal('valid; it sets logCompiles');
    const wrong = (await checked({ logCompile: true }))('config');
    expect(wrong).to.include({ status: 'failed' });
    expect(wrong.detail).to.include("got 'logCompile'");
    expect((await checked('{'))('config').detail).to.include('AXL_CONFIG_LOAD');
    expect((await checked({}, { AX_AUTOLOG_DISABLE: 'maybe' }))('config').detail).to.include('AX_AUTOLOG_DISABLE');
  });

  it('looks at the journal that the configuration names', async () => {
    const journal = join(dir, 'deep', 'journal');
    const check = await checked({ journal: { dir: journal } });
    expect(check('journal')).to.include({ status: 'ok' });
    expect(check('journal').detail).to.include(`${journal} (will be made) can be written`);
    expect(readdirSync(dir)).to.deep.equal(['ax-autolog.config.json']);
    expect((await checked({ journal: false }))('journal')).to.include({
      status: 'warning',
      detail: 'it is turned off',
    });
    expect((await checked({}, { AX_AUTOLOG_JOURNAL: 'off' }))('journal').status).to.equal('warning');
  });

  it('says when the journal cannot be written', async () => {
    const file = join(dir, 'file');
    writeFileSync(file, '');
    const check = (await checked({ journal: { dir: join(file, 'journal') } }))('journal');
    expect(check).to.include({ status: 'failed' });
    expect(check.detail).to.include('cannot be written: it is a file');
    expect(check.advice).to.include('AX_AUTOLOG_DIR');
  });

  it('counts runs, those that wait to be delivered and those that cannot be read', async () => {
    const journal = join(dir, 'journal');
    await trackedRuns(journal, ['one', 'two']);
    const config = { journal: { dir: journal } };
    expect((await checked(config))('runs')).to.include({ status: 'ok', detail: '2 runs' });
    markTarget(listRuns(journal)[0]?.runDir ?? '', 'mlflow:http://127.0.0.1:1#Default');
    expect((await checked(config))('runs')).to.include({ advice: 'ax-autolog sync brings them there' });
    mkdirSync(join(journal, 'newer'));
    writeFileSync(join(journal, 'newer', 'events.jsonl'), '{"v":9}\n');
    expect((await checked(config))('runs').detail).to.equal(
      '2 runs, 1 not yet where they were meant to go, 1 cannot be read',
    );
  });

  it('says that a run which waits came from elsewhere, and that no run can be sealed', async () => {
    const journal = join(dir, 'journal');
    await trackedRuns(journal, ['one']);
    const { runDir = '' } = listRuns(journal)[0] ?? {};
    cpSync(runDir, join(journal, 'copy'), { recursive: true });
    const config = { journal: { dir: journal } };
    expect((await checked(config))('runs')).to.include({ status: 'ok' });
    markTarget(join(journal, 'copy'), 'mlflow:http://127.0.0.1:1#Default');
    const runs = (await checked(config))('runs');
    expect(runs).to.include({ status: 'warning' });
    expect(runs.detail).to.include('1 not written here by this user, so no start delivers them');
    expect(runs.advice).to.include('ax-autolog sync RUN');
    const state = join(dir, 'state');
    expect((await checked(config, { XDG_STATE_HOME: state }))('key')).to.equal(undefined);
    expect(existsSync(state)).to.equal(false);
    writeFileSync(state, '');
    const key = (await checked(config, { XDG_STATE_HOME: state }))('key');
    expect(key).to.include({ status: 'warning' });
    expect(key.detail).to.include('runs cannot be sealed').and.to.include('ENOTDIR');
    expect((await checked(config, { AX_AUTOLOG_KEY: 'short' }))('key').detail).to.include('at least 16 characters');
  });

  it('asks the server, and says what to do when it does not answer, without its password', async () => {
    const check = (await checked({}, { MLFLOW_TRACKING_URI: 'http://me:hunter2-secret@127.0.0.1:1' }))('mlflow');
    expect(check).to.include({ status: 'failed' });
    expect(check.detail).to.include('AXL_MLFLOW_UNREACHABLE').and.to.not.include('hunter2');
    expect(check.advice).to.include('sync');
    const answer = await binary(['doctor'], {
      ...CLEAN,
      MLFLOW_TRACKING_URI: 'http://127.0.0.1:1',
      AX_AUTOLOG_DIR: dir,
    });
    expect(answer.code).to.equal(1);
    expect(answer.text).to.match(/^failed +mlflow .*\n +→ start the server/m);
  });

  it('asks a server that answers once, and writes nothing to it', async () => {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      const body = { experiment: { experiment_id: '0', lifecycle_stage: 'active' } };
      response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const env = { MLFLOW_TRACKING_URI: `http://127.0.0.1:${port}`, MLFLOW_EXPERIMENT_NAME: 'maths' };
    const check = (await checked({}, env))('mlflow');
    server.close();
    expect(check.detail).to.equal(`http://127.0.0.1:${port} answers and has the experiment 'maths'`);
    expect(asked).to.deep.equal(['GET /api/2.0/mlflow/experiments/get-by-name?experiment_name=maths']);
  });

  it('knows which node is too old', () => {
    for (const version of ['18.20.0', '20.18.3', '19.9.0'])
      expect(checkNode(version).status, version).to.equal('failed');
    for (const version of ['20.19.0', '22.0.0', '25.1.0']) expect(checkNode(version).status, version).to.equal('ok');
  });
});
