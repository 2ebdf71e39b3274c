/**
 * Numbers of compiles, evaluations and steps in an MLflow run, unique among all its writers. If nothing else writes to the
 * run, they are the numbers in the journal.
 */
export interface Numbering {
  /** Returns the number of a compile in the MLflow run. Names of later compiles start with `compile_1/`. */
  compile(compileId: string, index: number): number;
  /** Returns the number of an evaluation in the MLflow run. Names of later evaluations start with `eval_1/`. */
  evaluation(evalId: string, index: number): number;
  /** Returns the offset of a series' steps, so that they continue after those of earlier writers. */
  offset(metricKey: string): number;
  /** Tables that other writers added to the run. */
  readonly tables: readonly string[];
  /** True if the run was not created for this journal. */
  readonly isShared: boolean;
}

/** Numbering of a run that has no other writers. */
export const OWN_NUMBERS: Numbering = {
  compile: (_compileId, index) => index,
  evaluation: (_evalId, index) => index,
  offset: () => 0,
  tables: [],
  isShared: false,
};

/** Returns the prefix of names: `''` for the first, `compile_1/` and so on for later ones. */
export function prefixOf(kind: 'compile' | 'eval', number: number): string {
  return number === 0 ? '' : `${kind}_${number}/`;
}
