import type { AnyEvent, Json, TokensByRole } from '../../lib/contract/events.js';
import { seriesName } from '../../lib/contract/series.js';
import { isoTime } from './places.js';
import { GrowingTable } from './table.js';
import type { OutputTree } from './tree.js';

const COLUMNS = ['time', 'key', 'step', 'value', 'trialId', 'evalId', 'compileId', 'candidateId', 'writer', 'seq'];

/**
 * `metrics.csv`: one row for each point. `eval_full`, `eval_minibatch`, … per trial (with `.objective` for each objective),
 * `best_full` when it changes, `eval` per evaluation, the user's own metrics, and `tokens.<role>.<count>` at the end of
 * a compile or evaluation. `writer` and `seq` say which event of the journal a row comes from.
 */
export class Metrics {
  readonly #table = new GrowingTable(COLUMNS, false);

  constructor(tree: OutputTree) {
    tree.table('metrics.csv', this.#table);
  }

  take(event: AnyEvent): void {
    if (event.type === 'onTrialEnd') {
      this.#scores(event, seriesName(event.data.key ?? 'eval'), event.data);
    } else if (event.type === 'onEvalEnd') {
      this.#scores(event, seriesName(event.data.key), event.data);
      this.#tokens(event, event.data.tokens);
    } else if (event.type === 'onBestChanged') {
      this.#point(event, `best_${event.data.key}`, event.data.step, event.data.score);
    } else if (event.type === 'onCompileEnd') {
      this.#tokens(event, event.data.tokens);
    } else if (event.type === 'onLog' && event.data.kind === 'metric') {
      this.#point(event, event.data.key, event.data.step, event.data.value);
    }
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
