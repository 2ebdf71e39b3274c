import type { CompilePage, TrialPage } from '../../data/types/index.js';

/** The choice of the matrix's rows, the order of its columns, and the meaning of its colours. */
export interface MatrixState {
  readonly rows: 'full' | 'all';
  readonly order: 'hardest' | 'dataset';
  readonly colors: 'score' | 'seed' | 'parent';
}

/** One example over all trials. */
export interface MatrixColumn {
  /** Position in the run's examples. */
  readonly example: number;
  readonly solved: number;
  readonly tried: number;
}

/** One trial over all examples. `batch` maps an example to its position in the trial's batch. */
export interface MatrixRow {
  readonly trial: TrialPage;
  readonly batch: ReadonlyMap<number, number>;
  /** The trial that its scores are compared with; `null` if colours show scores. */
  readonly base: MatrixRow | null;
}

/** Trials by examples. */
export interface MatrixModel {
  readonly rows: readonly MatrixRow[];
  readonly columns: readonly MatrixColumn[];
  readonly low: number;
  readonly high: number;
}

/** The matrix of a compile. */
export function matrixModel(compile: CompilePage, trials: readonly TrialPage[], state: MatrixState): MatrixModel {
  const shown = trials.filter(
    ({ scope, examples }) => examples.length > 0 && (state.rows === 'all' || scope === 'full'),
  );
  const plain = shown.map((trial) => ({
    trial,
    batch: new Map(trial.examples.map((example, at) => [example, at])),
    base: null,
  }));
  const rows = plain.map((row) => ({ ...row, base: baseOf(row, plain, compile, state) }));
  let [low, high] = [0, 1];
  for (const { exampleScores } of shown) {
    for (const score of exampleScores) {
      if (score === null) continue;
      if (score < low) low = score;
      if (score > high) high = score;
    }
  }
  return { rows, columns: columnsOf(plain, compile.solvedAt, state.order), low, high };
}

/** The seed's or the parent's trial of the same kind: the last one before. */
function baseOf(
  { trial }: MatrixRow,
  rows: readonly MatrixRow[],
  { candidates, seed }: CompilePage,
  { colors }: MatrixState,
): MatrixRow | null {
  if (colors === 'score') return null;
  const wanted = colors === 'seed' ? seed : (candidates[trial.candidate ?? -1]?.parents[0] ?? null);
  if (wanted === null || wanted === trial.candidate) return null;
  const same = rows.filter((row) => row.trial.candidate === wanted && row.trial.scope === trial.scope);
  return same.findLast((row) => row.trial.index < trial.index) ?? same[0] ?? null;
}

function columnsOf(rows: readonly MatrixRow[], solvedAt: number, order: MatrixState['order']): MatrixColumn[] {
  const columns = new Map<number, { solved: number; tried: number }>();
  for (const { trial } of rows) {
    for (const [at, example] of trial.examples.entries()) {
      const column = columns.get(example) ?? { solved: 0, tried: 0 };
      column.tried += 1;
      if ((trial.exampleScores[at] ?? Number.NEGATIVE_INFINITY) >= solvedAt) column.solved += 1;
      columns.set(example, column);
    }
  }
  const all = [...columns].map(([example, column]) => ({ example, ...column }));
  if (order === 'dataset') return all.sort((a, b) => a.example - b.example);
  return all.sort((a, b) => a.solved / a.tried - b.solved / b.tried || a.example - b.example);
}

/** The content of a cell. */
export interface MatrixCell {
  readonly score: number | null;
  readonly isError: boolean;
  /** Better, worse or the same as the trial compared with; `null` if there is no comparison. */
  readonly change: 'won' | 'lost' | 'same' | null;
}

/** Returns one cell, or `null` if the trial did not run the example. */
export function cellOf(row: MatrixRow, example: number): MatrixCell | null {
  const at = row.batch.get(example);
  if (at === undefined) return null;
  const score = row.trial.exampleScores[at] ?? null;
  return { score, isError: row.trial.failed.includes(at), change: changeOf(row, example, score) };
}

function changeOf({ base }: MatrixRow, example: number, score: number | null): MatrixCell['change'] {
  const before = base?.trial.exampleScores[base.batch.get(example) ?? -1] ?? null;
  if (before === null || score === null) return null;
  return score > before ? 'won' : score < before ? 'lost' : 'same';
}

/** The examples worth a look: never solved, and won or lost by the best compared with the seed. */
export interface ExampleGroups {
  readonly never: readonly number[];
  readonly won: readonly number[];
  readonly lost: readonly number[];
}

/** Groups a compile's examples by what full evaluations made of them. */
export function exampleGroups(compile: CompilePage, trials: readonly TrialPage[]): ExampleGroups {
  const full = trials.filter(({ scope }) => scope === 'full');
  const columns = columnsOf(
    full.map((trial) => ({ trial, batch: new Map(), base: null })),
    compile.solvedAt,
    'dataset',
  );
  const best = full.find(({ index }) => index === compile.bestTrial);
  const seed = full.find(({ index }) => index === compile.seedTrial);
  const before = new Map(seed?.examples.map((example, at) => [example, seed.exampleScores[at] ?? null]));
  const changed = (isGain: boolean): number[] =>
    (best?.examples ?? []).filter((example, at) => {
      const [from, to] = [before.get(example) ?? null, best?.exampleScores[at] ?? null];
      return from !== null && to !== null && (isGain ? to > from : to < from);
    });
  return {
    never: columns.filter(({ solved }) => solved === 0).map(({ example }) => example),
    won: best === seed ? [] : changed(true),
    lost: best === seed ? [] : changed(false),
  };
}
