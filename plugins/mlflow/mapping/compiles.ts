import { describeVersusSeed, LiveScores } from 'ax-autolog/analysis';
import {
  type AnyEvent,
  bestModelText,
  type CandidateData,
  type Envelope,
  type Json,
  seriesName,
} from 'ax-autolog/sink';
import { Candidates } from './candidates.js';
import { datasetInput } from './datasets.js';
import { encodeKey } from './keys.js';
import { type Numbering, prefixOf } from './numbering.js';
import type { RunPage } from './page.js';
import { lmParams } from './program.js';
import { datasetTable, toTable } from './tables.js';
import type { TrialContext } from './trials.js';
import { flattenSettings, wholeStep } from './values.js';
import { ROOT, TAG, type Write } from './writes.js';

interface Compile extends TrialContext {
  readonly id: string;
  readonly number: number;
  readonly prefix: string;
  readonly candidates: Candidates;
}

/** Instructions to register as prompts: `best` of the seed and the best program, `all` also of every proposal, or `none`. */
export type PromptChoice = 'best' | 'all' | 'none';

const NO_COMPILE: TrialContext = { optimizer: null, metric: null, lmParams: new Map() };

/** Maps a compile to its run: params and datasets at the start, progress of the search, and the result at the end. */
export class Compiles {
  readonly #open = new Map<string, Compile>();
  /** Prefixes of ended compiles, whose certificate arrives later. */
  readonly #ended = new Map<string, string>();
  readonly #scores = new LiveScores();

  readonly #root: RunPage;
  readonly #numbering: Numbering;
  readonly #prompts: PromptChoice;
  readonly #out: (write: Write) => void;

  constructor(root: RunPage, numbering: Numbering, prompts: PromptChoice, out: (write: Write) => void) {
    this.#root = root;
    this.#numbering = numbering;
    this.#prompts = prompts;
    this.#out = out;
  }

  /** Takes every event, to judge the scores at the end of the compile. */
  takeScores(event: AnyEvent): void {
    this.#scores.take(event);
  }

  /** Returns the values that a trial takes from its compile. */
  trialContext({ compileId }: AnyEvent): TrialContext {
    return this.#open.get(compileId ?? '') ?? NO_COMPILE;
  }

  start(event: Envelope<'onCompileStart'>, script: string): void {
    const { data } = event;
    const id = event.compileId ?? `compile ${data.index}`;
    const number = this.#numbering.compile(id, data.index);
    const prefix = prefixOf('compile', number);
    const lms = lmParams(data.lms);
    const { optimizer, method, metric } = data;
    const compile = { id, number, prefix, optimizer, metric, lmParams: lms, candidates: new Candidates() };
    this.#open.set(id, compile);
    const fallbackPrefix = `compile_${number}/`;
    this.#root.setParams(prefix, Object.entries({ optimizer, method, metric }), fallbackPrefix);
    this.#root.setParams(prefix, flattenSettings('', data.hyperparameters), fallbackPrefix);
    this.#root.setParams(prefix, flattenSettings('', data.options), `${prefix}options.`);
    this.#root.setParams(prefix, lms, fallbackPrefix);
    this.#root.setTag(`${TAG}${prefix}optimizer`, optimizer);
    this.#datasets(event, prefix, script);
    this.#model(compile, 'pending', {});
    if (data.seed) this.#register(compile, data.seed, 'seed');
  }

