import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as Ax from '@ax-llm/ax';
import { Evaluate, startRun } from 'ax-autolog';
import type { RunHistory } from 'ax-autolog/analysis';
import { readRunHistory } from 'ax-autolog/analysis/node';
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { compileGEPA, type Journal, journalOf } from '../analysis/history/compiled.js';
import { recount } from '../analysis/history/recount.js';
import { exact, questions, scripted, twoPartProgram } from '../capture/ax/support/scripted.js';
import { csvRows } from '../plugins/files/csv.js';
import { cli } from './command-line.js';

const TABLES = ['candidates', 'evaluations', 'examples', 'lm_calls', 'trials'];

interface Said {
  readonly format: string;
  readonly files: readonly { readonly table: string; readonly file: string; readonly rows: number }[];
}

describe('export', function () {
  this.timeout(60_000);
  let journal: Journal;
  let run: RunHistory;
  let out = '';
  before(async () => {
    journal = await journalOf(() =>
      startRun({ runName: 'both' }, async () => {
        await compileGEPA({ seed: 4, numTrials: 4, fails: (prompt) => /number 10[13]/.test(prompt) });
        const evaluate = new Evaluate({ devset: questions(3, 50), metric: exact as never });
        await evaluate.evaluate(twoPartProgram(Ax) as never, { ai: scripted(Ax).ai } as never);
      }),
    );
    run = readRunHistory(journal.runDirs[0] as string);
    out = mkdtempSync(join(tmpdir(), 'axl-export-'));
  });
  after(async () => {
    rmSync(out, { recursive: true });
    await journal.remove();
  });
  const exported = (...args: string[]) => cli(['export', 'latest', '--dir', journal.dir, ...args]);
  const read = (folder: string, file: string) => readFileSync(join(out, folder, file), 'utf8');

  it('writes each table as CSV, with the numbers of the journal', async () => {
    const { code, text } = await exported('--csv', '-o', join(out, 'csv'));
    expect(code).to.equal(0);
    expect(readdirSync(join(out, 'csv')).sort()).to.deep.equal(TABLES.map((name) => `${name}.csv`));
    const counted = recount(journal.runDirs[0] as string);
    const trials = csvRows(read('csv', 'trials.csv'));
    expect(trials.map(({ index, score, calls, spentCalls }) => [index, score, calls, spentCalls])).to.deep.equal(
      counted.trials.map(({ index, mean, calls, spentCalls }) => [index, mean ?? '', calls, spentCalls].map(String)),
    );
    const examples = csvRows(read('csv', 'examples.csv'));
    const all = [...run.trials, ...run.evaluations].flatMap((one) => one.examples);
    expect(examples.map(({ exampleId, score }) => [exampleId, score])).to.deep.equal(
      all.map(({ exampleId, score }) => [exampleId, score === null ? '' : String(score)]),
    );
    expect(examples[0]?.['example.question']).to.equal((all[0]?.example as { question: string } | undefined)?.question);
    expect(csvRows(read('csv', 'lm_calls.csv'))).to.have.length(counted.calls);
    expect(csvRows(read('csv', 'candidates.csv')).map(({ candidateId }) => candidateId)).to.deep.equal(
      run.compiles[0]?.candidates.map(({ candidate }) => candidate.id),
    );
    expect(csvRows(read('csv', 'evaluations.csv')).map(({ n, status }) => [n, status])).to.deep.equal([
      ['3', 'finished'],
    ]);
    expect(text).to.match(/trials\.csv {2}\d+ rows/);
  });

  it('writes each table as JSON lines, every line with all columns', async () => {
    await exported('--jsonl', '-o', join(out, 'jsonl'));
    for (const name of TABLES) {
      const rows = read('jsonl', `${name}.jsonl`)
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      expect(rows.length, name).to.be.greaterThan(0);
      const columns = Object.keys(rows[0]);
      for (const row of rows) expect(Object.keys(row), name).to.deep.equal(columns);
    }
    const [seed] = read('jsonl', 'candidates.jsonl')
      .split('\n')
      .map((line) => JSON.parse(line || 'null'));
    expect(seed).to.deep.include({
      by: 'seed',
      parents: [],
      accepted: null,
      'text.root::instruction': 'Answer in one line.',
    });
  });

  it('says with --json which files were written', async () => {
    const { format, files } = (await exported('--csv', '-o', join(out, 'said'), '--json')).json<Said>();
    expect(format).to.equal('csv');
    expect(files.map(({ table }) => table).sort()).to.deep.equal(TABLES);
    for (const { file } of files) expect(existsSync(file), file).to.equal(true);
    expect(files.find(({ table }) => table === 'trials')?.rows).to.equal(run.trials.length);
  });

  it('writes one table to a file, to a folder, or to standard output', async () => {
    const file = join(out, 'one', 'calls.csv');
    await exported('--csv', '--table', 'lm_calls', '-o', file);
    const { text } = await exported('--csv', '--table', 'lm_calls');
    expect(readFileSync(file, 'utf8').trimEnd()).to.equal(text);
    await exported('--csv', '--table', 'trials', '-o', join(out, 'one'));
    expect(readdirSync(join(out, 'one')).sort()).to.deep.equal(['calls.csv', 'trials.csv']);
  });

  it('writes to a folder that is named after the run when it is not told where', async () => {
    const cwd = process.cwd();
    process.chdir(out);
    try {
      await exported('--parquet');
    } finally {
      process.chdir(cwd);
    }
    expect(readdirSync(join(out, `${run.runId}-parquet`)).sort()).to.deep.equal(
      TABLES.map((name) => `${name}.parquet`),
    );
    const bytes = readFileSync(join(out, `${run.runId}-parquet`, 'trials.parquet'));
    expect(bytes.subarray(0, 4).toString()).to.equal('PAR1');
  });

  it('wants one format, a table it knows, and a place it can write to', async () => {
    for (const args of [[], ['--csv', '--jsonl']]) {
      const { code, notes } = await exported(...args);
      expect(code).to.equal(2);
      expect(notes).to.include('must be one of --csv, --jsonl and --parquet');
    }
    expect((await exported('--csv', '--table', 'trails')).notes).to.include('Allowed choices are trials');
    const shown = await cli(['export', 'latest', '--dir', journal.dir, '--parquet', '--table', 'trials'], {
      columns: 80,
    });
    expect(shown).to.include({ code: 2, text: '' });
    const inFile = await exported('--csv', '-o', join(journal.runDirs[0] as string, 'events.jsonl'));
    expect(inFile.code).to.equal(2);
    expect(inFile.notes).to.include('must be a folder for the tables');
  });
});
