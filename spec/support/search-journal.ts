import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CandidateData, EventData, EventType, Json } from '../../lib/contract/events.js';
import { madeUpTrace } from './made-up-trace.js';

/** What a made-up search is like. */
export interface SearchOptions {
  readonly runId?: string;
  readonly name?: string;
  /** Trials, full evaluations and minibatches together. Default 24. */
  readonly trials?: number;
  /** Examples of the validation set. Default 20. */
  readonly examples?: number;
  /** Examples of a minibatch. Default 5. */
  readonly minibatch?: number;
  readonly seed?: number;
  /** Names of the objectives: more than one makes the metric a multi-objective one. */
  readonly objectives?: readonly string[];
  /** US dollars for 1,000 tokens. Default: no call has a price. */
  readonly price?: number;
  /** Leaves out the end of compile and run. */
  readonly isRunning?: boolean;
  /** Examples of a full evaluation that have a trace. Default 0. */
  readonly traces?: number;
  /** Put into every text that a user or an LM may have written. */
  readonly planted?: string;
  readonly hyperparameters?: { readonly [name: string]: Json };
}

/** Writes the journal of a made-up search, line by line as plain JSON, and returns the run's folder. */
export function writeSearch(dir: string, options: SearchOptions = {}): string {
  const search = new Search(options);
  search.run();
  const runDir = join(dir, search.runId);
  mkdirSync(runDir, { recursive: true });
  writeFileSync(join(runDir, 'events.jsonl'), search.lines.join(''));
  return runDir;
}

const START = 1_795_000_000_000;
const LINES = ['Think step by step.', 'Name the unit.', 'Check the sum.', 'Answer briefly.', 'Use the facts given.'];

interface Tried {
  readonly candidate: CandidateData;
  readonly skill: number;
}

/** A search like GEPA's: a seed, children by reflection, now and then a merge of two. */
export class Search {
  readonly runId: string;
  readonly lines: string[] = [];
  private readonly compileId = 'c0.w';
  private readonly pool: Tried[] = [];
  private state: number;
  private time = START;
  private trials = 0;
  private readonly steps = { full: 0, minibatch: 0 };
  private best: { readonly score: number; readonly tried: Tried } | null = null;

  constructor(private readonly options: SearchOptions) {
    this.runId = options.runId ?? '20261120-120000-search-000001';
    this.state = options.seed ?? 1;
  }

  run(): void {
    this.begin();
    while (this.trials < (this.options.trials ?? 24)) this.round();
    if (!this.options.isRunning) this.end();
  }

  /** One event, as a line of the journal. */
  add<T extends EventType>(type: T, data: EventData[T], place: object = {}): void {
    this.time += 0.5;
    const { runId, time } = this;
    const event = { v: 1, seq: this.lines.length, time, writer: 'w', runId, ...place, type, data, derived: [] };
    this.lines.push(`${JSON.stringify(event)}\n`);
  }

  /** A child, its minibatch, and what becomes of it. */
  round(): void {
    const child = this.propose();
    const score = this.trial(child, 'minibatch');
    const accepted = score > 0.5 || this.pool.length < 3;
    const trialId = this.trialId(this.trials - 1);
    const decision = { candidateId: child.candidate.id, reason: this.words(`minibatch ${score}`), trialId };
    this.add(accepted ? 'onCandidateAccepted' : 'onCandidateRejected', decision, { compileId: this.compileId });
    if (!accepted) return;
    this.pool.push(child);
    if (this.trials < (this.options.trials ?? 24)) this.trial(child, 'full');
  }

  end(): void {
    const best = this.best?.tried.candidate as CandidateData;
    const program = { candidate: best, score: this.best?.score ?? null, format: 'state', program: {} };
    this.add(
      'onCertificate',
      {
        candidateId: best.id,
        trialId: null,
        verdict: 'certified',
        checks: [{ name: 'returned', passed: true, detail: this.words('equal') }],
      },
      { compileId: this.compileId },
    );
    this.add(
      'onCompileEnd',
      {
        status: 'finished',
        durationMs: this.time - START,
        trials: this.trials,
        best: program,
        reportedScore: null,
        tokens: {},
        result: {},
      },
      { compileId: this.compileId },
    );
    this.add('onRunEnd', { status: 'finished', durationMs: this.time - START });
  }

  /** The start of run and compile, and the seed's full evaluation. */
  begin(): void {
    const { name = 'search', hyperparameters = { numTrials: 10 } } = this.options;
    const seed = this.candidate([this.words('Answer the question.')], []);
    this.add('onRunStart', {
      name: this.words(name),
      kind: 'compile',
      tags: {},
      params: { note: this.words('none') },
      source: {},
    });
    this.add(
      'onCompileStart',
      {
        index: 0,
        optimizer: 'GEPA',
        method: 'compile',
        hyperparameters,
        options: {},
        lms: [{ name: 'student', provider: 'Test', model: this.words('model'), settings: { temperature: 0 } }],
        trainset: null,
        valset: { size: this.size, digest: 'd'.repeat(32), fields: ['question'], examples: null },
        seed,
        metric: 'exactAnswer',
      },
      { compileId: this.compileId },
    );
    const first = { candidate: seed, skill: 0.35 };
    this.pool.push(first);
    this.trial(first, 'full');
  }

  private get size(): number {
    return this.options.examples ?? 20;
  }

