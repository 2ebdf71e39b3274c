import type { CompileHistory, RunHistory, TrialHistory } from './types.js';

/** What a compile came to, by its full evaluations alone. */
export interface Outcome {
  /** Score of the seed's first full evaluation; `null` if it had none. */
  readonly seed: number | null;
  /** Highest score of a full evaluation, the earliest of equal ones; `null` if there was none. */
  readonly best: number | null;
  /** The trial of that score. */
  readonly bestTrial: TrialHistory | null;
}

/** What a compile came to: full, finished evaluations count, minibatches and holdouts do not. */
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

/** The compile that a run is about: the last of those that run in no other, and have a full evaluation if any has. */
export function mainCompile(run: RunHistory): CompileHistory | null {
  const outer = run.compiles.filter(({ parentCompileId }) => parentCompileId === null);
  const scored = outer.filter((compile) => outcomeOf(compile, run.trials).best !== null);
  return scored.at(-1) ?? outer.at(-1) ?? run.compiles.at(-1) ?? null;
}
