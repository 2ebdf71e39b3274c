import { describeCertificate, whyNotLoadable } from '../../analysis/certificate.js';
import { plural } from '../../analysis/format/formats.js';
import type { Paint } from '../../analysis/format/paint.js';
import { duration, oneLine, score } from '../../analysis/format/text.js';
import { outcomeOf } from '../../analysis/history/outcome.js';
import type { CompileHistory, RunHistory } from '../../analysis/history/types.js';
import {
  describeComparison,
  describeInterval,
  describeVersusSeed,
  type Interval,
  type OutcomeVerdict,
  outcomeVerdict,
} from '../../analysis/statistics/index.js';
import type { DatasetData } from '../../contract/events.js';
import { nameOf, trialTable } from './trials.js';
import { candidateLines, field, members, spending } from './values.js';

/** Returns lines about a compile: settings, scores and their statistics, trials, winner. */
export function compileLines(compile: CompileHistory, run: RunHistory, columns: number, paint: Paint): string[] {
  const trials = run.trials.filter(({ compileId }) => compileId === compile.compileId);
  return [
    '',
    `${paint('bold', `${oneLine(compile.optimizer)}.${oneLine(compile.method)}`)} ${endText(compile, paint)}`,
    ...settingLines(compile),
    ...scoreLines(compile, run, paint),
    ...certificateLines(compile, paint),
    ...(trials.length > 0 ? ['', ...trialTable(trials, columns, paint)] : []),
    ...winnerLines(compile, paint),
  ];
}

function endText(compile: CompileHistory, paint: Paint): string {
  if (compile.status === 'running') return '(not ended)';
  const took = compile.endTime === null ? '' : ` in ${duration(compile.endTime - compile.startTime)}`;
  const error = compile.error ? `: ${paint('red', oneLine(`${compile.error.name}: ${compile.error.message}`))}` : '';
  return `${compile.status}${took}${error}`;
}

function settingLines(compile: CompileHistory): string[] {
  const { hyperparameters, options, lms, metric, trainset, valset } = compile;
  const models = lms.map(
    ({ name, provider, model, settings }) =>
      `${oneLine(name)} ${oneLine(provider)} ${oneLine(model)}${Object.keys(settings ?? {}).length > 0 ? ` (${members(settings)})` : ''}`,
  );
  return [
    ...(trainset ? [field('trainset', datasetText(trainset))] : []),
    ...(valset ? [field('valset', datasetText(valset))] : []),
    ...(metric === null ? [] : [field('metric', oneLine(metric))]),
    ...models.map((model) => field('model', model)),
    ...(Object.keys(hyperparameters).length > 0 ? [field('settings', members(hyperparameters))] : []),
    ...(Object.keys(options).length > 0 ? [field('options', members(options))] : []),
    field('spent', spending(compile.tokens)),
  ];
}

function datasetText({ name, size, digest, fields }: DatasetData): string {
  const label = name === undefined ? '' : `${oneLine(name)}, `;
  return `${label}${plural(size, 'example')} (${(fields ?? []).map(oneLine).join(', ')}), digest ${oneLine(digest).slice(0, 8)}`;
}

function scoreLines(compile: CompileHistory, run: RunHistory, paint: Paint): string[] {
  const { seed, best, bestTrial } = outcomeOf(compile, run.trials);
  if (bestTrial === null) return [field('score', 'no full evaluation has finished')];
  const verdicts = outcomeVerdict(compile, run.trials, run.evaluations);
  const from = seed === null ? '' : `seed ${score(seed)} → `;
  const name = [nameOf(bestTrial), ...rangeOf(verdicts.best)].join(', ');
  return [field('score', `${from}${paint('bold', `best ${score(best)}`)} (${name})`), ...verdictLines(verdicts)];
}

function verdictLines(verdicts: OutcomeVerdict): string[] {
  const { holdout, returnedBest } = verdicts;
  const versusSeed = describeVersusSeed(verdicts);
  const lines: string[] = [];
  if (versusSeed !== '') lines.push(field('vs seed', versusSeed));
  if (holdout) lines.push(field('holdout', [score(holdout.mean), ...rangeOf(holdout)].join(', ')));
  if (holdout?.versusSeed) lines.push(field('vs seed', describeComparison(holdout.versusSeed)));
  if (returnedBest === false) lines.push(field('returned', 'a candidate without the best full score'));
  return lines;
}

function rangeOf(verdict: { readonly interval: Interval | null } | null): string[] {
  return verdict?.interval ? [describeInterval(verdict.interval)] : [];
}

function certificateLines({ certificate }: CompileHistory, paint: Paint): string[] {
  if (!certificate) return [];
  const color = ({ certified: 'green', failed: 'red', incomplete: 'yellow' } as const)[certificate.verdict];
  return [field('certificate', paint(color ?? 'yellow', oneLine(describeCertificate(certificate))))];
}

function winnerLines({ best, status, reportedScore }: CompileHistory, paint: Paint): string[] {
  if (!best) return status === 'running' ? [] : ['', 'no winner: the compile returned no program'];
  const head = `winner ${oneLine(best.candidate.id).slice(0, 8)}, score ${score(best.score ?? reportedScore)}`;
  return ['', paint('bold', head), ...whyNotLoadable(best).map(oneLine), ...candidateLines(best.candidate)];
}
