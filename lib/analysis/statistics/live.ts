import { type EventHandlers, handle } from '../../contract/event-table.js';
import type { AnyEvent, Envelope } from '../../contract/events.js';
import type { CompareOptions } from './compare.js';
import { FullScores, type SearchVerdict } from './full-scores.js';
import type { ScoredExample } from './pairs.js';

/**
 * Follows the full evaluations of compiles as their events come, for sinks: the same verdict as from the whole journal,
 * while only trials that are going on and two evaluations of each compile are kept.
 */
export class LiveScores {
  static readonly #handlers: EventHandlers<void, [scores: LiveScores, compileId: string]> = {
    onRunStart: null,
    onCompileStart: (event, scores, compileId) => scores.#start(event, compileId),
    onEvalStart: null,
    onTrialStart: null,
    onExampleEnd: (event, scores, compileId) => scores.#example(event, compileId),
    onTrialEnd: (event, scores, compileId) => scores.#endTrial(event, compileId),
    onCandidateProposed: null,
    onCandidateAccepted: null,
    onCandidateRejected: null,
    onBestChanged: null,
    onParetoChanged: null,
    onCertificate: null,
    onTraceEnd: null,
    onLMCall: null,
    onLog: null,
    onProgress: null,
    onWarning: null,
    onEvalEnd: null,
    onCompileEnd: null,
    onRunEnd: null,
  };

  readonly #compiles = new Map<string, FullScores>();
  readonly #open = new Map<string, ScoredExample[]>();

  readonly #options: CompareOptions;

  constructor(options: CompareOptions = {}) {
    this.#options = options;
  }

  /** Takes any event; those that say nothing of a compile's scores are passed over. */
  take(event: AnyEvent): void {
    if (event.compileId !== undefined) handle(LiveScores.#handlers, event, this, event.compileId);
  }

  /** What a compile has come to; it is forgotten. `null` for one whose start was not seen. */
  end(compileId: string): SearchVerdict | null {
    const scores = this.#compiles.get(compileId);
    this.#compiles.delete(compileId);
    return scores ? scores.verdict() : null;
  }

  #start({ data }: Envelope<'onCompileStart'>, compileId: string): void {
    this.#compiles.set(compileId, new FullScores(data.seed?.id ?? null, this.#options));
  }

  #example({ data, trialId }: Envelope<'onExampleEnd'>, compileId: string): void {
    if (trialId === undefined || !this.#compiles.has(compileId)) return;
    const { exampleId, index, score } = data;
    const examples = this.#open.get(trialId);
    if (examples) examples.push({ exampleId, index, score });
    else this.#open.set(trialId, [{ exampleId, index, score }]);
  }

  #endTrial(event: Envelope<'onTrialEnd'>, compileId: string): void {
    const { trialId } = event;
    const compile = this.#compiles.get(compileId);
    if (trialId === undefined || !compile) return;
    const { scope, status, score, candidate } = event.data;
    const examples = this.#open.get(trialId) ?? [];
    this.#open.delete(trialId);
    const candidateId = candidate?.id ?? event.candidateId;
    if (scope !== 'full' || status !== 'finished' || candidateId === undefined) return;
    compile.add({ candidateId, trialId, examples, score });
  }
}
