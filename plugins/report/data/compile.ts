import type {
  CompileHistory,
  CompileVerdicts,
  DatasetData,
  EvaluationHistory,
  TrialHistory,
} from 'ax-autolog/analysis';
import { type CandidateContext, candidatePages, positions } from './candidates.js';
import { comparisonPage, intervalPage } from './comparison.js';
import { byRole, spentOf } from './evaluated.js';
import type { CompilePage, DatasetPage, HoldoutPage } from './types/index.js';

/** A compile, with the data that the page needs. */
export interface CompileContext extends CandidateContext {
  readonly evaluations: readonly EvaluationHistory[];
}

/** Returns the page's data of a compile. */
export function compilePage(context: CompileContext): CompilePage {
  const { compile } = context;
  return {
    id: compile.compileId,
    index: compile.index,
    optimizer: compile.optimizer,
    method: compile.method,
    status: compile.status,
    error: compile.error,
    startTime: compile.startTime,
    endTime: compile.endTime,
    hyperparameters: compile.hyperparameters,
    options: compile.options,
    lms: compile.lms,
    trainset: datasetPage(compile.trainset),
    valset: datasetPage(compile.valset),
    metric: compile.metric,
    tokens: byRole(compile.tokens),
    spent: spentOf(compile.tokens),
    candidates: candidatePages(context),
    ...outcome(context),
    ...front(compile),
    reportedScore: compile.reportedScore,
    result: compile.result,
    certificate: compile.certificate,
    solvedAt: solvedAt(context.trials),
  };
}

/** Returns the page's data of a dataset, which has no examples. */
export function datasetPage(dataset: DatasetData | null): DatasetPage | null {
  if (dataset === null) return null;
  const { name = null, size, digest, fields } = dataset;
  return { name, size, digest, fields };
}

type Outcome = Pick<
  CompilePage,
  | 'seed'
  | 'winner'
  | 'best'
  | 'seedTrial'
  | 'bestTrial'
  | 'seedScore'
  | 'bestScore'
  | 'seedInterval'
  | 'bestInterval'
  | 'compared'
  | 'comparison'
  | 'holdout'
  | 'returnedBest'
>;

/** Returns seed, best and winner with their full scores, and the verdict on the difference. */
function outcome(context: CompileContext): Outcome {
  const { compile, trials, verdicts } = context;
  const position = positions(compile);
  const at = (id: string | undefined): number | null => (id === undefined ? null : (position.get(id) ?? null));
  const best = at(verdicts.best?.candidateId);
  const seedTrial = seedEvaluation(compile, trials);
  const bestTrial = trials.find(({ trialId }) => trialId === verdicts.best?.trialId);
  return {
    seed: at(compile.seed?.id),
    winner: at(compile.best?.candidate.id) ?? best,
    best,
    seedTrial: seedTrial?.index ?? null,
    bestTrial: bestTrial?.index ?? null,
    seedScore: seedTrial ? scoreOf(seedTrial, verdicts) : null,
    bestScore: verdicts.best?.score ?? null,
    seedInterval: intervalPage(seedTrial && verdicts.trials[seedTrial.trialId]?.interval),
    bestInterval: intervalPage(verdicts.best?.interval),
    compared: verdicts.candidates,
    comparison: verdicts.versusSeed && comparisonPage(verdicts.versusSeed),
    holdout: holdoutPage(context),
    returnedBest: verdicts.returnedBest,
  };
}

function seedEvaluation(compile: CompileHistory, trials: readonly TrialHistory[]): TrialHistory | undefined {
  return trials.find(
    ({ candidateId, scope, status, score }) =>
      candidateId !== null &&
      candidateId === compile.seed?.id &&
      scope === 'full' &&
      status === 'finished' &&
      score !== null,
  );
}

function scoreOf(trial: TrialHistory, verdicts: CompileVerdicts): number | null {
  return verdicts.trials[trial.trialId]?.mean ?? trial.score;
}

function holdoutPage({ verdicts, trials, evaluations }: CompileContext): HoldoutPage | null {
  const { holdout } = verdicts;
  if (holdout === null) return null;
  const { sourceId, mean, interval, scored, versusSeed } = holdout;
  const name =
    trials.find(({ trialId }) => trialId === sourceId)?.name ??
    evaluations.find(({ evalId }) => evalId === sourceId)?.name ??
    sourceId;
  return {
    name,
    score: mean,
    interval: intervalPage(interval),
    n: scored,
    comparison: versusSeed && comparisonPage(versusSeed),
  };
}

function front(compile: CompileHistory): Pick<CompilePage, 'pareto' | 'objectives'> {
  const position = positions(compile);
  return {
    pareto: compile.pareto.map(({ candidateId, scores }) => ({ candidate: position.get(candidateId) ?? null, scores })),
    objectives: [...new Set(compile.pareto.flatMap(({ scores }) => Object.keys(scores)))],
  };
}

function solvedAt(trials: readonly TrialHistory[]): number {
  let [low, high] = [0, 1];
  for (const { examples } of trials) {
    for (const { score } of examples) {
      if (score === null) continue;
      if (score < low) low = score;
      if (score > high) high = score;
    }
  }
  return low + (high - low) / 2;
}
