import type { CompileHistory, EvaluationHistory, RunHistory, TrialHistory, Verdicts } from 'ax-autolog/analysis';
import { decisionPage, positions } from './candidates.js';
import { compilePage, datasetPage } from './compile.js';
import { byRole, evaluatedPage, spentOf } from './evaluated.js';
import { Interned } from './intern.js';
import { loggedMetrics, notes } from './notes.js';
import { sentenceOf } from './sentence.js';
import type {
  CompilePage,
  EvaluationPage,
  ExamplePage,
  PageData,
  RunPage,
  TraceLink,
  TrialPage,
} from './types/index.js';
import { affordableVerdicts } from './verdicts.js';

/** Returns the page's data of a run. */
export function runPage(history: RunHistory, mode: PageData['mode']): RunPage {
  const verdicts = affordableVerdicts(history, mode);
  const examples = new Interned<ExamplePage>();
  const texts = new Interned<string>();
  const compiles = history.compiles.map((compile, index) => compileOf(compile, index, { history, verdicts, texts }));
  const trials = trialPages(history, verdicts, examples);
  const evaluations = history.evaluations.map((evaluation) => evaluationPage(evaluation, verdicts, examples));
  const { runId, name, kind, status, startTime, endTime, lastTime, tags, params, source, error, tokens } = history;
  const input = {
    status,
    error,
    trials,
    compiles,
    evaluations,
    traces: looseTraces(history),
    metrics: loggedMetrics(history),
  };
  return {
    ...input,
    runId,
    name,
    kind,
    startTime,
    endTime,
    lastTime,
    spent: spentOf(tokens),
    tags,
    params,
    source,
    tokens: byRole(tokens),
    sentence: sentenceOf(input),
    examples: examples.values,
    texts: texts.values,
    notes: notes(history),
    omitted: null,
  };
}

interface CompileSource {
  readonly history: RunHistory;
  readonly verdicts: Verdicts;
  readonly texts: Interned<string>;
}

function compileOf(compile: CompileHistory, index: number, { history, verdicts, texts }: CompileSource): CompilePage {
  const own = verdicts.compiles[index] as Verdicts['compiles'][number];
  const trials = history.trials.filter(({ compileId }) => compileId === compile.compileId);
  return compilePage({ compile, trials, evaluations: history.evaluations, verdicts: own, texts });
}

function trialPages(history: RunHistory, verdicts: Verdicts, examples: Interned<ExamplePage>): TrialPage[] {
  const compiles = new Map(history.compiles.map(({ compileId }, index) => [compileId, index]));
  const candidates = history.compiles.map(positions);
  const scored = new Map(verdicts.compiles.flatMap(({ trials }) => Object.entries(trials)));
  return history.trials.map((trial): TrialPage => {
    const compile = compiles.get(trial.compileId) ?? -1;
    return {
      ...evaluatedPage(trial, scored.get(trial.trialId), examples),
      id: trial.trialId,
      compile,
      candidate: candidates[compile]?.get(trial.candidateId ?? '') ?? null,
      scope: trial.scope,
      phase: trial.phase,
      of: trial.of,
      isBest: trial.isBest,
      decision: decisionPage(trial.decision),
    };
  });
}

function evaluationPage(
  evaluation: EvaluationHistory,
  verdicts: Verdicts,
  examples: Interned<ExamplePage>,
): EvaluationPage {
  const { evalId, evaluator, hyperparameters, options, lms, devset, metric, candidate } = evaluation;
  return {
    ...evaluatedPage(evaluation, verdicts.evaluations[evalId], examples),
    id: evalId,
    evaluator,
    hyperparameters,
    options,
    lms,
    devset: datasetPage(devset),
    metric,
    candidateId: candidate?.id ?? null,
  };
}

/** Returns the traces that no example result refers to. */
function looseTraces({ traces, trials, evaluations }: RunHistory): TraceLink[] {
  const bound = new Set<string | null>();
  for (const { examples } of [...trials, ...evaluations] as readonly (TrialHistory | EvaluationHistory)[]) {
    for (const { traceId } of examples) bound.add(traceId);
  }
  return [...traces.values()]
    .filter(({ traceId }) => !bound.has(traceId))
    .map(({ traceId, name, role, status, startTime, durationMs }) => ({
      traceId,
      name,
      role,
      status,
      startTime,
      durationMs,
    }));
}
