/**
 * The parts of ax's objects that are read or called. All structural: a program, service or optimizer is known by what
 * it can do, because ax's ESM and CJS builds hold different classes with minified names.
 */

/** One string-valued part of a program that an optimizer may change (ax: `AxOptimizableComponent`). */
export interface Component {
  readonly key: string;
  readonly kind: string;
  readonly current: string;
}

/** Demonstrations of one program of a tree, as `setDemos` takes them. */
export interface ProgramDemos {
  readonly programId: string;
  readonly traces: readonly unknown[];
}

/** A score vector: objective to value. ax calls the only objective of a plain metric `score`. */
export type ScoreVector = Readonly<Record<string, number>>;
