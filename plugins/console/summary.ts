import {
  type Column,
  clean,
  count,
  describeVersusSeed,
  duration,
  layout,
  oneLine,
  type Paint,
  type SearchVerdict,
  score,
} from 'ax-autolog/analysis';
import type { EventData } from 'ax-autolog/sink';
import { elapsed, type Progress, type TrialRow } from './progress.js';

/** Most rows of the table. A longer search shows its last trials and the best one. */
const MAX_ROWS = 100;

const COLUMNS: readonly Column[] = [
  { heading: '#', align: 'right' },
  { heading: 'trial' },
  { heading: 'scope', drop: 2 },
  { heading: 'n', align: 'right', drop: 4 },
  { heading: 'score', align: 'right' },
  { heading: 'best', drop: 6 },
  { heading: 'decision', drop: 5 },
  { heading: 'candidate', drop: 1 },
  { heading: 'time', align: 'right', drop: 3 },
];

/** A compile to summarize. */
export interface SummarizedCompile {
  readonly progress: Progress;
  /** `null` if the compile has not ended. */
  readonly end: EventData['onCompileEnd'] | null;
  /** Name of the run. */
  readonly run: string;
  readonly verdict: SearchVerdict | null;
}

/**
 * Renders the summary of a compile: a table of its trials, the winner with its texts, and whether it is better than the
 * seed. The summary of a compile that has not ended has no winner.
 */
export function compileSummary(
  { progress, end, run, verdict }: SummarizedCompile,
  columns: number,
  paint: Paint,
): string {
  const label = oneLine(progress.label);
  const how = end ? `${end.status} in ${duration(end.durationMs)}` : `unfinished after ${duration(elapsed(progress))}`;
  const usage = `${count(progress.calls)} LM calls, ${count(progress.tokens)} tokens`;
  const lines = ['', paint('bold', `${label} ${how} (run ${oneLine(run)}, ${usage})`)];
  if (end?.error) lines.push(paint('red', `${oneLine(end.error.name)}: ${oneLine(end.error.message)}`));
  lines.push(...trialLines(progress, columns, paint), ...(end ? winnerLines(end, paint) : []));
  const against = verdict ? describeVersusSeed(verdict) : '';
  if (against !== '') lines.push(`best against seed: ${against}`);
  lines.push('');
  return lines.join('\n');
}

function trialLines(progress: Progress, columns: number, paint: Paint): string[] {
  const { trials, bestTrial } = progress;
  if (trials.length === 0) return [];
  const shown = trials.filter((trial, at) => at >= trials.length - MAX_ROWS || trial.id === bestTrial);
  const rows = shown.map((trial) => cells(trial, progress));
  const lines = layout(COLUMNS, rows, columns, (line, row) => {
    const trial = shown[row];
    if (!trial) return paint('dim', line);
    if (isBest(trial, progress)) return paint('green', line);
    return trial.status === 'finished' ? line : paint('red', line);
  });
  const hidden = trials.length - shown.length;
  return hidden > 0 ? [...lines, `(${hidden} earlier trials are not shown)`] : lines;
}

function cells(trial: TrialRow, progress: Progress): string[] {
  return [
    String(trial.index),
    oneLine(trial.name),
    trial.scope,
    trial.n === null ? '-' : String(trial.n),
    trial.status === 'finished' ? score(trial.score) : trial.status,
    isBest(trial, progress) ? '*' : '',
    progress.decisions.get(trial.id) ?? '',
    oneLine(trial.candidateId).slice(0, 8),
    duration(trial.durationMs),
  ];
}

function isBest(trial: TrialRow, { bestTrial }: Progress): boolean {
  return bestTrial !== null && trial.id === bestTrial;
}

function winnerLines(end: EventData['onCompileEnd'], paint: Paint): string[] {
  const { best } = end;
  if (!best) return ['no winner: the compile returned no program'];
  const { id, texts, demos, withheld } = best.candidate ?? {};
  const lines = [
    paint('bold', `winner ${oneLine(id ?? '').slice(0, 8)}, score ${score(best.score ?? end.reportedScore)}`),
  ];
  for (const [component, text] of Object.entries(texts ?? {})) {
    lines.push(
      `  ${oneLine(component)}:`,
      ...clean(text)
        .split('\n')
        .map((line) => `    ${line}`),
    );
  }
  if (demos && demos.length > 0) lines.push(`  ${demos.length} demonstration set${demos.length === 1 ? '' : 's'}`);
  if (withheld && withheld.length > 0) lines.push(`  not captured: ${oneLine(withheld.join(', '))}`);
  return lines;
}

/** Renders the line that is printed when an evaluation ends. */
export function evaluationSummary(end: EventData['onEvalEnd'], paint: Paint): string {
  const errors = end.errors > 0 ? paint('red', `, ${end.errors} errors`) : '';
  const head = paint('bold', `${oneLine(end.name)} ${end.status}: ${score(end.score)}`);
  return `${head} over ${end.n} examples${errors} in ${duration(end.durationMs)}`;
}
