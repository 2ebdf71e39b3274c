import { type Envelope, type Json, seriesName } from 'ax-autolog/sink';
import { datasetInput } from './datasets.js';
import { encodeKey } from './keys.js';
import { type Numbering, prefixOf } from './numbering.js';
import type { RunPage } from './page.js';
import { lmParams, modelText, programParams } from './program.js';
import { Results } from './tables.js';
import type { TracePlace } from './traces/traces.js';
import { flattenSettings, wholeStep } from './values.js';

import { ROOT, TAG, type Write } from './writes.js';

interface Evaluation {
  readonly prefix: string;
  readonly results: Results;
  readonly metric: string | null;
  readonly key: string;
}

/**
 * Maps an evaluation outside of a compile to its own run or the user's run, in which later evaluations use `eval_1/`. It
 * writes no LoggedModel, because MLflow's page of evaluation runs hides every run that has one as output.
 */
export class Evaluations {
  readonly #open = new Map<string, Evaluation>();

  readonly #root: RunPage;
  readonly #numbering: Numbering;
  readonly #out: (write: Write) => void;

  constructor(root: RunPage, numbering: Numbering, out: (write: Write) => void) {
    this.#root = root;
    this.#numbering = numbering;
    this.#out = out;
  }

  start(event: Envelope<'onEvalStart'>, script: string): void {
    const { data } = event;
    const id = event.evalId ?? `eval ${data.index}`;
    const number = this.#numbering.evaluation(id, data.index);
    const prefix = prefixOf('eval', number);
    const fallbackPrefix = `eval_${number}/`;
    const { evaluator, metric, candidate, devset } = data;
    this.#open.set(id, { prefix, results: new Results(), metric, key: data.key });
    this.#root.setParams(prefix, Object.entries({ evaluator, metric }), fallbackPrefix);
    this.#root.setParams(prefix, flattenSettings('', data.hyperparameters), fallbackPrefix);
    this.#root.setParams(prefix, flattenSettings('', data.options), `${prefix}options.`);
    this.#root.setParams(prefix, lmParams(data.lms), fallbackPrefix);
    if (candidate) {
      this.#root.setParams(prefix, programParams(candidate), fallbackPrefix);
      this.#root.artifact(`${prefix}model.json`, modelText(candidate));
      this.#root.setTag(`${TAG}${prefix}candidate`, candidate.id);
    }
    if (devset) this.#out({ op: 'input', run: ROOT, input: datasetInput(devset, 'devset', 'eval', script) });
  }

  /** Returns the place of an evaluation's traces; `undefined` if the evaluation is not running. */
  traces(evalId: string): TracePlace | undefined {
    const evaluation = this.#open.get(evalId);
    if (!evaluation) return undefined;
    const { metric, key } = evaluation;
    return { run: ROOT, awaits: evalId, metric, tags: { [`${TAG}key`]: key } };
  }

  example(event: Envelope<'onExampleEnd'>): void {
    this.#open.get(event.evalId ?? '')?.results.add(event);
  }

  end(event: Envelope<'onEvalEnd'>): void {
    const { data, time } = event;
    const id = event.evalId ?? '';
    const { prefix, results } = this.#open.get(id) ?? { prefix: '', results: new Results() };
    this.#open.delete(id);
    const series = data.key === 'eval' ? 'eval' : seriesName(data.key);
    const step = wholeStep(data.step) + this.#numbering.offset(encodeKey(series));
    const points: [string, Json][] = data.score === null ? [] : [['', data.score]];
    for (const [objective, value] of Object.entries(data.scores ?? {})) points.push([`.${objective}`, value]);
    for (const [suffix, value] of points) this.#root.metric(`${series}${suffix}`, value, time, step);
    this.#root.tokens(`${series}.`, data.tokens, time, step);
    this.#root.metric(`${series}.n`, data.n, time, step);
    this.#root.metric(`${series}.errors`, data.errors, time, step);
    const table = results.table(data.exampleScores);
    if (table.data.length > 0) this.#root.table(`${prefix}result_table.json`, table);
    this.#root.error(prefix, data.error);
  }
}
