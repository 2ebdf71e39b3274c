import type { CompilePage, EvaluationPage, RunPage } from './types/index.js';

/** The parts of a run that {@link sentenceOf} reads. */
export type SentenceInput = Pick<
  RunPage,
  'status' | 'error' | 'trials' | 'compiles' | 'evaluations' | 'traces' | 'metrics'
>;

/** Summarizes a run in plain English. Scores are those of full evaluations. */
export function sentenceOf(run: SentenceInput): string {
  const sentences = [
    ...run.compiles.map((compile) => compileSentence(compile, run)),
    ...evaluationSentence(run),
    ...otherSentence(run),
  ];
  if (run.status === 'failed' && run.compiles.every(({ status }) => status !== 'failed')) sentences.push(failure(run));
  if (run.status === 'cancelled') sentences.push('The run was cancelled.');
  return sentences.join(' ') || 'Nothing has been recorded yet.';
}

function compileSentence(compile: CompilePage, run: SentenceInput): string {
  const trials = run.trials.filter((trial) => run.compiles[trial.compile] === compile).length;
  const effort = `${count(trials, 'trial')} and ${count(compile.spent.calls, 'LM call')}`;
  if (compile.status === 'running') return `${compile.optimizer} is at work: ${outcome(compile)}, after ${effort}.`;
  if (compile.status === 'failed') {
    const why = compile.error ? ` with ${compile.error.name}: ${firstLine(compile.error.message)}` : '';
    return `${compile.optimizer} failed after ${effort}${why}.`;
  }
  const ended = compile.status === 'cancelled' ? ' before it was cancelled' : '';
  return `${compile.optimizer} ${past(compile)}, with ${effort}${ended}.${returned(compile)}`;
}

/** Returns a predicate such as `raised the score from 0.35 to 0.68 on 100 examples, a clear improvement`. */
function past(compile: CompilePage): string {
  const { seedScore, bestScore } = compile;
  if (bestScore === null) return 'made no full evaluation';
  if (seedScore === null) return `reached ${figure(bestScore)} on full evaluations`;
  if (compile.best === compile.seed) return `found nothing better than the seed’s ${figure(bestScore)}`;
  if (bestScore <= seedScore) return `found nothing better than the seed’s ${figure(seedScore)}`;
  return `raised the score from ${figure(seedScore)} to ${figure(bestScore)}${weight(compile)}`;
}

/** Describes the verdict on the difference, which is measured on the examples that both have a score on. */
function weight({ comparison }: CompilePage): string {
  if (comparison === null) return '';
  const { pairs, unpaired, difference, word } = comparison;
  const worth =
    word === 'clear' ? '' : word === 'within noise' ? ', which is within noise' : ', too few to tell it from chance';
  if (difference !== null && difference <= 0) {
    const change = difference === 0 ? 'as the seed' : `${figure(-difference)} lower than the seed`;
    return `, but scored ${change} on the ${count(pairs, 'example')} that both have a score on${difference === 0 ? '' : worth}`;
  }
  const on =
    unpaired === 0
      ? ` on ${count(pairs, 'example')}`
      : `; on the ${count(pairs, 'example')} that both have a score on, by ${figure(difference ?? 0)}`;
  return `${on}${worth || ', a clear improvement'}`;
}

function outcome({ seedScore, bestScore }: CompilePage): string {
  if (bestScore === null) return 'no full evaluation yet';
  return seedScore === null
    ? `best so far ${figure(bestScore)}`
    : `seed ${figure(seedScore)}, best so far ${figure(bestScore)}`;
}

function returned({ returnedBest, certificate }: CompilePage): string {
  if (certificate?.verdict === 'failed')
    return ' The returned program is not the one that was scored: see its certificate.';
  return returnedBest === false ? ' The returned program is not the one with the best full score.' : '';
}

function evaluationSentence({ evaluations, compiles }: SentenceInput): string[] {
  const scored = evaluations.filter(({ score }) => score !== null);
  if (compiles.length === 0 && scored.length === 1) return scored.map(oneEvaluation);
  if (scored.length === 0)
    return evaluations.length > 0 ? [`${count(evaluations.length, 'evaluation')} without a score.`] : [];
  const listed = scored.slice(0, 4).map(({ name, score }) => `${name ?? 'eval'} ${figure(score ?? 0)}`);
  const more = scored.length > 4 ? ', …' : '';
  return [`${count(evaluations.length, 'evaluation')}: ${listed.join(', ')}${more}.`];
}

/** Describes a run without compiles and evaluations. */
function otherSentence({ compiles, evaluations, traces, metrics }: SentenceInput): string[] {
  if (compiles.length + evaluations.length > 0) return [];
  return [
    ...(traces.length > 0 ? [`${count(traces.length, 'program call')} traced.`] : []),
    ...(metrics.length > 0 ? [`${count(metrics.length, 'metric')} logged.`] : []),
  ];
}

function oneEvaluation({ score, n, errors, status }: EvaluationPage): string {
  const failed = errors > 0 ? `, ${count(errors, 'error')}` : '';
  return `Scored ${figure(score ?? 0)} on ${count(n ?? 0, 'example')}${failed}${status === 'running' ? ' so far' : ''}.`;
}

function failure({ error }: SentenceInput): string {
  return error ? `The run failed with ${error.name}: ${firstLine(error.message)}.` : 'The run failed.';
}

function firstLine(message: string): string {
  const line = message.slice(0, 300).split('\n')[0] ?? '';
  return line.length > 160 ? `${line.slice(0, 160)}…` : line.replace(/\.$/, '');
}

function count(n: number, what: string): string {
  return `${n.toLocaleString('en-US')} ${what}${n === 1 ? '' : 's'}`;
}

function figure(score: number): string {
  const text = String(Number(score.toPrecision(3)));
  return /^-?\d\.\d$/.test(text) ? `${text}0` : text;
}
