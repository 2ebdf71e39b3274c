import type { CompilePage, RunPage } from '../../data/types/index.js';

/** One compile of one run in the comparison. */
export interface Entrant {
  readonly run: RunPage;
  readonly compile: CompilePage;
  readonly name: string;
  readonly runPosition: number;
}

/** Every compile of the runs, named so that no two of them look the same. */
export function entrantsOf(runs: readonly RunPage[]): readonly Entrant[] {
  return runs.flatMap((run, runPosition) =>
    run.compiles.map((compile) => ({ run, compile, runPosition, name: nameOf(runs, run, compile) })),
  );
}

function nameOf(runs: readonly RunPage[], run: RunPage, compile: CompilePage): string {
  const isAlone = runs.filter(({ name }) => name === run.name).length === 1;
  const of = isAlone ? run.name : `${run.name} ${run.runId.slice(-6)}`;
  return run.compiles.length > 1 ? `${of}, ${compile.optimizer}` : of;
}

/** Whether all full scores are of one metric and one set of examples, so that they can be compared. */
export function haveOneScale(entrants: readonly Entrant[]): boolean {
  const scales = entrants.map(({ compile: { metric, valset, trainset } }) =>
    JSON.stringify([metric, (valset ?? trainset)?.digest ?? null]),
  );
  return new Set(scales).size <= 1;
}
