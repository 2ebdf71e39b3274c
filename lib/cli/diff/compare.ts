import { mainCompile, outcomeOf } from '../../analysis/history/outcome.js';
import type { CompileHistory, RunHistory, TrialHistory } from '../../analysis/history/types.js';
import { type Comparison, compare } from '../../analysis/statistics/index.js';
import type { CandidateData, Json } from '../../contract/events.js';
import { type SettingDiff, settingDiffs, type TextDiff, textDiffs } from './candidates.js';
import { type WonAndLost, wonAndLost } from './examples.js';

/** One side of a comparison. Part of the `--json` output of `diff`. */
export interface Side {
  readonly runId: string;
  /** Name of the run. */
  readonly name: string;
  /** `null` if the run has no full evaluation. */
  readonly trialId: string | null;
  /** Name of the trial, or its number. */
  readonly trial: string | null;
  readonly candidateId: string | null;
  /** Score of the trial. */
  readonly score: number | null;
  /** Number of examples of the trial. */
  readonly n: number | null;
  /**
   * Number of candidates among which the trial was chosen as the best full evaluation of its compile, by the same
   * scores that are compared. `null` for any other trial, and if there was only one candidate.
   */
  readonly chosenAmong: number | null;
}

/** Differences between two candidates and between their results. Part of the `--json` output of `diff`. */
export interface CandidateDiff {
  readonly before: Side;
  readonly after: Side;
  /** Components whose texts differ. */
  readonly texts: readonly TextDiff[];
  /** Demonstrations of both; `null` if they are the same. */
  readonly demos: { readonly before: readonly Json[]; readonly after: readonly Json[] } | null;
  /** Parts of either candidate that are not captured, so that they cannot be compared. Missing if there are none. */
  readonly withheld?: readonly string[];
  /** `null` if no example is scored in both. */
  readonly comparison: Comparison | null;
  readonly examples: WonAndLost;
}

/** Differences between two runs. The inherited members are about the best trial of each. */
export interface RunDiff extends CandidateDiff {
  /** Settings that differ. */
  readonly settings: readonly SettingDiff[];
  /** Full evaluations of each run's main compile, in order. */
  readonly curves: { readonly before: readonly CurvePoint[]; readonly after: readonly CurvePoint[] };
}

/** One full evaluation of a compile. */
export interface CurvePoint {
  readonly score: number;
  /** Highest score so far. */
  readonly best: number;
  /** Number of LM calls of the run when it ended. */
  readonly calls: number;
}

interface Selection {
  readonly run: RunHistory;
  readonly compile: CompileHistory | null;
  readonly trial: TrialHistory | null;
  readonly candidate: CandidateData | null;
}

/** Compares two trials of one run. */
export async function diffTrials(run: RunHistory, before: TrialHistory, after: TrialHistory): Promise<CandidateDiff> {
  return await diffSelections(select(run, before), select(run, after));
}

/** Compares two runs: settings, scores, and their best trials. */
export async function diffRuns(before: RunHistory, after: RunHistory): Promise<RunDiff> {
  const [from, to] = [selectBest(before), selectBest(after)];
  return {
    ...(await diffSelections(from, to)),
    settings: settingDiffs(from, to),
    curves: { before: curveOf(from), after: curveOf(to) },
  };
}

async function diffSelections(before: Selection, after: Selection): Promise<CandidateDiff> {
  const [from, to] = [before.trial?.examples ?? [], after.trial?.examples ?? []];
  const comparison = compare(from, to);
  const demos = { before: before.candidate?.demos ?? [], after: after.candidate?.demos ?? [] };
  const withheld = [before, after].flatMap(({ candidate }) => candidate?.withheld ?? []);
  return {
    before: sideOf(before),
    after: sideOf(after),
    texts: await textDiffs(before.candidate, after.candidate),
    demos: JSON.stringify(demos.before) === JSON.stringify(demos.after) ? null : demos,
    ...(withheld.length > 0 ? { withheld: [...new Set(withheld)] } : {}),
    comparison: comparison.pairs === 0 ? null : comparison,
    examples: wonAndLost(from, to),
  };
}

function select(run: RunHistory, trial: TrialHistory): Selection {
  const compile = run.compiles.find(({ compileId }) => compileId === trial.compileId) ?? null;
  const known = compile?.candidates.find(({ candidate }) => candidate.id === trial.candidateId);
  return { run, compile, trial, candidate: known?.candidate ?? null };
}

/** Selects the best trial of a run. Without a full evaluation, it selects the candidate that the compile returned. */
function selectBest(run: RunHistory): Selection {
  const compile = mainCompile(run);
  const trial = compile && outcomeOf(compile, run.trials).bestTrial;
  if (trial) return select(run, trial);
  return { run, compile, trial: null, candidate: compile?.best?.candidate ?? null };
}

function sideOf(selection: Selection): Side {
  const { run, trial, candidate } = selection;
  return {
    runId: run.runId,
    name: run.name,
    trialId: trial?.trialId ?? null,
    trial: trial ? (trial.name ?? String(trial.index)) : null,
    candidateId: trial?.candidateId ?? candidate?.id ?? null,
    score: trial?.score ?? null,
    n: trial?.n ?? null,
    chosenAmong: chosenAmong(selection),
  };
}

function chosenAmong({ run, compile, trial }: Selection): number | null {
  if (!compile || outcomeOf(compile, run.trials).bestTrial?.trialId !== trial?.trialId) return null;
  const tried = run.trials.filter(
    ({ compileId, scope, status }) => compileId === compile.compileId && scope === 'full' && status === 'finished',
  );
  const count = new Set(tried.map(({ candidateId }) => candidateId)).size;
  return count > 1 ? count : null;
}

function curveOf({ run, compile }: Selection): CurvePoint[] {
  const points: CurvePoint[] = [];
  for (const { compileId, scope, status, score, spent } of run.trials) {
    if (compileId !== compile?.compileId || scope !== 'full' || status !== 'finished' || score === null) continue;
    points.push({ score, best: Math.max(score, points.at(-1)?.best ?? score), calls: spent.calls });
  }
  return points;
}
