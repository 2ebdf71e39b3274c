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

/** Settings of the text output of `diff`. */
export interface DiffView {
  /** Width of the terminal, in columns. */
  readonly columns: number;
  readonly paint: Paint;
  /** Whether texts are compared word by word instead of line by line. */
  readonly byWord: boolean;
}

/** Returns lines about the differences between two trials. */
export async function trialDiffLines(diff: CandidateDiff, view: DiffView): Promise<string[]> {
  const { columns, paint } = view;
  return [...sideLines(diff, paint), ...(await candidateLines(diff, view)), ...exampleLines(diff, columns, paint)];
}

/** Returns lines about the differences between two runs: settings first, then their best trials. */
export async function runDiffLines(diff: RunDiff, view: DiffView): Promise<string[]> {
  const { columns, paint } = view;
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
    ...(await candidateLines(diff, view)),
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

/** Notes that p is too low if a side was chosen by the same scores that are tested. */
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

async function candidateLines({ texts, demos, withheld = [] }: CandidateDiff, view: DiffView): Promise<string[]> {
  const blocks = await Promise.all(texts.map(async (diff) => ['', ...(await textLines(diff, view))]));
  const lines = blocks.flat();
  if (demos) lines.push('', ...demoLines(demos.before, demos.after, view.columns, view.paint));
  if (withheld.length > 0) lines.push('', `not captured, so not compared: ${oneLine(withheld.join(', '))}`);
  return lines.length > 0 ? lines : ['', 'both candidates have the same texts and demonstrations'];
}

async function textLines(diff: TextDiff, { paint, byWord }: DiffView): Promise<string[]> {
  const { component, before, after, lines } = diff;
  const presence = before === null ? ' (only after)' : after === null ? ' (only before)' : '';
  const heading = paint('bold', `${oneLine(component)}${presence}`);
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
  const removed = from
    .filter((demo) => !to.includes(demo))
    .map((demo) => paint('red', truncate(`- ${oneLine(demo)}`, columns)));
  const added = to
    .filter((demo) => !from.includes(demo))
    .map((demo) => paint('green', truncate(`+ ${oneLine(demo)}`, columns)));
  const order = removed.length + added.length === 0 ? ['  (the same in another order)'] : [];
  const heading = paint('bold', `demonstrations: ${before.length} before, ${after.length} after`);
  return [heading, ...removed, ...added, ...order];
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
  return [
    '',
    paint('bold', `examples: ${parts.join(', ')}`),
    ...(rows.length > 0 ? table : []),
    ...hiddenLines(won, lost),
  ];
}

function hiddenLines(...lists: readonly (readonly ScoredTwice[])[]): string[] {
  const hidden = lists.reduce((sum, list) => sum + Math.max(0, list.length - SHOWN_EXAMPLES), 0);
  return hidden > 0 ? [`(${hidden} more; --json shows all)`] : [];
}

function rowsOf(label: string, list: readonly ScoredTwice[]): string[][] {
  return list
    .slice(0, SHOWN_EXAMPLES)
    .map(({ before, after, example }) => [label, score(before), score(after), truncate(inline(example), 200)]);
}

/** Time limit for the comparison of two texts. */
const TIMEOUT_MS = 2_000;
/** Unchanged characters that are shown on each side of a change. */
const CONTEXT = 60;

/** Returns a text with its changes word by word, marked like `git diff --word-diff`: `[-before-]{+after+}`. */
async function wordLines({ before, after }: TextDiff, paint: Paint): Promise<string[]> {
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

/** Shortens unchanged text to the parts beside a change. */
function shortened(text: string, hasBefore: boolean, hasAfter: boolean): string {
  const characters = [...text];
  const [head, tail] = [hasBefore ? CONTEXT : 0, hasAfter ? CONTEXT : 0];
  if (characters.length <= head + tail + 1) return text;
  return `${characters.slice(0, head).join('')}…${tail === 0 ? '' : characters.slice(-tail).join('')}`;
}
