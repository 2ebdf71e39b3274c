import { plural } from '../../analysis/format/formats.js';
import type { Paint } from '../../analysis/format/paint.js';
import { type Column, layout } from '../../analysis/format/table.js';
import { clean, oneLine, score, truncate } from '../../analysis/format/text.js';
import { describeComparison } from '../../analysis/statistics/index.js';
import type { Json } from '../../contract/events.js';
import { field, inline } from '../show/values.js';
import type { TextDiff } from './candidates.js';
import type { CandidateDiff, CurvePoint, RunDiff, Side } from './compare.js';
import type { ScoredTwice } from './examples.js';

const SHOWN_EXAMPLES = 20;
const CELL = 60;

/** How a comparison is told. */
export interface Telling {
  readonly columns: number;
  readonly paint: Paint;
  /** Whether texts are compared word by word in place of line by line. */
  readonly byWord: boolean;
}

/** Two trials, told. */
export async function trialDiffLines(diff: CandidateDiff, telling: Telling): Promise<string[]> {
  const { columns, paint } = telling;
  return [...sideLines(diff, paint), ...(await candidateLines(diff, telling)), ...exampleLines(diff, columns, paint)];
}

/** Two runs, told: what differed between them first, then their best trials. */
export async function runDiffLines(diff: RunDiff, telling: Telling): Promise<string[]> {
  const { columns, paint } = telling;
  const rows = diff.settings.map(({ setting, before, after }) => [
    oneLine(setting),
    truncate(before === undefined ? '' : inline(before), CELL),
    truncate(after === undefined ? '' : inline(after), CELL),
  ]);
  const table = layout(
    [{ heading: 'setting' }, { heading: 'before' }, { heading: 'after' }],
    rows,
    columns,
    (line, at) => (at < 0 ? paint('dim', line) : line),
  );
  return [
    ...sideLines(diff, paint),
    '',
    ...(rows.length > 0 ? [paint('bold', 'settings'), ...table] : ['the settings are the same']),
    '',
    paint('bold', 'best score after each full evaluation'),
    field('before', curveText(diff.curves.before)),
    field('after', curveText(diff.curves.after)),
    ...(await candidateLines(diff, telling)),
    ...exampleLines(diff, columns, paint),
  ];
}

function curveText(points: readonly CurvePoint[]): string {
  const last = points.at(-1);
  if (!last) return 'no full evaluation has finished';
  return `${points.map(({ best }) => score(best)).join(' ')} (${plural(last.calls, 'LM call')})`;
}

function sideLines({ before, after, comparison }: CandidateDiff, paint: Paint): string[] {
  return [
    field('before', sideText(before, paint)),
    field('after', sideText(after, paint)),
    field('difference', comparison ? describeComparison(comparison) : 'no example with a score in both'),
    ...(comparison ? choiceLines(before, after) : []),
  ];
}

/** What p does not know of: that a side was picked by the very scores that it tests. */
function choiceLines(before: Side, after: Side): string[] {
  const chosen = [before, after].flatMap(({ chosenAmong, trial }) =>
    chosenAmong === null ? [] : [`${oneLine(trial ?? '')} is the best of ${chosenAmong} candidates by these scores`],
  );
  return chosen.length > 0
    ? [field('note', `${[...new Set(chosen)].join(', ')}: p is not adjusted for that choice`)]
    : [];
}

function sideText(side: Side, paint: Paint): string {
  const trial = side.trial === null ? 'no full evaluation' : oneLine(side.trial);
  const candidate = side.candidateId === null ? '' : `, candidate ${oneLine(side.candidateId).slice(0, 8)}`;
  const size = side.n === null ? '' : ` on ${plural(side.n, 'example')}`;
  return `${paint('bold', score(side.score))}${size}: ${trial} of ${oneLine(side.runId)}${candidate}`;
}

async function candidateLines({ texts, demos }: CandidateDiff, telling: Telling): Promise<string[]> {
  const blocks = await Promise.all(texts.map(async (diff) => ['', ...(await textLines(diff, telling))]));
  const lines = blocks.flat();
  if (demos) lines.push('', ...demoLines(demos.before, demos.after, telling.columns, telling.paint));
  return lines.length > 0 ? lines : ['', 'both candidates have the same texts and demonstrations'];
}

