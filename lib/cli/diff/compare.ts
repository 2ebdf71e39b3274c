import { mainCompile, outcomeOf } from '../../analysis/history/outcome.js';
import type { CompileHistory, RunHistory, TrialHistory } from '../../analysis/history/types.js';
import { type Comparison, compare } from '../../analysis/statistics/index.js';
import type { CandidateData, Json } from '../../contract/events.js';
import { type SettingDiff, settingDiffs, type TextDiff, textDiffs } from './candidates.js';
import { type WonAndLost, wonAndLost } from './examples.js';

/** One side of a comparison. */
export interface Side {
  readonly runId: string;
  readonly name: string;
  readonly trialId: string | null;
  /** Name of the trial, or its number. */
  readonly trial: string | null;
  readonly candidateId: string | null;
  readonly score: number | null;
  readonly n: number | null;
  /**
   * For the best full evaluation of its compile, the number of candidates that had one: it was chosen among them by the
   * scores that are compared. `null` for any other trial, and where there was no choice.
   */
  readonly chosenAmong: number | null;
}

/** What differs between two candidates, and between the examples they ran on. */
export interface CandidateDiff {
  readonly before: Side;
  readonly after: Side;
  readonly texts: readonly TextDiff[];
  /** `null` where both have the same. */
  readonly demos: { readonly before: readonly Json[]; readonly after: readonly Json[] } | null;
  /** `null` without an example in common. */
  readonly comparison: Comparison | null;
  readonly examples: WonAndLost;
}

/** What differs between two runs. The rest is about the best trial of each. */
export interface RunDiff extends CandidateDiff {
  readonly settings: readonly SettingDiff[];
  readonly curves: { readonly before: readonly CurvePoint[]; readonly after: readonly CurvePoint[] };
}

/** One full evaluation of a compile. */
export interface CurvePoint {
  readonly score: number;
  /** Highest score so far. */
  readonly best: number;
  /** LM calls of the run until then. */
  readonly calls: number;
}

interface Place {
  readonly run: RunHistory;
  readonly compile: CompileHistory | null;
  readonly trial: TrialHistory | null;
  readonly candidate: CandidateData | null;
}

/** Compares two trials of one run. */
export async function diffTrials(run: RunHistory, before: TrialHistory, after: TrialHistory): Promise<CandidateDiff> {
  return await diffPlaces(placeOf(run, before), placeOf(run, after));
}

/** Compares two runs: settings, scores, and their best trials. */
export async function diffRuns(before: RunHistory, after: RunHistory): Promise<RunDiff> {
  const [from, to] = [bestPlace(before), bestPlace(after)];
  return {
    ...(await diffPlaces(from, to)),
    settings: settingDiffs(from, to),
    curves: { before: curveOf(from), after: curveOf(to) },
  };
}

async function diffPlaces(before: Place, after: Place): Promise<CandidateDiff> {
  const [from, to] = [before.trial?.examples ?? [], after.trial?.examples ?? []];
  const comparison = compare(from, to);
  const demos = { before: before.candidate?.demos ?? [], after: after.candidate?.demos ?? [] };
  return {
    before: sideOf(before),
    after: sideOf(after),
    texts: await textDiffs(before.candidate, after.candidate),
    demos: JSON.stringify(demos.before) === JSON.stringify(demos.after) ? null : demos,
    comparison: comparison.pairs === 0 ? null : comparison,
    examples: wonAndLost(from, to),
  };
}

function placeOf(run: RunHistory, trial: TrialHistory): Place {
  const compile = run.compiles.find(({ compileId }) => compileId === trial.compileId) ?? null;
  const met = compile?.candidates.find(({ candidate }) => candidate.id === trial.candidateId);
  return { run, compile, trial, candidate: met?.candidate ?? null };
}

/** The best trial and its candidate; without a full evaluation, what the compile returned. */
function bestPlace(run: RunHistory): Place {
  const compile = mainCompile(run);
  const trial = compile && outcomeOf(compile, run.trials).bestTrial;
  if (trial) return placeOf(run, trial);
  return { run, compile, trial: null, candidate: compile?.best?.candidate ?? null };
}

function sideOf(place: Place): Side {
  const { run, trial, candidate } = place;
  return {
    runId: run.runId,
    name: run.name,
    trialId: trial?.trialId ?? null,
    trial: trial ? (trial.name ?? String(trial.index)) : null,
    candidateId: trial?.candidateId ?? candidate?.id ?? null,
    score: trial?.score ?? null,
    n: trial?.n ?? null,
    chosenAmong: chosenAmong(place),
  };
}

function chosenAmong({ run, compile, trial }: Place): number | null {
  if (!compile || outcomeOf(compile, run.trials).bestTrial?.trialId !== trial?.trialId) return null;
  const tried = run.trials.filter(
    ({ compileId, scope, status }) => compileId === compile.compileId && scope === 'full' && status === 'finished',
  );
  const count = new Set(tried.map(({ candidateId }) => candidateId)).size;
  return count > 1 ? count : null;
}

function curveOf({ run, compile }: Place): CurvePoint[] {
  const points: CurvePoint[] = [];
  for (const { compileId, scope, status, score, spent } of run.trials) {
    if (compileId !== compile?.compileId || scope !== 'full' || status !== 'finished' || score === null) continue;
    points.push({ score, best: Math.max(score, points.at(-1)?.best ?? score), calls: spent.calls });
  }
  return points;
}
