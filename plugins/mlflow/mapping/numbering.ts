/**
 * What depends on others that write to the same MLflow run: numbers are handed out once for all of them. In a run that
 * is ours alone they are the journal's own.
 */
export interface Numbering {
  /** Position of a compile in the MLflow run; later ones prefix what they write with `compile_1/`. */
  compile(compileId: string, index: number): number;
  /** Position of an evaluation in the MLflow run; later ones prefix what they write with `eval_1/`. */
  evaluation(evalId: string, index: number): number;
  /** Added to the steps of a series of scores, so that they go on where earlier ones ended. */
  offset(metricKey: string): number;
  /** Tables that the run has from others. */
  readonly tables: readonly string[];
  /** True when the run was not made for this journal. */
  readonly isShared: boolean;
}

/** Numbers of a run that is ours alone. */
export const OWN_NUMBERS: Numbering = {
  compile: (_compileId, index) => index,
  evaluation: (_evalId, index) => index,
  offset: () => 0,
  tables: [],
  isShared: false,
};

/** `''` for the first, `compile_1/` and so on for later ones. */
export function prefixOf(kind: 'compile' | 'eval', number: number): string {
  return number === 0 ? '' : `${kind}_${number}/`;
}
