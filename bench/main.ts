/**
 * `npm run bench` runs every case in its own process, so that none affects another. It prints tables and asserts
 * nothing.
 */
import { spawnSync } from 'node:child_process';
import { availableParallelism, cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { pretty, type Row } from './measure.js';

interface Case {
  readonly title: string;
  readonly runs: readonly (readonly string[])[];
}

const CASES: Readonly<Record<string, Case>> = {
  decorated: {
    title: 'One awaited call of a method that does nothing (@trackTrial inside one compile)',
    runs: [
      ['decorated.js', 'bare'],
      ['decorated.js', 'off'],
      ['decorated.js', 'memory'],
      ['decorated.js', 'on'],
      ['decorated.js', 'content'],
    ],
  },
  burst: { title: 'A burst of calls with 1 KB in and 1 KB out, into the journal', runs: [['burst.js']] },
  append: { title: 'One event of 2 KB', runs: [['append.js']] },
  certificate: { title: 'The certificate of one compile, medians', runs: [['certificate.js']] },
  report: { title: 'The report, opened in Chromium', runs: [['report.js']] },
  trace: { title: 'One forward of an AxGen on a mock LM, alternating: a trace of three spans', runs: [['trace.js']] },
  gepa: {
    title: 'AxGEPA, 500 metric calls, alternating',
    runs: [
      ['gepa.js', 'mock'],
      ['gepa.js', 'http'],
    ],
  },
};

/** Runs one case's program and returns its rows. */
function run([file = '', ...args]: readonly string[]): Row[] {
  const script = fileURLToPath(new URL(file, import.meta.url));
  const result = spawnSync(process.execPath, [...process.execArgv, script, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (result.status !== 0) throw new Error(`${file} ended with ${result.signal ?? result.status}`);
  return JSON.parse(result.stdout.trim().split('\n').at(-1) ?? '[]') as Row[];
}

function print(title: string, rows: readonly Row[]): void {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cells = [
    columns.map((column) => (column === 'name' ? '' : column)),
    ...rows.map((row) => columns.map((column) => pretty(row[column]))),
  ];
  const widths = columns.map((_, index) => Math.max(...cells.map((line) => line[index]?.length ?? 0)));
  const lines = cells.map((line) =>
    line
      .map((cell, index) => (index === 0 ? cell.padEnd(widths[index] ?? 0) : cell.padStart(widths[index] ?? 0)))
      .join('  '),
  );
  console.log(`\n${title}\n${lines.map((line) => `  ${line.trimEnd()}`).join('\n')}`);
}

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in CASES));
if (unknown.length > 0)
  throw new Error(`the case must be one of ${Object.keys(CASES).join(', ')}, got ${unknown.join(', ')}.`);

console.log(
  `Node ${process.version}, ${availableParallelism()} cores, ${cpus()[0]?.model ?? 'unknown CPU'}, ${process.platform}`,
);
for (const [name, { title, runs }] of Object.entries(CASES)) {
  if (wanted.length === 0 || wanted.includes(name)) print(title, runs.flatMap(run));
}