  private propose(): Tried {
    const first = this.pool[this.below(this.pool.length)] as Tried;
    const isMerge = this.pool.length > 2 && this.below(6) === 0;
    const second = isMerge ? (this.pool[this.below(this.pool.length)] as Tried) : first;
    const own = Object.values(first.candidate.texts)[0]?.split('\n') ?? [];
    const line = this.words(`${LINES[this.below(LINES.length)]} (${this.trials})`);
    const parents = first === second ? [first.candidate.id] : [first.candidate.id, second.candidate.id];
    const candidate = this.candidate([...own.slice(-20), line], parents);
    this.calls('reflection', 1);
    this.add(
      'onCandidateProposed',
      {
        candidate,
        by: isMerge ? 'merge' : 'reflection',
        changed: ['root::instruction'],
        evidence: { seen: [{ question: this.words('What is it?'), score: 0 }] },
      },
      { compileId: this.compileId, candidateId: candidate.id },
    );
    return { candidate, skill: Math.min(0.95, first.skill + (this.below(100) - 35) / 400) };
  }

  private candidate(lines: readonly string[], parents: readonly string[]): CandidateData {
    const id = hex(this.next(), this.next());
    return { id, texts: { 'root::instruction': lines.join('\n') }, demos: [], parents };
  }

  private trialId(index: number): string {
    return `t${index}.w`;
  }

  private trial(tried: Tried, scope: 'full' | 'minibatch'): number {
    const n = scope === 'full' ? this.size : Math.min(this.size, this.options.minibatch ?? 5);
    const index = this.trials;
    const step = this.steps[scope];
    this.trials += 1;
    this.steps[scope] += 1;
    const place = { compileId: this.compileId, trialId: this.trialId(index), candidateId: tried.candidate.id };
    const name = `eval_${scope}_${step}`;
    const identity = {
      index,
      key: scope,
      step,
      name,
      scope,
      phase: this.words('validation'),
      n,
      of: this.size,
      candidate: tried.candidate,
    };
    this.add('onTrialStart', identity, place);
    const from = scope === 'full' ? 0 : this.below(this.size - n + 1);
    const started = this.time;
    const results = Array.from({ length: n }, (_, at) => this.example(from + at, at, tried.skill, place));
    const exampleScores = results.map(({ score }) => score);
    const scored = exampleScores.filter((score) => score !== null);
    const score = scored.reduce((sum, value) => sum + value, 0) / scored.length;
    const errors = results.filter(({ failed }) => failed).length;
    const scores = this.objectives(score);
    const tokens = { task: { calls: n, prompt: 40 * n, completion: 10 * n, total: 50 * n } };
    const result = {
      status: 'finished',
      score,
      exampleScores,
      errors,
      tokens,
      durationMs: this.time - started,
      ...scores,
    } as const;
    this.add('onTrialEnd', { ...identity, ...result }, place);
    if (scope === 'full' && score > (this.best?.score ?? -1)) this.setBest(tried, score, place.trialId, step);
    return score;
  }

  private setBest(tried: Tried, score: number, trialId: string, step: number): void {
    const data = {
      candidateId: tried.candidate.id,
      trialId,
      key: 'full',
      step,
      score,
      previous: this.best?.score ?? null,
    };
    this.best = { score, tried };
    this.add('onBestChanged', data, { compileId: this.compileId });
  }

  private example(
    number: number,
    index: number,
    skill: number,
    place: object,
  ): { readonly score: number | null; readonly failed: boolean } {
    const failed = this.below(60) === 0;
    const isHard = number % 7 === 3;
    const score = failed || isHard ? 0 : this.below(1_000) < skill * 1_000 ? 1 : 0;
    this.calls('task', 1, place);
    const traceId =
      index < (this.options.traces ?? 0) ? hex(this.next(), this.next(), this.next(), this.next()) : undefined;
    if (traceId)
      this.add(
        'onTraceEnd',
        madeUpTrace(traceId, this.time, (text) => this.words(text)),
        place,
      );
    const example = {
      question: this.words(`Question ${number}: how many apples are left in basket ${number}?`),
      answer: String(number),
    };
    const data: EventData['onExampleEnd'] = {
      index,
      exampleId: hex(number + 1, 7),
      example,
      prediction: failed
        ? null
        : { answer: this.words(`${score === 1 ? number : number + 1} apples, as counted in round ${this.trials}`) },
      score,
      ...this.objectives(score),
      ...(score === 0 ? { feedback: this.words('The number is wrong.') } : {}),
      ...(failed ? { error: { name: 'Error', message: this.words('The model gave no answer.') } } : {}),
      durationMs: 12.5,
      ...(traceId ? { traceId } : {}),
    };
    this.add('onExampleEnd', data, place);
    return { score, failed };
  }

  private objectives(score: number): { readonly scores?: { readonly [name: string]: number } } {
    const names = this.options.objectives ?? [];
    if (names.length < 2) return {};
    return { scores: Object.fromEntries(names.map((name, at) => [name, at === 0 ? score : this.below(100) / 100])) };
  }

  private calls(role: 'task' | 'reflection', count: number, place: object = { compileId: this.compileId }): void {
    for (let i = 0; i < count; i += 1) {
      const tokens = { prompt: 40 + this.below(20), completion: 10 + this.below(5) };
      const total = tokens.prompt + tokens.completion;
      const cost = this.options.price === undefined ? null : (this.options.price * total) / 1_000;
      const about = { operation: 'chat', provider: 'Test', model: 'model', cached: false, durationMs: 3 };
      this.add('onLMCall', { role, ...about, tokens: { ...tokens, total }, cost }, place);
    }
  }

  private words(text: string): string {
    return this.options.planted === undefined ? text : `${text} ${this.options.planted}`;
  }

  /** Numbers that look random and are the same in every run (Lehmer's generator). */
  private next(): number {
    this.state = (this.state * 48_271) % 2_147_483_647;
    return this.state;
  }

  private below(limit: number): number {
    return Math.floor(this.next() / 7) % limit;
  }
}

function hex(...numbers: readonly number[]): string {
  return numbers.map((number) => number.toString(16).padStart(8, '0').slice(-8)).join('');
}
