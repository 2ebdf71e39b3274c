import { expect } from 'chai';
import { afterEach, describe, it } from 'mocha';
import { Evaluate } from '../../../lib/index.js';

const devset = [
  { question: 'a', answer: '1' },
  { question: 'b', answer: '2' },
  { question: 'c', answer: 'word '.repeat(40) },
];

describe('what Evaluate shows', () => {
  const { table, log } = console;
  const { write } = process.stderr;
  const isTTY = process.stderr.isTTY;

  afterEach(() => {
    Object.assign(console, { table, log });
    process.stderr.write = write;
    process.stderr.isTTY = isTTY;
  });

  async function shown(options: object, terminal: boolean) {
    const tables: object[][] = [];
    const lines: string[] = [];
    const progress: string[] = [];
    Object.assign(console, { table: (rows: object[]) => tables.push(rows), log: (line: string) => lines.push(line) });
    process.stderr.isTTY = terminal;
    process.stderr.write = ((text: string) => progress.push(text) > 0) as typeof write;
    try {
      await new Evaluate({ devset, metric: ({ example }) => example.question === 'a', ...options }).evaluate(
        (example: object) => {
          if (example === devset[1]) throw new Error('no answer');
          return { answer: '1' };
        },
      );
    } finally {
      process.stderr.write = write;
      Object.assign(console, { table, log });
    }
    return { tables, lines, progress };
  }

  it('nothing by default', async () => {
    expect(await shown({}, true)).to.deep.equal({ tables: [], lines: [], progress: [] });
  });

  it('a table of inputs, predictions and scores; long cells are cut as in DSPy', async () => {
    const { tables } = await shown({ displayTable: true }, false);
    const [rows] = tables as [Record<string, unknown>[]];
    expect(rows).to.have.length(3);
    expect(rows[0]).to.deep.equal({ question: 'a', example_answer: '1', pred_answer: '1', score: 1 });
    expect(rows[1]).to.deep.include({ question: 'b', answer: '2', score: 0 });
    expect(rows[1]?.error).to.include('no answer');
    expect(String(rows[2]?.example_answer).split(' ')).to.have.length(25);
  });

  it('a number of rows, and how many are left', async () => {
    const { tables, lines } = await shown({ displayTable: 2 }, false);
    expect(tables[0]).to.have.length(2);
    expect(lines).to.deep.equal(['… 1 more row']);
  });

  it('progress on a terminal only', async () => {
    expect((await shown({ displayProgress: true }, false)).progress).to.deep.equal([]);
    const { progress } = await shown({ displayProgress: true }, true);
    expect(progress[0]).to.include('1/3').and.include('1.000');
    expect(progress[2]).to.include('3/3').and.include('0.333');
    expect(progress.at(-1)).to.equal('\n');
  });
});
