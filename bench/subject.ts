import { trackCompile, trackTrial } from '../lib/index.js';

/** What a tracked trial returns: a score and its example results. */
export interface Outcome {
  readonly score: number;
  readonly results: readonly { example: unknown; prediction: unknown; score: number }[];
}

/** The state that every trial is given. */
export interface Candidate {
  readonly texts: { readonly instruction: string };
}

export const CANDIDATE: Candidate = { texts: { instruction: 'Reason step by step, then answer.' } };

/** A compile that calls its trial as it is told: the method to measure, undecorated. */
export class Bare {
  /** What the next trial returns. */
  outcome: Outcome | number = 1;

  async compile<T>(body: (self: Bare) => Promise<T>): Promise<T> {
    return body(this);
  }

  async trial(_candidate: Candidate, _batch: readonly unknown[]): Promise<Outcome | number> {
    return this.outcome;
  }
}

/** The same, decorated. */
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

/** A batch of one example and its outcome, with `bytes` characters of content on each side, never twice the same. */
export function content(index: number, bytes: number): { batch: readonly unknown[]; outcome: Outcome } {
  const example = { question: `${index} `.padEnd(bytes, 'How many apples are left? ') };
  const prediction = { answer: `${index} `.padEnd(bytes, 'Step by step: there are. ') };
  return { batch: [example], outcome: { score: 1, results: [{ example, prediction, score: 1 }] } };
}
