import { type EventHandlers, handle } from '../../contract/event-table.js';
import type { AnyEvent, Envelope } from '../../contract/events.js';
import type { CompareOptions } from './compare.js';
import { FullScores, type SearchVerdict } from './full-scores.js';
import type { ScoredExample } from './pairs.js';

/**
 * Computes the search verdict of compiles from live events, for sinks. The verdict equals the one from the whole
 * journal. It only keeps the examples of running trials and of two evaluations for each compile.
 *
 * @experimental
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

  /** Creates a follower for any number of compiles. */
  constructor(options: CompareOptions = {}) {
    this.#options = options;
  }

  /** Adds an event. Events that do not affect the scores of a compile are ignored. */
  take(event: AnyEvent): void {
    if (event.compileId !== undefined) handle(LiveScores.#handlers, event, this, event.compileId);
  }

  /** Returns the verdict of a compile and frees its data; `null` if its start was not taken. */
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
