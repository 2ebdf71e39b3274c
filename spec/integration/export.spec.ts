import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { compileGEPA, type Journal, journalOf } from '../analysis/history/compiled.js';
import { cli } from '../cli/command-line.js';
import { python, pythonScript } from './support/environment.js';

interface Table {
  readonly types: Readonly<Record<string, string>>;
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

describe('Parquet files, read by pyarrow', function () {
  this.timeout(600_000);
  let journal: Journal;
  let out = '';
  const read = (name: string): Table => {
    const path = join(out, `${name}.parquet`);
    const { stdout, stderr, status } = spawnSync(python(), [pythonScript('parquet.py'), path], {
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
    });
    expect(status, stderr).to.equal(0);
    return JSON.parse(stdout)[path];
  };
  before(async () => {
    out = mkdtempSync(join(tmpdir(), 'axl-parquet-'));
    journal = await journalOf(() =>
      compileGEPA({ seed: 4, numTrials: 5, fails: (prompt) => /number 10[13]/.test(prompt) }),
    );
    for (const format of ['--parquet', '--jsonl'])
      expect((await cli(['export', 'latest', '--dir', journal.dir, format, '-o', out])).code).to.equal(0);
  });
  after(async () => {
    rmSync(out, { recursive: true });
    await journal.remove();
  });

  for (const name of ['trials', 'examples', 'candidates', 'lm_calls']) {
    it(`has in ${name} what the lines of JSON have`, () => {
      const lines = readFileSync(join(out, `${name}.jsonl`), 'utf8')
        .trim()
        .split('\n');
      const asText = (value: unknown) => (typeof value === 'object' && value !== null ? JSON.stringify(value) : value);
      const expected = lines.map((line) =>
        Object.fromEntries(
          Object.entries(JSON.parse(line) as object).map(([column, value]) => [column, asText(value)]),
        ),
      );
      expect(read(name).rows).to.deep.equal(expected);
      expect(expected.length).to.be.greaterThan(2);
    });
  }

  it('gives columns the types that they are counted with', () => {
    expect(read('trials').types).to.include({ index: 'int64', score: 'double', isBest: 'bool', name: 'string' });
    expect(read('lm_calls').types).to.include({ total: 'int64', cost: 'double', cached: 'bool', time: 'double' });
  });

  it('is a table also without a row', () => {
    const { types, rows } = read('evaluations');
    expect(rows).to.deep.equal([]);
    expect(types).to.include({ evalId: 'string', score: 'double' });
  });
});
