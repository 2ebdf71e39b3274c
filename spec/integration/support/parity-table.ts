import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { differences } from './canonical.js';
import { ROOT } from './environment.js';
import type { Section } from './parity.js';
import type { Line } from './parity-lines.js';
import type { Reference } from './reference.js';

const PAGE = join(ROOT, 'docs/plugins/mlflow.md');
const [BEGIN, END] = ['<!-- parity: begin -->', '<!-- parity: end -->'];

/** Set, the page is rewritten with what comes out: look at the difference before it is committed. */
const UPDATE = Boolean(process.env['UPDATE_GOLDEN']);

const PREFACE = [
  'Eight programs, tracked by the Python reference and by ax-autolog, and read back from a real server with Python’s own client.',
  'Scores of the reference are percent, ours the mean in the metric’s own unit. A series of trials is one row: what it says holds for each.',
  'Their LoggedModels are one for each program object that ran, ours one for each compile; their traces have what DSPy calls, ours what ax calls: an `AxGen` is program and predictor in one.',
].join('\n');

interface Compared {
  readonly theirs: Reference;
  readonly sections: readonly Section[];
  readonly excused: Readonly<Record<string, string>>;
}

/** The page has this comparison between its markers, word for word. */
export function expectTable(compared: readonly Compared[]): void {
  const page = readFileSync(PAGE, 'utf8');
  const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)];
  expect(from, `${BEGIN} in the page`).to.be.greaterThan(-1);
  expect(to, `${END} after it`).to.be.greaterThan(from);
  const text = `\n\n${[PREFACE, ...compared.map(scenario)].join('\n\n')}\n\n`;
  if (UPDATE) writeFileSync(PAGE, page.slice(0, from + BEGIN.length) + text + page.slice(to));
  const now = UPDATE ? readFileSync(PAGE, 'utf8') : page;
  const found = withoutPadding(now.slice(now.indexOf(BEGIN) + BEGIN.length, now.indexOf(END)));
  const stale = differences(found.split('\n'), withoutPadding(text).split('\n'));
  expect(stale, 'UPDATE_GOLDEN=1 npm test -- integration writes it anew').to.deep.equal([]);
}

function scenario({ theirs, sections, excused }: Compared): string {
  const all = sections.flatMap(({ title, lines }) => lines.map((line) => ({ title, line })));
  const shared = all.filter(({ line }) => line.theirs !== '');
  const more = all.filter(({ line }) => line.theirs === '');
  return [
    `### ${theirs.scenario}`,
    `${theirs.description}.`,
    [
      `| run | what | mlflow.dspy.autolog ${theirs.mlflow} | ax-autolog |`,
      '|---|---|---|---|',
      ...shared.map(({ title, line }) => row(title, line, excused)),
    ].join('\n'),
    ...(more.length > 0 ? ['Only ours:'] : []),
    ...(more.length > 0 ? [more.map(({ title, line }) => `- ${title}, ${line.what}: ${line.ours}`).join('\n')] : []),
  ].join('\n\n');
}

function row(title: string, { what, theirs, ours }: Line, excused: Compared['excused']): string {
  const why = excused[what];
  return `| ${[title, what, theirs, why === undefined ? ours : `${ours}: ${why}`].map(cell).join(' | ')} |`;
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

/** The formatter lines the columns up. */
const withoutPadding = (text: string): string =>
  text
    .replace(/ +\|/g, ' |')
    .replace(/\| +/g, '| ')
    .replace(/-{3,}/g, '---')
    .replace(/\| ---/g, '|---')
    .replace(/--- \|/g, '---|');