  proposed(event: Envelope<'onCandidateProposed'>): void {
    const compile = this.#open.get(event.compileId ?? '');
    if (!compile) return;
    compile.candidates.proposed(event.data);
    if (this.#prompts === 'all') this.#register(compile, event.data.candidate, event.data.by, event.data.changed);
  }

  decided(event: Envelope<'onCandidateAccepted' | 'onCandidateRejected'>): void {
    this.#open.get(event.compileId ?? '')?.candidates.decided(event);
  }

  /** Maps the best candidate so far. Each compile of a run has its own series, so that no series seems to get worse. */
  best({ data, time, compileId }: Envelope<'onBestChanged'>): void {
    const prefix = this.#open.get(compileId ?? '')?.prefix ?? '';
    const step = wholeStep(data.step) + this.#numbering.offset(encodeKey(seriesName(data.key)));
    this.#root.metric(`${prefix}best_${data.key.replace(/^eval_/, '')}`, data.score, time, step);
    this.#root.setTag(`${TAG}${prefix}best_candidate`, data.candidateId);
  }

  pareto(event: Envelope<'onParetoChanged'>): void {
    const prefix = this.#open.get(event.compileId ?? '')?.prefix ?? '';
    const rows = event.data.front.map(
      ({ candidateId, scores }) => new Map<string, Json>([['candidate', candidateId], ...Object.entries(scores ?? {})]),
    );
    this.#root.table(`${prefix}pareto.json`, toTable(rows, ['candidate']));
  }

  end(event: Envelope<'onCompileEnd'>): void {
    const { data, time, runId } = event;
    const id = event.compileId ?? '';
    const compile = this.#open.get(id);
    if (!compile) return;
    const { prefix, number, optimizer, candidates } = compile;
    this.#open.delete(id);
    this.#ended.set(id, prefix);
    this.#versusSeed(id, prefix, time, number);
    this.#root.tokens('', data.tokens, time, number);
    this.#root.metric('trials', data.trials, time, number);
    if (data.reportedScore !== null) this.#root.metric('reported_score', data.reportedScore, time, number);
    this.#root.setTag(`${TAG}${prefix}compile_status`, data.status);
    if (candidates.size > 0) this.#root.table(`${prefix}candidates.json`, candidates.table());
    this.#root.artifact(`${prefix}result.json`, `${JSON.stringify(data.result ?? {}, null, 2)}\n`);
    this.#root.error(prefix, data.error);
    if (!data.best) {
      this.#model(compile, 'failed', {});
      return;
    }
    const text = bestModelText(data.best, { runId, compileId: id, optimizer });
    this.#root.artifact(`${prefix}best_model.json`, text);
    this.#model(compile, 'ready', { candidate: data.best.candidate?.id ?? '', format: data.best.format }, text);
    if (data.best.candidate) this.#register(compile, data.best.candidate, 'best');
  }

  certify({ data, compileId = '' }: Envelope<'onCertificate'>): void {
    const prefix = this.#ended.get(compileId) ?? '';
    this.#root.setTag(`${TAG}${prefix}certificate`, data.verdict);
    this.#root.artifact(`${prefix}certificate.json`, `${JSON.stringify(data, null, 2)}\n`);
  }

  /** Writes the comparison of the best program with the seed: a sentence as tag, and its numbers as metrics. */
  #versusSeed(id: string, prefix: string, time: number, step: number): void {
    const verdict = this.#scores.end(id);
    const against = verdict ? describeVersusSeed(verdict) : '';
    if (against !== '') this.#root.setTag(`${TAG}${prefix}versus_seed`, against);
    if (!verdict?.versusSeed) return;
    const { versusSeed } = verdict;
    const { difference, interval, p, pairs } = versusSeed;
    const numbers = { difference, low: interval?.low, high: interval?.high, p, pairs };
    for (const [name, value] of Object.entries(numbers)) this.#root.metric(`versus_seed.${name}`, value, time, step);
  }

  #datasets({ data }: Envelope<'onCompileStart'>, prefix: string, script: string): void {
    const { trainset, valset } = data;
    const isSame = trainset?.name !== undefined && trainset.name === valset?.name && trainset.digest === valset.digest;
    for (const [name, dataset] of Object.entries({ trainset, valset })) {
      if (!dataset) continue;
      const table = datasetTable(dataset);
      if (table) this.#root.table(`${prefix}${name}.json`, table);
      // MLflow accepts a dataset of the same name and digest only once as an input.
      const named = isSame && name === 'valset' ? { ...dataset, name: `${dataset.name} (valset)` } : dataset;
      const input = datasetInput(named, name, name === 'trainset' ? 'train' : 'eval', script);
      this.#out({ op: 'input', run: ROOT, input });
    }
  }

  #model(
    { id, optimizer }: Compile,
    status: 'pending' | 'ready' | 'failed',
    about: Readonly<Record<string, string>>,
    content?: string,
  ): void {
    const tags = Object.fromEntries(Object.entries(about).map(([key, value]) => [`${TAG}${key}`, value]));
    const name = (optimizer ?? '').replace(/[^\p{L}\p{N}_-]+/gu, '-') || 'ax';
    const file = content === undefined ? {} : { content };
    this.#out({ op: 'model', run: ROOT, id, name, status, tags: { ...tags, [`${TAG}id`]: id }, ...file });
  }

  #register(compile: Compile, candidate: CandidateData, by: string, only?: readonly string[]): void {
    if (this.#prompts === 'none') return;
    for (const [component, text] of Object.entries(candidate.texts ?? {})) {
      if (text.trim() === '' || (only && only.length > 0 && !only.includes(component))) continue;
      const description = `${by} of ${compile.optimizer ?? 'a compile'}`;
      const tags = { [`${TAG}candidate`]: candidate.id, [`${TAG}by`]: by };
      this.#out({ op: 'prompt', run: ROOT, component, text, description, tags });
    }
  }
}
