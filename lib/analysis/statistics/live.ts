import type { AnyEvent } from '../../contract/events.js';
import type { CompareOptions } from './compare.js';
import { FullScores, type SearchVerdict } from './full-scores.js';
import type { ScoredExample } from './pairs.js';

/**
 * Follows the full evaluations of compiles as their events come, for sinks: the same verdict as from the whole journal,
 * while only trials that are going on and two evaluations of each compile are kept.
 */
export class LiveScores {
  readonly #compiles = new Map<string, FullScores>();
  readonly #open = new Map<string, ScoredExample[]>();

  readonly #options: CompareOptions;

  constructor(options: CompareOptions = {}) {
    this.#options = options;
  }

  /** Takes any event; those that say nothing of a compile's scores are passed over. */
  take(event: AnyEvent): void {
    const { compileId, trialId } = event;
    if (compileId === undefined) return;
    if (event.type === 'onCompileStart') {
      this.#compiles.set(compileId, new FullScores(event.data.seed?.id ?? null, this.#options));
    } else if (trialId === undefined || !this.#compiles.has(compileId)) {
      return;
    } else if (event.type === 'onExampleEnd') {
      const { exampleId, index, score } = event.data;
      const examples = this.#open.get(trialId);
      if (examples) examples.push({ exampleId, index, score });
      else this.#open.set(trialId, [{ exampleId, index, score }]);
    } else if (event.type === 'onTrialEnd') {
      const { scope, status, score, candidate } = event.data;
      const examples = this.#open.get(trialId) ?? [];
      this.#open.delete(trialId);
      const candidateId = candidate?.id ?? event.candidateId;
      if (scope !== 'full' || status !== 'finished' || candidateId === undefined) return;
      this.#compiles.get(compileId)?.add({ candidateId, trialId, examples, score });
    }
  }

  /** What a compile has come to; it is forgotten. `null` for one whose start was not seen. */
  end(compileId: string): SearchVerdict | null {
    const scores = this.#compiles.get(compileId);
    this.#compiles.delete(compileId);
    return scores ? scores.verdict() : null;
  }
}
