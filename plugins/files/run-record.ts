import { LiveScores } from '../../lib/analysis/statistics/index.js';
import type { AnyEvent, DatasetData, Envelope, Json, JsonObject } from '../../lib/contract/events.js';
import { isoTime, type Places } from './places.js';
import { jsonText, type OutputTree } from './tree.js';

type Fields = Record<string, unknown>;

/** Version of the readable files: `run.json` says it. */
export const FILES_VERSION = 1;

/** `run.json`: what ran, when, how it ended, what it found; and each compile's `result.json`. */
export class RunRecord {
  readonly #run: Fields;
  readonly #tags = new Map<string, string>();
  readonly #compiles = new Map<string, Fields>();
  readonly #evaluations = new Map<string, Fields>();
  readonly #scores = new LiveScores();

  readonly #tree: OutputTree;
  readonly #places: Places;

  constructor(tree: OutputTree, places: Places, first: AnyEvent) {
    this.#tree = tree;
    this.#places = places;
    this.#run = {
      v: FILES_VERSION,
      runId: first.runId,
      name: null,
      kind: null,
      status: 'running',
      writer: first.writer,
    };
  }

  take(event: AnyEvent): void {
    this.#scores.take(event);
    if (!this.#apply(event)) return;
    this.#tree.put('run.json', () => this.render());
  }

  /** What `run.json` holds now. */
  render(): string {
    return jsonText({
      ...this.#run,
      tags: Object.fromEntries(this.#tags),
      compiles: [...this.#compiles.values()],
      evaluations: [...this.#evaluations.values()],
    });
  }

  #apply(event: AnyEvent): boolean {
    switch (event.type) {
      case 'onRunStart':
        return this.#startRun(event);
      case 'onRunEnd':
        Object.assign(this.#run, { ...event.data, endedAt: isoTime(event.time) });
        return true;
      case 'onLog':
        if (event.data.kind !== 'tag') return false;
        this.#tags.set(event.data.key, event.data.value);
        return true;
      case 'onCompileStart':
        return this.#startCompile(event);
      case 'onCompileEnd':
        return this.#endCompile(event);
      case 'onCertificate':
        return this.#certify(event);
      case 'onBestChanged':
        this.#compile(event).bestSoFar = event.data;
        return true;
      case 'onEvalStart':
        return this.#startEvaluation(event);
      case 'onEvalEnd':
        return this.#endEvaluation(event);
      default:
        return false;
    }
  }

  #startRun({ data, time, parentRunId }: Envelope<'onRunStart'>): boolean {
    const { tags, params: _inParamsJson, ...about } = data;
    for (const [key, value] of Object.entries(tags ?? {})) this.#tags.set(key, value);
    Object.assign(this.#run, about, {
      status: 'running',
      startedAt: isoTime(time),
      ...(parentRunId && { parentRunId }),
    });
    for (const ended of ['endedAt', 'durationMs', 'error']) delete this.#run[ended];
    return true;
  }

  #compile(event: AnyEvent): Fields {
    const id = event.compileId ?? '';
    const known = this.#compiles.get(id) ?? { compileId: id, folder: this.#places.ofCompile(event) || './' };
    this.#compiles.set(id, known);
    return known;
  }

  #startCompile(event: Envelope<'onCompileStart'>): boolean {
    const { hyperparameters: _params, options: _options, seed, trainset, valset, ...about } = event.data;
    Object.assign(this.#compile(event), about, {
      status: 'running',
      startedAt: isoTime(event.time),
      trainset: summary(trainset),
      valset: summary(valset),
      seed: seed?.id ?? null,
    });
    return true;
  }

  #endCompile(event: Envelope<'onCompileEnd'>): boolean {
    const { best, result, ...about } = event.data;
    const found = best && { candidateId: best.candidate?.id ?? null, score: best.score, format: best.format };
    const versusSeed = this.#scores.end(event.compileId ?? '')?.versusSeed ?? null;
    Object.assign(this.#compile(event), about, { best: found, versusSeed, endedAt: isoTime(event.time) });
    this.#tree.put(`${this.#places.ofCompile(event)}result.json`, () => jsonText(result));
    return true;
  }

  #certify(event: Envelope<'onCertificate'>): boolean {
    this.#compile(event).certificate = event.data.verdict;
    this.#tree.put(`${this.#places.ofCompile(event)}certificate.json`, () => jsonText(event.data));
    return true;
  }

  #evaluation(event: AnyEvent): Fields {
    const id = event.evalId ?? '';
    const known = this.#evaluations.get(id) ?? { evalId: id };
    this.#evaluations.set(id, known);
    return known;
  }

  #startEvaluation(event: Envelope<'onEvalStart'>): boolean {
    const { name, evaluator, index, key, step, metric, devset, candidate } = event.data;
    const about = { name, evaluator, index, key, step, metric };
    Object.assign(this.#evaluation(event), about, {
      status: 'running',
      startedAt: isoTime(event.time),
      devset: summary(devset),
      candidate: candidate?.id ?? null,
    });
    return true;
  }

  #endEvaluation(event: Envelope<'onEvalEnd'>): boolean {
    const { exampleScores: _inResults, ...about } = event.data;
    Object.assign(this.#evaluation(event), about, { endedAt: isoTime(event.time) });
    return true;
  }
}

