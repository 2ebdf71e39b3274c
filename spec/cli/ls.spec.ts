import { appendFileSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRun } from 'ax-autolog';
import { width } from 'ax-autolog/analysis';
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import type { RunRow } from '../../lib/cli/run-row.js';
import { compileGEPA, type Journal, journalOf } from '../analysis/history/compiled.js';
import { recount } from '../analysis/history/recount.js';
import { cli } from './command-line.js';

const NASTY = 'red \u001b[31mrun\u001b[0m \u202eback';

describe('ls', function () {
  this.timeout(60_000);
  let journal: Journal;
  before(async () => {
    journal = await journalOf(
      () => compileGEPA({ seed: 4, numTrials: 4 }),
      () => startRun({ runName: NASTY }, () => compileGEPA({ seed: 5, numTrials: 3 })),
      () => startRun({ runName: 'broken' }, () => Promise.reject(new Error('boom'))).catch(() => undefined),
    );
  });
  after(() => journal.remove());

  it('gives an array with --json, the latest run first', async () => {
    const { code, json } = await cli(['ls', journal.dir, '--json']);
    const rows = json<RunRow[]>();
    expect(code).to.equal(0);
    expect(rows.map(({ runId }) => runId)).to.deep.equal([...journal.runIds].reverse());
    expect(rows[0]).to.include({ name: 'broken', kind: 'user', status: 'failed', trials: 0, cost: null });
    expect(rows[1]).to.include({ name: NASTY, kind: 'user', status: 'finished' });
    expect(rows[2]).to.include({ name: 'GEPA', kind: 'compile', status: 'finished', alive: false });
  });

  it('tells trials, calls and scores as the lines of the journal have them', async () => {
    const rows = (await cli(['ls', journal.dir, '--json'])).json<RunRow[]>();
    for (const row of rows.slice(1)) {
      const { trials, calls, tokens, bestScores } = recount(row.runDir);
      expect([row.trials, row.calls, row.tokens]).to.deep.equal([trials.length, calls, tokens]);
      expect([row.seedScore, row.bestScore]).to.deep.equal([trials[0]?.mean, bestScores.at(-1)]);
    }
  });

  it('makes a table, without anything in it that drives a terminal', async () => {
    const { text } = await cli(['ls', journal.dir]);
    const [heading, first, ...others] = text.split('\n');
    expect(heading).to.match(/^run +name +kind +status +started +time +seed +best +trials +cost$/);
    expect(first).to.include(journal.runIds[2]).and.to.include('failed');
    expect(others).to.have.length(2);
    expect(others[0]).to.include('red \\u001b[31mrun\\u001b[0m');
    for (const control of ['\u001b', '\u202e']) expect(text).to.not.include(control);
  });

  it('fits a narrow terminal, and keeps run, status and best', async () => {
    for (const columns of [120, 80, 60]) {
      const lines = (await cli(['ls', journal.dir], { columns })).text.split('\n');
      for (const line of lines) expect(width(line)).to.be.at.most(columns);
      expect(lines[0]).to.match(/^run .*status .*best/);
    }
  });

  it('filters by status, kind and name, and stops at a limit', async () => {
    const ids = async (...args: string[]) =>
      (await cli(['ls', journal.dir, '--json', ...args])).json<RunRow[]>().map(({ name }) => name);
    expect(await ids('--status', 'failed')).to.deep.equal(['broken']);
    expect(await ids('--kind', 'compile')).to.deep.equal(['GEPA']);
    expect(await ids('--name', 'RED')).to.deep.equal([NASTY]);
    expect(await ids('--limit', '2')).to.deep.equal(['broken', NASTY]);
    expect(await ids('--kind', 'predictions')).to.deep.equal([]);
  });

  it('refuses values that are none', async () => {
    for (const args of [
      ['--status', 'done'],
      ['--kind', 'x'],
      ['--limit', '-1'],
      ['--limit', 'two'],
    ])
      expect((await cli(['ls', journal.dir, ...args])).code, args.join(' ')).to.equal(2);
  });

  it('takes the folder of one run', async () => {
    const rows = (await cli(['ls', journal.runDirs[0] as string, '--json'])).json<RunRow[]>();
    expect(rows.map(({ runId }) => runId)).to.deep.equal([journal.runIds[0]]);
  });
});

