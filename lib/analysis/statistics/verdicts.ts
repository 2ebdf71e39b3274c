import type { CompileHistory, EvaluationHistory, RunHistory, TrialHistory } from '../history/types.js';
import type { CompareOptions } from './compare.js';
import { type DecisionVerdict, decisionVerdicts } from './decisions.js';
import { FullScores, type SearchVerdict } from './full-scores.js';
import { type HoldoutVerdict, holdoutVerdict } from './holdout.js';
import { type ScoreVerdict, scoreVerdict } from './score.js';

/** What the scores of a run are worth. */
export interface Verdicts {
  readonly compiles: readonly CompileVerdicts[];
  /** Of the evaluations outside of compiles, by `evalId`. */
  readonly evaluations: { readonly [evalId: string]: ScoreVerdict };
}

/** What the scores of a compile are worth. */
export interface CompileVerdicts extends OutcomeVerdict {
  readonly compileId: string;
  /** By `trialId`. */
  readonly trials: { readonly [trialId: string]: ScoreVerdict };
  /** One for each candidate that was accepted or rejected, in order. */
  readonly decisions: readonly DecisionVerdict[];
}

/** What the outcome of a compile is worth: its best candidate, whichever trials and decisions led to it. */
export interface OutcomeVerdict extends SearchVerdict {
  /** The best on examples that no trial of the compile ran on; `null` where it was not evaluated on any. */
  readonly holdout: HoldoutVerdict | null;
  /**
   * Whether the full score of the program that the compile returned is the highest, alone or with others; `null` where it
   * returned none, or one that it did not evaluate in full. Whether it is the very program: see its certificate.
   */
  readonly returnedBest: boolean | null;
}

/**
 * What the scores of a run are worth: each trial's interval, each decision's test, the best against the seed.
 *
 * @param details for what there may be thousands of: the intervals of trials and evaluations, the tests of decisions
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
 * What the scores of a compile are worth.
 *
 * @param trials of the run; those of other compiles are left out
 * @param evaluations of the run, outside of its compiles: where the best was evaluated on other examples
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

/** What the outcome of a compile is worth, as in {@link compileVerdicts}, without its trials and decisions. */
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
    holdout: best && holdoutVerdict(best.candidateId, compile, own, evaluations, options),
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

/** Full scores that differ by less, in parts of the larger, are equal: optimizers add them up in orders of their own. */
const EQUAL = 1e-9;

function isEqual(a: number, b: number): boolean {
  return Math.abs(a - b) <= EQUAL * Math.max(Math.abs(a), Math.abs(b));
}

/** As the trials ended, which is the order that a live sink hears of them in. */
function inOrderOfEnd(trials: readonly TrialHistory[]): readonly TrialHistory[] {
  const end = ({ endTime }: TrialHistory): number => endTime ?? Number.POSITIVE_INFINITY;
  return [...trials].sort((a, b) => (end(a) === end(b) ? a.index - b.index : end(a) - end(b)));
}
