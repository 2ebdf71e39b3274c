import { trackCompile, trackTrial } from '../lib/index.js';

/** What a trial is called with, and what it returns. */
export interface Call {
  readonly example: { readonly question: string };
  readonly prediction: { readonly answer: string };
}

/** What a tracked trial returns: a score and its example results. */
export interface Outcome {
  readonly score: number;
  readonly results: readonly { example: unknown; prediction: unknown; score: number }[];
}

/** A compile that calls its trial as it is told: the method to measure, undecorated. */
export class Bare {
  async compile<T>(body: (self: Bare) => Promise<T>): Promise<T> {
    return body(this);
  }

  async trial(_batch: readonly unknown[], outcome: Outcome | number): Promise<Outcome | number> {
    return outcome;
  }
}

/** The same, decorated. */
@trackCompile()
export class Decorated extends Bare {
  override async compile<T>(body: (self: Bare) => Promise<T>): Promise<T> {
    return body(this);
  }

  @trackTrial({ batch: 0 })
  override async trial(_batch: readonly unknown[], outcome: Outcome | number): Promise<Outcome | number> {
    return outcome;
  }
}

/** A batch of one example and its outcome, with `bytes` characters of content on each side, never twice the same. */
export function content(index: number, bytes: number): { batch: readonly unknown[]; outcome: Outcome } {
  const example = { question: `${index} `.padEnd(bytes, 'How many apples are left? ') };
  const prediction = { answer: `${index} `.padEnd(bytes, 'Step by step: there are. ') };
  return { batch: [example], outcome: { score: 1, results: [{ example, prediction, score: 1 }] } };
}
