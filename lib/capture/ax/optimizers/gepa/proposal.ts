import { isObject } from '../../../observe/inspect.js';
import type { Row } from './search.js';

/** The proposal of one iteration: new texts, their proposer, and its evidence. */
export class GepaProposal {
  readonly #changes: { readonly component: string; readonly from: unknown; readonly to: string }[] = [];
  readonly #feedbacks: { readonly example: unknown; readonly feedback: unknown }[] = [];
  #byReflection = false;

  readonly #rows: readonly Row[];

  /** @param rows the parent's minibatch, which the reflection receives */
  constructor(rows: readonly Row[] = []) {
    this.#rows = rows;
  }

  get changed(): boolean {
    return this.#changes.length > 0;
  }

  /** The proposer: `reflection`, or `user` if all texts came from the adapter. */
  get by(): string {
    return this.changed && !this.#byReflection ? 'user' : 'reflection';
  }

  /** Proposed text by component key. */
  get texts(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.#changes.map(({ component, to }) => [component, to]));
  }

  get evidence(): unknown {
    return {
      components: this.#changes,
      examples: this.#rows.map(({ example, prediction, scalar, scores, error }) => ({
        example,
        prediction,
        score: scalar,
        scores,
        ...(error === undefined ? {} : { error: error instanceof Error ? error.message : String(error) }),
      })),
      ...(this.#feedbacks.length > 0 ? { feedback: this.#feedbacks } : {}),
    };
  }

  /** Adds the text to which the reflection changed one component. */
  reflected(component: unknown, from: unknown, to: unknown): void {
    this.#byReflection = true;
    if (typeof component === 'string' && typeof to === 'string' && to !== from)
      this.#changes.push({ component, from, to });
  }

  /** Adds the texts that the adapter proposed. */
  given(texts: unknown, current: Readonly<Record<string, string>>): void {
    if (!isObject(texts)) return;
    for (const [component, to] of Object.entries(texts)) {
      if (typeof to === 'string' && to !== '' && component in current && to !== current[component]) {
        this.#changes.push({ component, from: current[component], to });
      }
    }
  }

  /** Adds the feedback of the user's `feedbackFn` on an example. */
  commented(example: unknown, feedback: unknown): void {
    if (feedback) this.#feedbacks.push({ example, feedback });
  }
}