describe('ls of journals that are not whole', () => {
  let dir = '';
  const line = (about: object) =>
    `${JSON.stringify({ v: 1, seq: 0, time: 1_795_000_000_000, writer: 'zzz-000000', runId: 'r', derived: [], ...about })}\n`;
  const start = (kind = 'user') =>
    line({ type: 'onRunStart', data: { name: 'n', kind, tags: {}, params: {}, source: {} } });
  const put = (name: string, text: string, ageMs = 3_600_000) => {
    mkdirSync(join(dir, name), { recursive: true });
    const file = join(dir, name, 'events.jsonl');
    writeFileSync(file, text);
    const then = (Date.now() - ageMs) / 1_000;
    utimesSync(file, then, then);
    return file;
  };
  const status = async (name: string) => {
    const rows = (await cli(['ls', dir, '--json'])).json<RunRow[]>();
    return rows.find(({ runId }) => runId === name);
  };
  before(() => {
    dir = mkdtempSync(join(tmpdir(), 'axl-ls-'));
  });
  after(() => rmSync(dir, { recursive: true }));

  it('says of an empty folder that there is no run, and of none that it is missing', async () => {
    expect(await cli(['ls', dir])).to.include({ code: 0, text: '', notes: 'no runs' });
    expect((await cli(['ls', dir, '--json'])).json<RunRow[]>()).to.deep.equal([]);
    const { code, notes } = await cli(['ls', join(dir, 'nowhere')]);
    expect(code).to.equal(2);
    expect(notes).to.include('AXL_JOURNAL_MISSING');
  });

  it('tells a run that is written to from one whose process is gone', async () => {
    put('gone', start());
    put('fresh', start(), 0);
    const writer = `${process.pid.toString(36)}-000000`;
    put('alive', start().replace('zzz-000000', writer), -1_000);
    expect(await status('gone')).to.include({ status: 'running', alive: false });
    expect(await status('fresh')).to.include({ status: 'running', alive: true });
    expect(await status('alive')).to.include({ status: 'running', alive: true });
    const { text, notes } = await cli(['ls', dir]);
    expect(text)
      .to.match(/^gone .*died/m)
      .and.to.match(/^alive .*running/m);
    expect(notes).to.include('1 run died');
    const died = (await cli(['ls', dir, '--json', '--status', 'died'])).json<RunRow[]>();
    expect(died.map(({ runId }) => runId)).to.deep.equal(['gone']);
  });

  it('does not take a later process with the same id for the one that wrote it', async () => {
    put('reused', start().replace('zzz-000000', `${process.pid.toString(36)}-000000`), 10 * 365 * 86_400_000);
    expect(await status('reused')).to.include({ status: 'running', alive: false });
  });

  it('lists what it cannot read, and says why, without hiding the rest', async () => {
    put('newer', start().replace('"v":1', '"v":99'));
    put('torn', start().slice(0, 40));
    put('empty', '');
    const { code, text, notes } = await cli(['ls', dir]);
    expect(code).to.equal(0);
    expect(text)
      .to.match(/^newer .*unreadable/m)
      .and.to.match(/^torn /m)
      .and.to.match(/^empty /m)
      .and.to.match(/^gone /m);
    expect(notes).to.include('newer: AXL_JOURNAL_VERSION').and.to.include('torn: ');
    expect(await status('newer')).to.include({ status: 'unreadable', kind: null, name: 'newer' });
  });

  it('lists calls outside of every run as what they are', async () => {
    const file = put('calls', start('predictions'));
    appendFileSync(file, line({ seq: 1, type: 'onRunEnd', data: { status: 'finished', durationMs: 1 } }));
    expect(await status('calls')).to.include({ kind: 'predictions', status: 'finished' });
  });
});
