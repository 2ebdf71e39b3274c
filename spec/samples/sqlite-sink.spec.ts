import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { AnyEvent } from 'ax-autolog';
import { listRuns, readRun } from 'ax-autolog/analysis/node';
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';

const SAMPLE = fileURLToPath(new URL('../../../samples/sqlite-sink', import.meta.url));
const KILLS = 12;
/** Milliseconds between the first event on disk and the kill: from within the first trial to far into the run. */
const KILL_AFTER = (kill: number): number => (kill * 37) % 240;

interface Database {
  prepare(sql: string): { all(...values: unknown[]): Record<string, unknown>[] };
  close(): void;
}

describe('the SQLite sink of the samples', function () {
  this.timeout(300_000);
  let folder = '';

  const app = (trials: number): ChildProcess => {
    const env = { ...process.env, AX_AUTOLOG_DIR: join(folder, 'journal') };
    const args = ['app.mjs', join(folder, 'runs.db'), String(trials)];
    return spawn(process.execPath, args, { cwd: SAMPLE, env, stdio: 'ignore' });
  };
  const ended = (child: ChildProcess): Promise<number | null> =>
    new Promise((resolve) => child.once('close', (code) => resolve(code)));
  const rows = (sql: string): Record<string, unknown>[] => {
    const driver = createRequire(join(SAMPLE, 'sink.mjs'))('libsql') as new (file: string) => Database;
    const db = new driver(join(folder, 'runs.db'));
    try {
      return db.prepare(sql).all();
    } finally {
      db.close();
    }
  };
  const eventsOf = (runDir: string): AnyEvent[] => [...readRun(runDir)];

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'ax-autolog-sqlite-'));
    if (existsSync(join(SAMPLE, 'node_modules/libsql'))) return;
    const args = ['install', '--no-audit', '--no-fund', '--no-package-lock', '--ignore-scripts', '--loglevel=error'];
    const { status, stderr } = spawnSync('npm', args, { cwd: SAMPLE, encoding: 'utf8' });
    expect(status, stderr).to.equal(0);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('is short, and imports only what the package exports', () => {
    const text = readFileSync(join(SAMPLE, 'sink.mjs'), 'utf8');
    expect(text.split('\n').length).to.be.below(120);
    const imports = [...text.matchAll(/from '([^']+)'/g)].map((match) => match[1]);
    expect(imports).to.deep.equal(['ax-autolog/sink', 'libsql']);
  });

  it("passes the sink contract under Node's own test runner", () => {
    const result = spawnSync(process.execPath, ['--test'], { cwd: SAMPLE, encoding: 'utf8' });
    expect(result.status, result.stdout).to.equal(0);
    expect(result.stdout).to.match(/^# pass 37$/m);
    expect(result.stdout).to.match(/^# skipped 0$/m);
  });

  it('has every event exactly once after it was killed over and over', async () => {
    for (let kill = 0; kill < KILLS; kill += 1) {
      const before = listRuns(join(folder, 'journal')).length;
      const child = app(100);
      const closed = ended(child);
      while (listRuns(join(folder, 'journal')).length === before && child.exitCode === null) await sleep(2);
      await sleep(KILL_AFTER(kill));
      child.kill('SIGKILL');
      await closed;
    }
    expect(await ended(app(3))).to.equal(0);
    const runs = listRuns(join(folder, 'journal'));
    expect(runs).to.have.length(KILLS + 1);
    expect(runs.filter(({ status }) => status === 'running').length, 'runs that were killed').to.be.above(KILLS / 2);
    for (const { runId, runDir } of runs) {
      const events = eventsOf(runDir);
      const trials = events.filter(({ type }) => type === 'onTrialEnd');
      const examples = events.filter(({ type }) => type === 'onExampleEnd');
      expect(
        rows(`SELECT trial FROM trials WHERE run = '${runId}' ORDER BY rowid`).map(({ trial }) => trial),
        runId,
      ).to.deep.equal(trials.map(({ trialId }) => trialId));
      const stored = rows(`SELECT evaluation, position FROM examples WHERE run = '${runId}' ORDER BY rowid`);
      expect(
        stored.map(({ evaluation, position }) => [evaluation, position]),
        runId,
      ).to.deep.equal(examples.map(({ trialId, data }) => [trialId, (data as { readonly index: number }).index]));
    }
  });
});
