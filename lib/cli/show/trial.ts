import type { Paint } from '../../analysis/format/paint.js';
import { duration, oneLine, score, truncate } from '../../analysis/format/text.js';
import type { ExampleHistory, RunHistory, TrialHistory } from '../../analysis/history/types.js';
import { describeInterval, scoreVerdict } from '../../analysis/statistics/index.js';
import type { Json } from '../../contract/events.js';
import { nameOf, scoreOf } from './trials.js';
import { candidateLines, field, inline, spending } from './values.js';

/** Returns lines about a trial, its candidate and its examples. */
export function trialLines(run: RunHistory, trial: TrialHistory, columns: number, paint: Paint): string[] {
  const { scope, phase, n, of, errors, decision, error } = trial;
  const compile = run.compiles.find(({ compileId }) => compileId === trial.compileId);
  const known = compile?.candidates.find(({ candidate }) => candidate.id === trial.candidateId);
  const { interval } = scoreVerdict(trial.examples);
  const size = n === null ? '' : ` on ${n}${of === null ? '' : ` of ${of}`} examples`;
  const range = interval ? ` (${describeInterval(interval)})` : '';
  return [
    `${paint('bold', nameOf(trial))} of ${oneLine(run.name)}, trial ${trial.index}`,
    field('score', `${paint('bold', scoreOf(trial))}${range}${errors > 0 ? `, ${errors} errors` : ''}`),
    field('scope', `${scope ?? 'unknown'}${size}${phase === null ? '' : `, ${oneLine(phase)}`}`),
    field('time', `${duration(trial.durationMs)}`),
    field('spent', spending(trial.tokens)),
    ...(error ? [field('error', paint('red', oneLine(`${error.name}: ${error.message}`)))] : []),
    ...(decision ? [field(decision.accepted ? 'accepted' : 'rejected', oneLine(decision.reason))] : []),
    '',
    paint('bold', `candidate ${oneLine(trial.candidateId ?? 'unknown').slice(0, 8)}`) +
      (known ? ` ${origin(known)}` : ''),
    ...(known ? candidateLines(known.candidate) : []),
    ...trial.examples.flatMap((example) => ['', ...exampleLines(example, columns, paint)]),
  ];
}

function origin({ by, candidate }: RunHistory['compiles'][number]['candidates'][number]): string {
  const parents = candidate.parents.map((id) => oneLine(id).slice(0, 8)).join(' and ');
  return [by === null ? '' : `by ${oneLine(by)}`, parents && `from ${parents}`].filter(Boolean).join(' ');
}

/** Returns lines about an example: score, input, prediction, feedback and error. */
export function exampleLines(example: ExampleHistory, columns: number, paint: Paint): string[] {
  const { index, scores, feedback, error, durationMs, traceId } = example;
  const objectives = scores
    ? ` (${Object.entries(scores)
        .map(([name, value]) => `${oneLine(name)} ${score(value)}`)
        .join(', ')})`
    : '';
  const lines = [
    `${paint('bold', `example ${index}`)}  score ${score(example.score)}${objectives}  ${duration(durationMs)}`,
    ...valueLines('', example.example),
    ...valueLines('→ ', example.prediction),
  ];
  if (feedback !== null) lines.push(field('feedback', oneLine(feedback)));
  if (error) lines.push(field('error', paint('red', oneLine(`${error.name}: ${error.message}`))));
  if (traceId !== null) lines.push(field('trace', oneLine(traceId)));
  return lines.map((line) => truncate(line, columns));
}

function valueLines(mark: string, value: Json): string[] {
  if (value === null) return mark === '' ? [] : [field(`${mark}nothing`, '')];
  if (typeof value !== 'object' || Array.isArray(value)) return [field(`${mark}value`, inline(value))];
  return Object.entries(value).map(([name, member]) => field(`${mark}${oneLine(name)}`, inline(member)));
}