function summary(dataset: DatasetData | null | undefined): Fields | null {
  if (!dataset) return null;
  const { examples: _inTheirFile, ...about } = dataset;
  return about;
}

/**
 * `params.json`: one flat object, complete when the compile starts. Hyperparameters have their own names; compile
 * options are `options.<name>`, language models `lm.<name>.<setting>`. Later compiles prefix with `compile_1/`,
 * evaluations in a run that is not theirs with `eval_0/`.
 */
export class Params {
  readonly #params = new Map<string, Json>();
  #kind = '';

  readonly #tree: OutputTree;
  readonly #places: Places;

  constructor(tree: OutputTree, places: Places) {
    this.#tree = tree;
    this.#places = places;
  }

  take(event: AnyEvent): void {
    if (event.type === 'onRunStart') {
      this.#kind = event.data.kind;
      this.#add('', event.data.params, '');
    } else if (event.type === 'onCompileStart') {
      const { optimizer, method, metric, index } = event.data;
      this.#add(
        this.#places.ofCompile(event),
        { optimizer, method, metric, ...settings(event.data) },
        `compile_${index}/`,
      );
    } else if (event.type === 'onEvalStart') {
      const { evaluator, metric, index } = event.data;
      const prefix = this.#kind === 'eval' && index === 0 ? '' : `eval_${index}/`;
      this.#add(prefix, { evaluator, metric, ...settings(event.data) }, `eval_${index}/`);
    } else if (event.type === 'onLog' && event.data.kind === 'param') {
      this.#params.set(event.data.key, event.data.value);
      this.#changed();
    }
  }

  /** Adds under `prefix`; a name that already has another value goes under `instead`. */
  #add(prefix: string, params: JsonObject | undefined, instead: string): void {
    for (const [key, value] of Object.entries(params ?? {})) {
      const wanted = `${prefix}${key}`;
      const taken = this.#params.has(wanted) && JSON.stringify(this.#params.get(wanted)) !== JSON.stringify(value);
      this.#params.set(taken ? `${instead}${key}` : wanted, value);
    }
    this.#changed();
  }

  #changed(): void {
    this.#tree.put('params.json', () => jsonText(Object.fromEntries(this.#params)));
  }
}

type Settings = Pick<Envelope<'onCompileStart'>['data'], 'hyperparameters' | 'options' | 'lms'>;

function settings({ hyperparameters, options, lms }: Settings): JsonObject {
  const flat = new Map<string, Json>();
  flatten('', hyperparameters, flat);
  flatten('options.', options, flat);
  for (const { name, provider, model, settings } of lms ?? []) {
    flatten(`lm.${name}.`, { provider, model, ...settings }, flat);
  }
  return Object.fromEntries(flat);
}

function flatten(prefix: string, value: JsonObject | undefined, into: Map<string, Json>): void {
  for (const [key, member] of Object.entries(value ?? {})) {
    const nested = member !== null && typeof member === 'object' && !Array.isArray(member);
    if (nested && Object.keys(member).length > 0) flatten(`${prefix}${key}.`, member as JsonObject, into);
    else into.set(`${prefix}${key}`, member);
  }
}
