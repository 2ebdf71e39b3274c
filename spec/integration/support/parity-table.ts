import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { ROOT } from './environment.js';
import type { Section } from './parity.js';
import type { Line } from './parity-lines.js';
import type { Reference } from './reference.js';

const PAGE = join(ROOT, 'docs/plugins/mlflow.md');
const [BEGIN, END] = ['<!-- parity: begin -->', '<!-- parity: end -->'];

/** Set, the page is rewritten with what comes out: look at the difference before it is committed. */
const UPDATE = Boolean(process.env['UPDATE_GOLDEN']);

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
  const text = `\n\n${compared.map(scenario).join('\n\n')}\n\n`;
  if (UPDATE) writeFileSync(PAGE, page.slice(0, from + BEGIN.length) + text + page.slice(to));
  const now = UPDATE ? readFileSync(PAGE, 'utf8') : page;
  const found = now.slice(now.indexOf(BEGIN) + BEGIN.length, now.indexOf(END));
  expect(found, 'UPDATE_GOLDEN=1 npm test -- integration writes it anew').to.equal(text);
}

function scenario({ theirs, sections, excused }: Compared): string {
  const rows = sections.flatMap(({ title, lines }) => lines.map((line) => row(title, line, excused)));
  return [
    `### ${theirs.scenario}`,
    '',
    `${theirs.description}.`,
    '',
    `| run | what | mlflow.dspy.autolog ${theirs.mlflow} | ax-autolog |`,
    '|---|---|---|---|',
    ...rows,
  ].join('\n');
}

function row(title: string, { what, theirs, ours }: Line, excused: Compared['excused']): string {
  const why = excused[what];
  return `| ${[title, what, theirs, why === undefined ? ours : `${ours} (${why})`].map(cell).join(' | ')} |`;
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
