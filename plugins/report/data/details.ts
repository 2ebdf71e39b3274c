import type { Json, RunHistory, TraceData } from 'ax-autolog/analysis';
import { hasEvidence } from './candidates.js';
import { exampleDetails } from './evaluated.js';
import type { ExampleDetail } from './types/index.js';

/** Number of examples whose contents are loaded together. */
export const EXAMPLES_A_CHUNK = 50;

/** A part of a run that the page loads when the reader opens it. */
export type Detail = readonly ExampleDetail[] | readonly Json[] | Json | TraceData;

/**
 * Returns the details of a run by key:
 * - `t3`: the example results of the trial with index 3;
 * - `v0`: those of the evaluation with index 0;
 * - `e2`: the contents of the third chunk of examples;
 * - `c0.4`: the evidence of the proposer of candidate 4 of compile 0;
 * - `x<id>`: a trace.
 */
export class Details {
  readonly #history: RunHistory;
  #contents: readonly Json[] | null = null;

  constructor(history: RunHistory) {
    this.#history = history;
  }

  /** Returns the value of a key, or `undefined` if there is none. */
  get(key: string): Detail | undefined {
    const number = Number(key.slice(1));
    if (key.startsWith('t')) return this.#results(this.#history.trials.find(({ index }) => index === number)?.examples);
    if (key.startsWith('v'))
      return this.#results(this.#history.evaluations.find(({ index }) => index === number)?.examples);
    if (key.startsWith('e')) return this.#chunk(number);
    if (key.startsWith('c')) return this.#evidence(key);
    return key.startsWith('x') ? this.#history.traces.get(key.slice(1)) : undefined;
  }

  /** Returns all keys except those of traces, those that a reader is likely to open first. */
  keys(): string[] {
    const { trials, evaluations, compiles } = this.#history;
    const chunks = Math.ceil(this.#examples().length / EXAMPLES_A_CHUNK);
    return [
      ...Array.from({ length: chunks }, (_, index) => `e${index}`),
      ...evaluations.map(({ index }) => `v${index}`),
      ...compiles.flatMap(({ candidates }, index) =>
        candidates.flatMap((candidate, at) => (hasEvidence(candidate) ? [`c${index}.${at}`] : [])),
      ),
      ...trials.map(({ index }) => `t${index}`),
    ];
  }

  #results(examples: Parameters<typeof exampleDetails>[0] | undefined): ExampleDetail[] | undefined {
    return examples && exampleDetails(examples, (id) => this.#history.traces.has(id));
  }

  #evidence(key: string): Json | undefined {
    const [compile = -1, candidate = -1] = key.slice(1).split('.').map(Number);
    return this.#history.compiles[compile]?.candidates[candidate]?.evidence;
  }

  #chunk(number: number): readonly Json[] | undefined {
    const from = number * EXAMPLES_A_CHUNK;
    const found = this.#examples().slice(from, from + EXAMPLES_A_CHUNK);
    return found.length > 0 ? found : undefined;
  }

  /** Returns the contents of examples in the page's order: by first appearance in trials, then in evaluations. */
  #examples(): readonly Json[] {
    if (this.#contents) return this.#contents;
    const byId = new Map<string, Json>();
    for (const { examples } of [...this.#history.trials, ...this.#history.evaluations]) {
      for (const { exampleId, example } of examples) if (!byId.has(exampleId)) byId.set(exampleId, example);
    }
    this.#contents = [...byId.values()];
    return this.#contents;
  }
}
