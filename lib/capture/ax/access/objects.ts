/**
 * The parts of ax's objects that are read or called. All types are structural, because ax's ESM and CJS builds contain
 * different classes with minified names.
 */

/** One text of a program that an optimizer may change (ax: `AxOptimizableComponent`). */
export interface Component {
  readonly key: string;
  readonly kind: string;
  readonly current: string;
}

/** Demos of one program in a tree, as `setDemos` takes them. */
export interface ProgramDemos {
  readonly programId: string;
  readonly traces: readonly unknown[];
}

/** Score per objective. ax names the only objective of a plain metric `score`. */
export type ScoreVector = Readonly<Record<string, number>>;
