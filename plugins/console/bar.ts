import { count, duration, oneLine, score, truncate, width } from 'ax-autolog/analysis';
import { elapsed, fraction, type Progress, timeLeft } from './progress.js';

/** A part of the line. On a narrow terminal the parts with the highest `drop` are dropped first. */
type Part = readonly [text: string, drop: number];

const BAR_COLUMNS = 20;

/**
 * Renders the progress of a compile or evaluation as one line of at most `columns` columns: label, bar, trial, score, best
 * score, LM calls, tokens, time so far and time left. Without a known total it has no bar and no time left.
 *
 * @param others number of other compiles and evaluations that are running
 */
export function barLine(progress: Progress, others: number, columns: number, ascii: boolean): string {
  const done = fraction(progress);
  const left = timeLeft(progress);
  const parts: Part[] = [[truncate(oneLine(progress.label), 24), 0]];
  if (others > 0) parts.push([`+${others}`, 6]);
  if (done !== null) parts.push([gauge(done, ascii), 5], [`${Math.floor(done * 100)}%`, 2]);
  if (progress.kind === 'eval') parts.push([`${progress.examples}/${progress.total?.count ?? '?'}`, 1]);
  if (progress.trial !== null)
    parts.push(
      [`trial ${Math.max(progress.started, progress.trials.length)}`, 3],
      [truncate(oneLine(progress.trial), 24), 7],
    );
  if (progress.score !== null) parts.push([`score ${score(progress.score)}`, 2]);
  if (progress.best !== null) parts.push([`best ${score(progress.best)}`, 1]);
  parts.push([`${count(progress.calls)} calls`, 4], [`${count(progress.tokens)} tokens`, 6]);
  parts.push([duration(elapsed(progress)), 3]);
  if (left !== null) parts.push([`${duration(left)} left`, 2]);
  return fitted(parts, columns);
}

function gauge(done: number, ascii: boolean): string {
  const full = Math.round(done * BAR_COLUMNS);
  const [on, off] = ascii ? ['#', '.'] : ['█', '░'];
  return on.repeat(full) + off.repeat(BAR_COLUMNS - full);
}

function fitted(parts: readonly Part[], columns: number): string {
  let kept = [...parts];
  const line = (): string => kept.map(([text]) => text).join(' ');
  while (kept.length > 1 && width(line()) > columns) {
    const first = Math.max(...kept.map(([, drop]) => drop));
    const at = kept.findLastIndex(([, drop]) => drop === first);
    kept = kept.filter((_, index) => index !== at);
  }
  return truncate(line(), columns);
}
