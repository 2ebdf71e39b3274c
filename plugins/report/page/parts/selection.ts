import type { RunPage } from '../../data/types/index.js';

/** The trial, evaluation or candidate that the reader opened in the panel. */
export type Selected =
  | { readonly kind: 'trial'; readonly index: number; readonly example?: number }
  | { readonly kind: 'evaluation'; readonly index: number; readonly example?: number }
  | { readonly kind: 'candidate'; readonly compile: string; readonly candidate: number };

/** A run with what is selected in it. `select(null)` closes the panel. */
export interface RunState {
  readonly run: RunPage;
  readonly selected: Selected | null;
  readonly select: (selected: Selected | null) => void;
}
