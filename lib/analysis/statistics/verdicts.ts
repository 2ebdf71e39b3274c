import type { CompileHistory, EvaluationHistory, RunHistory, TrialHistory } from '../history/types.js';
import type { CompareOptions } from './compare.js';
import { type DecisionVerdict, decisionVerdicts } from './decisions.js';
import { FullScores, type SearchVerdict } from './full-scores.js';
import { type HoldoutVerdict, holdoutVerdict } from './holdout.js';
import { type ScoreVerdict, scoreVerdict } from './score.js';

/** Statistics of a run. */
export interface Verdicts {
  /** One for each compile, in order of `index`. */
  readonly compiles: readonly CompileVerdicts[];
  /** Score of each evaluation outside every compile, by `evalId`. */
  readonly evaluations: { readonly [evalId: string]: ScoreVerdict };
}

/** Statistics of a compile. */
export interface CompileVerdicts extends OutcomeVerdict {
  /** Id of the compile. */
  readonly compileId: string;
  /** Score of each trial, by `trialId`. */
  readonly trials: { readonly [trialId: string]: ScoreVerdict };
  /** One for each candidate that was accepted or rejected, in order of time. */
  readonly decisions: readonly DecisionVerdict[];
}

/** Statistics of a compile's outcome: its best candidate against the seed and on holdout examples. */
export interface OutcomeVerdict extends SearchVerdict {
  /** The best candidate on examples outside the search; `null` if it was not evaluated on any. */
  readonly holdout: HoldoutVerdict | null;
  /**
   * Whether the returned program has the highest full score, possibly shared with others. `null` if the compile
   * returned no program, or one without a full evaluation. The compile's certificate tells whether it is the very
   * program that was scored.
   */
  readonly returnedBest: boolean | null;
}

/**
 * Computes the statistics of a run: an interval for each trial, a test for each decision, the best candidate against
 * the seed.
 *
 * @param options options of the comparison with the seed and of the holdout
 * @param details options of the parts of which a run may have thousands: intervals of trials and evaluations, tests of
 * decisions. Default: `options`
 * @example
 * for (const { versusSeed } of verdicts(history).compiles) if (versusSeed) console.log(describeComparison(versusSeed));
 */
export function verdicts(run: RunHistory, options: CompareOptions = {}, details: CompareOptions = options): Verdicts {
  const evaluations = run.evaluations.map((evaluation) => [
    evaluation.evalId,
    scoreVerdict(evaluation.examples, details),
  ]);
  return {
    compiles: run.compiles.map((compile) => ({
      ...detailVerdicts(compile, run.trials, details),
      ...outcomeVerdict(compile, run.trials, run.evaluations, options),
    })),
    evaluations: Object.fromEntries(evaluations) as Verdicts['evaluations'],
  };
}

/**
 * Computes the statistics of a compile.
 *
 * @param trials trials of the run; those of other compiles are ignored
 * @param evaluations evaluations of the run outside its compiles, for the holdout. Default: none
 */
export function compileVerdicts(
  compile: CompileHistory,
  trials: readonly TrialHistory[],
  evaluations: readonly EvaluationHistory[] = [],
  options: CompareOptions = {},
): CompileVerdicts {
  return {
    ...detailVerdicts(compile, trials, options),
    ...outcomeVerdict(compile, trials, evaluations, options),
  };
}

/**
 * Computes the statistics of a compile's outcome: {@link compileVerdicts} without trials and decisions, in a fraction
 * of the time.
 */
export function outcomeVerdict(
  compile: CompileHistory,
  trials: readonly TrialHistory[],
  evaluations: readonly EvaluationHistory[] = [],
  options: CompareOptions = {},
): OutcomeVerdict {
  const own = trialsOf(compile, trials);
  const full = new FullScores(compile.seed?.id ?? null, options);
  for (const { candidateId, trialId, examples, score, scope, status } of inOrderOfEnd(own)) {
    if (scope === 'full' && status === 'finished' && candidateId !== null) {
      full.add({ candidateId, trialId, examples, score });
    }
  }
  const verdict = full.verdict();
  const { best } = verdict;
  const returned = compile.best ? full.scoreOf(compile.best.candidate.id) : undefined;
  return {
    ...verdict,
    holdout: best && holdoutVerdict({ bestId: best.candidateId, compile, trials: own, evaluations }, options),
    returnedBest: returned === undefined || best === null ? null : isEqual(returned, best.score),
  };
}

function detailVerdicts(
  compile: CompileHistory,
  trials: readonly TrialHistory[],
  options: CompareOptions,
): Pick<CompileVerdicts, 'compileId' | 'trials' | 'decisions'> {
  const own = trialsOf(compile, trials);
  const scores = own.map((trial) => [trial.trialId, scoreVerdict(trial.examples, options)] as const);
  return {
    compileId: compile.compileId,
    trials: Object.fromEntries(scores),
    decisions: decisionVerdicts(compile, own, options),
  };
}

function trialsOf({ compileId }: CompileHistory, trials: readonly TrialHistory[]): readonly TrialHistory[] {
  return trials.filter((trial) => trial.compileId === compileId);
}

/** Tolerance relative to the larger score: optimizers sum the scores of examples in different orders. */
const EQUAL = 1e-9;

function isEqual(a: number, b: number): boolean {
  return Math.abs(a - b) <= EQUAL * Math.max(Math.abs(a), Math.abs(b));
}

/** Sorts trials by their end: a live sink receives them in that order. */
function inOrderOfEnd(trials: readonly TrialHistory[]): readonly TrialHistory[] {
  const end = ({ endTime }: TrialHistory): number => endTime ?? Number.POSITIVE_INFINITY;
  return [...trials].sort((a, b) => (end(a) === end(b) ? a.index - b.index : end(a) - end(b)));
}
