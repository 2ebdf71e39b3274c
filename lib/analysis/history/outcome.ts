import type { CompileHistory, RunHistory, TrialHistory } from './types.js';

/** Scores of a compile's seed and best candidate, from finished full evaluations only. */
export interface Outcome {
  /** Score of the seed's first full evaluation; `null` if there is none. */
  readonly seed: number | null;
  /** Highest score of a full evaluation; `null` if there is none. */
  readonly best: number | null;
  /** The trial with that score, the earliest if several have it; `null` if there is none. */
  readonly bestTrial: TrialHistory | null;
}

/**
 * Returns the scores of a compile's seed and best candidate. Only finished full evaluations count; minibatches and
 * holdouts do not.
 *
 * @param trials trials of the run; those of other compiles are ignored
 */
export function outcomeOf(compile: CompileHistory, trials: readonly TrialHistory[]): Outcome {
  const full = trials.filter(
    (trial) => trial.compileId === compile.compileId && trial.scope === 'full' && trial.status === 'finished',
  );
  const seedId = compile.seed?.id;
  const seed = full.find(({ candidateId, score }) => candidateId === seedId && score !== null)?.score ?? null;
  let bestTrial: TrialHistory | null = null;
  for (const trial of full) {
    if (trial.score !== null && trial.score > (bestTrial?.score ?? Number.NEGATIVE_INFINITY)) bestTrial = trial;
  }
  return { seed, best: bestTrial?.score ?? null, bestTrial };
}

/**
 * Returns the main compile of a run: the last outer compile with a full evaluation, else the last outer compile, else
 * the last compile; `null` if the run has none.
 */
export function mainCompile(run: RunHistory): CompileHistory | null {
  const outer = run.compiles.filter(({ parentCompileId }) => parentCompileId === null);
  const scored = outer.filter((compile) => outcomeOf(compile, run.trials).best !== null);
  return scored.at(-1) ?? outer.at(-1) ?? run.compiles.at(-1) ?? null;
}
