import { dollars } from '../../analysis/format/formats.js';
import type { Paint } from '../../analysis/format/paint.js';
import { type Column, layout } from '../../analysis/format/table.js';
import { count, duration, oneLine, score } from '../../analysis/format/text.js';
import type { RunHistory, TrialHistory } from '../../analysis/history/types.js';
import { spentIn } from '../run-row.js';

const COLUMNS: readonly Column[] = [
  { heading: '#', align: 'right' },
  { heading: 'trial' },
  { heading: 'phase', drop: 1 },
  { heading: 'n', align: 'right', drop: 5 },
  { heading: 'score', align: 'right' },
  { heading: 'best', drop: 8 },
  { heading: 'decision', drop: 7 },
  { heading: 'candidate', drop: 6 },
  { heading: 'errors', align: 'right', drop: 2 },
  { heading: 'time', align: 'right', drop: 4 },
  { heading: 'tokens', align: 'right', drop: 3 },
  { heading: 'cost', align: 'right', drop: 0 },
];

/** Returns the lines of a table of trials. */
export function trialTable(trials: readonly TrialHistory[], columns: number, paint: Paint): string[] {
  return layout(COLUMNS, trials.map(cells), columns, (line, at) => {
    const trial = trials[at];
    if (!trial) return paint('dim', line);
    if (trial.isBest) return paint('green', line);
    return trial.status === 'failed' || trial.status === 'cancelled' ? paint('red', line) : line;
  });
}

/** Renders a trial's score; its status if it has not finished. */
export function scoreOf(trial: TrialHistory): string {
  return trial.status === 'finished' ? score(trial.score) : trial.status;
}

/** Renders a trial's name such as `eval_full_3`; its number if it has no name. */
export function nameOf({ name, index }: TrialHistory): string {
  return name === null ? `trial ${index}` : oneLine(name);
}

function cells(trial: TrialHistory): string[] {
  const { calls, tokens, cost } = spentIn(trial.tokens);
  return [
    String(trial.index),
    nameOf(trial),
    oneLine(trial.phase ?? ''),
    trial.n === null ? '-' : String(trial.n),
    scoreOf(trial),
    trial.isBest ? '*' : '',
    trial.decision === null ? '' : trial.decision.accepted ? 'accepted' : 'rejected',
    oneLine(trial.candidateId ?? '').slice(0, 8),
    trial.errors > 0 ? String(trial.errors) : '',
    duration(trial.durationMs),
    calls === 0 ? '' : count(tokens),
    cost === null ? '' : dollars(cost),
  ];
}

const EVALUATION_COLUMNS: readonly Column[] = [
  { heading: 'evaluation' },
  { heading: 'n', align: 'right' },
  { heading: 'score', align: 'right' },
  { heading: 'errors', align: 'right', drop: 1 },
  { heading: 'candidate', drop: 0 },
  { heading: 'time', align: 'right', drop: 2 },
];

/** Returns the lines of a table of the evaluations outside every compile; none if there are none. */
export function evaluationTable({ evaluations }: RunHistory, columns: number, paint: Paint): string[] {
  if (evaluations.length === 0) return [];
  const rows = evaluations.map((evaluation) => [
    oneLine(evaluation.name),
    String(evaluation.n),
    evaluation.status === 'finished' ? score(evaluation.score) : evaluation.status,
    evaluation.errors > 0 ? String(evaluation.errors) : '',
    oneLine(evaluation.candidate?.id ?? '').slice(0, 8),
    duration(evaluation.durationMs),
  ]);
  const lines = layout(EVALUATION_COLUMNS, rows, columns, (line, at) => (at < 0 ? paint('dim', line) : line));
  return ['', paint('bold', 'evaluations'), ...lines];
}
