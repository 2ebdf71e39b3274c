import {
  type AnyEvent,
  type Envelope,
  type EventHandlers,
  handle,
  type Json,
  seriesName,
  type TokensByRole,
} from 'ax-autolog/sink';
import { isoTime } from './places.js';
import { GrowingTable } from './table.js';
import type { OutputTree } from './tree.js';

const COLUMNS = ['time', 'key', 'step', 'value', 'trialId', 'evalId', 'compileId', 'candidateId', 'writer', 'seq'];

/**
 * Writes `metrics.csv`, one row per point: `eval_full`, `eval_minibatch`, … per trial (and `.objective` per objective),
 * `best_full` when it changes, `eval` per evaluation, the user's own metrics, and `tokens.<role>.<count>` at the end of
 * a compile or evaluation. `writer` and `seq` identify the journal event that a row comes from.
 */
export class Metrics {
  /** `null`: the event has no number that belongs in a series. */
  static readonly #handlers: EventHandlers<void, [metrics: Metrics]> = {
    onRunStart: null,
    onCompileStart: null,
    onEvalStart: null,
    onTrialStart: null,
    onExampleEnd: null,
    onTrialEnd: (event, metrics) => metrics.#scores(event, seriesName(event.data.key ?? 'eval'), event.data),
    onCandidateProposed: null,
    onCandidateAccepted: null,
    onCandidateRejected: null,
    onBestChanged: (event, metrics) => metrics.#best(event),
    onParetoChanged: null,
    onCertificate: null,
    onTraceEnd: null,
    onLMCall: null,
    onLog: (event, metrics) => metrics.#log(event),
    onProgress: null,
    onWarning: null,
    onEvalEnd: (event, metrics) => metrics.#evaluation(event),
    onCompileEnd: (event, metrics) => metrics.#tokens(event, event.data.tokens),
    onRunEnd: null,
  };

  readonly #table = new GrowingTable(COLUMNS, false);

  constructor(tree: OutputTree) {
    tree.table('metrics.csv', this.#table);
  }

  take(event: AnyEvent): void {
    handle(Metrics.#handlers, event, this);
  }

  #evaluation(event: Envelope<'onEvalEnd'>): void {
    this.#scores(event, seriesName(event.data.key), event.data);
    this.#tokens(event, event.data.tokens);
  }

  #best(event: Envelope<'onBestChanged'>): void {
    const { key, step, score } = event.data;
    this.#point(event, `best_${key}`, step, score);
  }

  #log(event: Envelope<'onLog'>): void {
    const { data } = event;
    if (data.kind === 'metric') this.#point(event, data.key, data.step, data.value);
  }

  #scores(
    event: AnyEvent,
    key: string,
    data: { step: number | null; score: number | null; scores?: { readonly [objective: string]: number } },
  ): void {
    if (data.score !== null) this.#point(event, key, data.step, data.score);
    for (const [objective, value] of Object.entries(data.scores ?? {})) {
      this.#point(event, `${key}.${objective}`, data.step, value);
    }
  }

  #tokens(event: AnyEvent, tokens: TokensByRole | undefined): void {
    for (const [role, counts] of Object.entries(tokens ?? {})) {
      for (const [name, value] of Object.entries(counts)) this.#point(event, `tokens.${role}.${name}`, null, value);
    }
  }

  #point(event: AnyEvent, key: string, step: number | null, value: Json): void {
    const { trialId, evalId, compileId, candidateId, writer, seq } = event;
    const place = { trialId, evalId, compileId, candidateId, writer, seq };
    this.#table.add({ time: isoTime(event.time), key, step, value, ...place });
  }
}
