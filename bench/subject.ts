import { trackCompile, trackTrial } from '../lib/index.js';

/** Return value of a tracked trial: a score and its example results. */
export interface Outcome {
  readonly score: number;
  readonly results: readonly { example: unknown; prediction: unknown; score: number }[];
}

/** The state that every trial runs. */
export interface Candidate {
  readonly texts: { readonly instruction: string };
}

export const CANDIDATE: Candidate = { texts: { instruction: 'Reason step by step, then answer.' } };

/** An undecorated optimizer. `trial` is the method to measure. */
export class Bare {
  /** Return value of the next trial. */
  outcome: Outcome | number = 1;

  async compile<T>(body: (self: Bare) => Promise<T>): Promise<T> {
    return body(this);
  }

  async trial(_candidate: Candidate, _batch: readonly unknown[]): Promise<Outcome | number> {
    return this.outcome;
  }
}

/** The same optimizer, decorated. */
@trackCompile()
export class Decorated extends Bare {
  override async compile<T>(body: (self: Bare) => Promise<T>): Promise<T> {
    return body(this);
  }

  @trackTrial({ candidate: 0, batch: 1 })
  override async trial(_candidate: Candidate, _batch: readonly unknown[]): Promise<Outcome | number> {
    return this.outcome;
  }
}

/**
 * Returns a batch of one example and its outcome, with `bytes` characters on each side. Each `index` has other content.
 */
export function content(index: number, bytes: number): { batch: readonly unknown[]; outcome: Outcome } {
  const example = { question: `${index} `.padEnd(bytes, 'How many apples are left? ') };
  const prediction = { answer: `${index} `.padEnd(bytes, 'Step by step: there are. ') };
  return { batch: [example], outcome: { score: 1, results: [{ example, prediction, score: 1 }] } };
}