async function textLines(diff: TextDiff, { paint, byWord }: Telling): Promise<string[]> {
  const { component, before, after, lines } = diff;
  const what = before === null ? ' (only after)' : after === null ? ' (only before)' : '';
  const heading = paint('bold', `${oneLine(component)}${what}`);
  if (byWord) return [heading, ...(await wordLines(diff, paint))];
  const shown = lines ?? ['(too different to compare line by line)'];
  return [heading, ...shown.map((line) => painted(line, paint))];
}

function painted(line: string, paint: Paint): string {
  const text = clean(line.replaceAll('\r', ''), Number.POSITIVE_INFINITY);
  if (line.startsWith('+')) return paint('green', text);
  if (line.startsWith('-')) return paint('red', text);
  return line.startsWith('@@') ? paint('cyan', text) : text;
}

function demoLines(before: readonly Json[], after: readonly Json[], columns: number, paint: Paint): string[] {
  const texts = [before, after].map((demos) => demos.map((demo) => JSON.stringify(demo)));
  const [from = [], to = []] = texts;
  const gone = from
    .filter((demo) => !to.includes(demo))
    .map((demo) => paint('red', truncate(`- ${oneLine(demo)}`, columns)));
  const come = to
    .filter((demo) => !from.includes(demo))
    .map((demo) => paint('green', truncate(`+ ${oneLine(demo)}`, columns)));
  const order = gone.length + come.length === 0 ? ['  (the same in another order)'] : [];
  return [paint('bold', `demonstrations: ${before.length} before, ${after.length} after`), ...gone, ...come, ...order];
}

const COLUMNS: readonly Column[] = [
  { heading: '' },
  { heading: 'before', align: 'right' },
  { heading: 'after', align: 'right' },
  { heading: 'example' },
];

function exampleLines({ examples }: CandidateDiff, columns: number, paint: Paint): string[] {
  const { won, lost, same, unscored, onlyBefore, onlyAfter } = examples;
  const parts = [`${won.length} won`, `${lost.length} lost`, `${same} the same`];
  if (unscored > 0) parts.push(`${unscored} without a score`);
  if (onlyBefore > 0) parts.push(`${onlyBefore} only before`);
  if (onlyAfter > 0) parts.push(`${onlyAfter} only after`);
  const rows = [...rowsOf('won', won), ...rowsOf('lost', lost)];
  const table = layout(COLUMNS, rows, columns, (line, at) => {
    if (at < 0) return paint('dim', line);
    return paint(rows[at]?.[0] === 'won' ? 'green' : 'red', line);
  });
  return ['', paint('bold', `examples: ${parts.join(', ')}`), ...(rows.length > 0 ? table : []), ...leftOut(won, lost)];
}

function leftOut(...lists: readonly (readonly ScoredTwice[])[]): string[] {
  const left = lists.reduce((sum, list) => sum + Math.max(0, list.length - SHOWN_EXAMPLES), 0);
  return left > 0 ? [`(${left} more; --json has them all)`] : [];
}

function rowsOf(what: string, list: readonly ScoredTwice[]): string[][] {
  return list
    .slice(0, SHOWN_EXAMPLES)
    .map(({ before, after, example }) => [what, score(before), score(after), truncate(inline(example), 200)]);
}

/** A comparison of two texts gives up after this long, in milliseconds. */
const TIMEOUT_MS = 2_000;
/** What stays the same is shown for so many characters on each side of a change. */
const CONTEXT = 60;

/** A text with what changed in it, word by word, as `git diff --word-diff` marks it: `[-before-]{+after+}`. */
export async function wordLines({ before, after }: TextDiff, paint: Paint): Promise<string[]> {
  const { diffWordsWithSpace } = await import('diff');
  const parts = diffWordsWithSpace(before ?? '', after ?? '', { timeout: TIMEOUT_MS });
  if (!parts) return ['(too different to compare word by word)'];
  const shown = parts.map(({ value, added, removed }, at) => {
    const text = clean(value, Number.POSITIVE_INFINITY);
    if (added) return paint('green', `{+${text}+}`);
    if (removed) return paint('red', `[-${text}-]`);
    return shortened(text, at > 0, at < parts.length - 1);
  });
  return shown.join('').split('\n');
}

/** The ends of what stays the same that lie beside a change. */
function shortened(text: string, hasBefore: boolean, hasAfter: boolean): string {
  const characters = [...text];
  const [head, tail] = [hasBefore ? CONTEXT : 0, hasAfter ? CONTEXT : 0];
  if (characters.length <= head + tail + 1) return text;
  return `${characters.slice(0, head).join('')}…${tail === 0 ? '' : characters.slice(-tail).join('')}`;
}
