import { LiveScores } from 'ax-autolog/analysis';
import { type AnyEvent, type DatasetData, type Envelope, type EventHandlers, handle } from 'ax-autolog/sink';
import { isoTime, type Places } from './places.js';
import { jsonText, type OutputTree } from './tree.js';

type Fields = Record<string, unknown>;

/** Version of the readable files, written to `run.json` as `v`. */
export const FILES_VERSION = 1;

/** Writes `run.json` (settings, times, status and results of the run) and each compile's `result.json`. */
export class RunRecord {
  /** Each handler returns whether `run.json` changed. `null`: the event is not part of `run.json`. */
  static readonly #handlers: EventHandlers<boolean, [record: RunRecord]> = {
    onRunStart: (event, record) => record.#startRun(event),
    onCompileStart: (event, record) => record.#startCompile(event),
    onEvalStart: (event, record) => record.#startEvaluation(event),
    onTrialStart: null,
    onExampleEnd: null,
    onTrialEnd: null,
    onCandidateProposed: null,
    onCandidateAccepted: null,
    onCandidateRejected: null,
    onBestChanged: (event, record) => record.#bestChanged(event),
    onParetoChanged: null,
    onCertificate: (event, record) => record.#certify(event),
    onTraceEnd: null,
    onLMCall: null,
    onLog: (event, record) => record.#tag(event),
    onProgress: null,
    onWarning: null,
    onEvalEnd: (event, record) => record.#endEvaluation(event),
    onCompileEnd: (event, record) => record.#endCompile(event),
    onRunEnd: (event, record) => record.#endRun(event),
  };

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
    if (handle(RunRecord.#handlers, event, this)) this.#tree.put('run.json', () => this.render());
  }

  /** Returns the current text of `run.json`. */
  render(): string {
    return jsonText({
      ...this.#run,
      tags: Object.fromEntries(this.#tags),
      compiles: [...this.#compiles.values()],
      evaluations: [...this.#evaluations.values()],
    });
  }

  #endRun({ data, time }: Envelope<'onRunEnd'>): true {
    Object.assign(this.#run, { ...data, endedAt: isoTime(time) });
    return true;
  }

  #tag({ data }: Envelope<'onLog'>): boolean {
    if (data.kind !== 'tag') return false;
    this.#tags.set(data.key, data.value);
    return true;
  }

  #bestChanged(event: Envelope<'onBestChanged'>): true {
    this.#compile(event).bestSoFar = event.data;
    return true;
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
