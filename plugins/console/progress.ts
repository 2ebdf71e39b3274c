import type { AnyEvent, CandidateDecision, Envelope, JsonObject } from '../../lib/contract/events.js';

/** One trial as the table shows it. */
export interface TrialRow {
  readonly id: string;
  readonly index: number;
  readonly name: string;
  readonly scope: string;
  readonly n: number | null;
  readonly score: number | null;
  readonly status: string;
  readonly candidateId: string;
  readonly durationMs: number | null;
}

/** What a compile (with the compiles inside it) or an evaluation has come to. */
export interface Progress {
  readonly kind: 'compile' | 'eval';
  readonly id: string;
  readonly runId: string;
  readonly label: string;
  readonly startedAt: number;
  lastTime: number;
  /** How many examples or trials it will take at most, where that is known. */
  total: { readonly of: 'examples' | 'trials'; readonly count: number } | null;
  /** What the optimizer itself reports, 0 to 1. */
  reported: number | null;
  examples: number;
  scored: number;
  trials: TrialRow[];
  /** Trials that have started. */
  started: number;
  trial: string | null;
  score: number | null;
  best: number | null;
  bestTrial: string | null;
  calls: number;
  tokens: number;
  /** `accepted` or `rejected`, by the trial that decided it, else by the candidate's last trial. */
  decisions: Map<string, string>;
}

/** Settings that bound a compile, in order of precedence: a budget of metric calls, else a number of trials. */
const TOTALS: readonly (readonly [name: string, of: 'examples' | 'trials'])[] = [
  ['maxMetricCalls', 'examples'],
  ['numTrials', 'trials'],
  ['maxTrials', 'trials'],
  ['maxRounds', 'trials'],
  ['maxEpochs', 'trials'],
];

/** Follows every compile and evaluation that is going on. */
export class ProgressBook {
  readonly #byId = new Map<string, Progress>();
  readonly #outer = new Map<string, string>();
  readonly #runNames = new Map<string, string>();

  /** What the event belongs to, brought up to date; null when that is nothing known. */
  take(event: AnyEvent): Progress | null {
    if (event.type === 'onRunStart') this.#runNames.set(event.runId, event.data.name);
    if (event.type === 'onRunEnd') this.#forgetRun(event.runId);
    if (event.type === 'onCompileStart') this.#startCompile(event);
    if (event.type === 'onEvalStart') this.#startEval(event);
    const progress = this.#of(event);
    if (!progress) return null;
    progress.lastTime = Math.max(progress.lastTime, event.time);
    update(progress, event);
    return progress;
  }

  /** The one that moved last, or null. */
  get latest(): Progress | null {
    let latest: Progress | null = null;
    for (const progress of this.#byId.values()) if (!latest || progress.lastTime >= latest.lastTime) latest = progress;
    return latest;
  }

  get size(): number {
    return this.#byId.size;
  }

  /** Compiles that have not ended and have something to show. */
  get unfinished(): Progress[] {
    return [...this.#byId.values()].filter(({ kind, trials }) => kind === 'compile' && trials.length > 0);
  }

  end(progress: Progress): void {
    this.#byId.delete(progress.id);
    for (const [inner, outer] of this.#outer) if (outer === progress.id) this.#outer.delete(inner);
  }

  nameOf(runId: string): string {
    return this.#runNames.get(runId) ?? runId;
  }

  #of(event: AnyEvent): Progress | null {
    const id = event.compileId ?? event.evalId;
    if (id !== undefined) return this.#byId.get(this.#outer.get(id) ?? id) ?? null;
    if (event.type !== 'onLMCall') return null;
    const ofRun = [...this.#byId.values()].filter((progress) => progress.runId === event.runId);
    return ofRun.length === 1 ? (ofRun[0] ?? null) : null;
  }

  #startCompile({ compileId = '', runId, time, data }: Envelope<'onCompileStart'>): void {
    const parent = data.parentCompileId;
    const root = parent === undefined ? undefined : (this.#outer.get(parent) ?? parent);
    if (root !== undefined && this.#byId.has(root)) {
      this.#outer.set(compileId, root);
      return;
    }
    const total = totalOf(data.options) ?? totalOf(data.hyperparameters);
    this.#byId.set(compileId, empty('compile', compileId, runId, data.optimizer, time, total));
  }

  #startEval({ evalId = '', runId, time, data }: Envelope<'onEvalStart'>): void {
    const total = data.devset ? { of: 'examples' as const, count: data.devset.size } : null;
    this.#byId.set(evalId, empty('eval', evalId, runId, data.name, time, total));
  }

  #forgetRun(runId: string): void {
    this.#runNames.delete(runId);
    for (const progress of [...this.#byId.values()]) if (progress.runId === runId) this.end(progress);
  }
}

/**
 * How far it is, 0 to 1, where a total is known. A budget of metric calls and what the optimizer reports both end a
 * compile: the further counts. A number of trials only counts where the optimizer reports nothing.
 */
export function fraction(progress: Progress): number | null {
  const { total, reported } = progress;
  if (total === null) return reported === null ? null : Math.min(1, reported);
  if (total.count <= 0) return null;
  if (total.of === 'trials') return Math.min(1, reported ?? progress.trials.length / total.count);
  return Math.min(1, Math.max(progress.examples / total.count, reported ?? 0));
}

/** Milliseconds since the start, by the events' own clock. */
export function elapsed(progress: Progress): number {
  return progress.lastTime - progress.startedAt;
}

/** Milliseconds that are left at the speed so far; null while unknown. */
export function timeLeft(progress: Progress): number | null {
  const done = fraction(progress);
  return done === null || done <= 0 || done >= 1 ? null : (elapsed(progress) * (1 - done)) / done;
}

function empty(
  kind: Progress['kind'],
  id: string,
  runId: string,
  label: string,
  time: number,
  total: Progress['total'],
): Progress {
  const nothing = { reported: null, trial: null, score: null, best: null, bestTrial: null };
  const counts = { started: 0, examples: 0, scored: 0, calls: 0, tokens: 0 };
  return {
    kind,
    id,
    runId,
    label,
    startedAt: time,
    lastTime: time,
    total,
    trials: [],
    decisions: new Map(),
    ...nothing,
    ...counts,
  };
}

function totalOf(settings: JsonObject | undefined): Progress['total'] {
  for (const [name, of] of TOTALS) {
    const count = settings?.[name];
    if (typeof count === 'number' && Number.isFinite(count) && count > 0) return { of, count };
  }
  return null;
}

function update(progress: Progress, event: AnyEvent): void {
  switch (event.type) {
    case 'onTrialStart':
      progress.trial = event.data.name ?? `trial ${event.data.index}`;
      progress.started += 1;
      return;
    case 'onTrialEnd':
      endTrial(progress, event);
      return;
    case 'onExampleEnd':
      endExample(progress, event.data.score);
      return;
    case 'onBestChanged':
      if (event.compileId !== progress.id) return;
      progress.best = event.data.score;
      progress.bestTrial = event.data.trialId;
      return;
    case 'onCandidateAccepted':
      decide(progress, event.data, 'accepted');
      return;
    case 'onCandidateRejected':
      decide(progress, event.data, 'rejected');
      return;
    case 'onLMCall':
      progress.calls += 1;
      progress.tokens += finite(event.data.tokens?.total);
      return;
    case 'onProgress':
      if (event.compileId === progress.id) report(progress, event.data);
      return;
    case 'onEvalEnd':
      progress.score = event.data.score;
      return;
    default:
      return;
  }
}

/** The number, or 0: the journal's form of a value that is no finite number is text. */
function finite(value: number | undefined): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}

function decide(progress: Progress, { candidateId, trialId }: CandidateDecision, decision: string): void {
  const trial = trialId ?? progress.trials.findLast((row) => row.candidateId === candidateId)?.id;
  if (trial !== undefined) progress.decisions.set(trial, decision);
}

function report(progress: Progress, { done, total }: Envelope<'onProgress'>['data']): void {
  if (finite(total ?? 0) > 0 && Number.isFinite(done)) progress.reported = Number(done) / Number(total);
}

/** An evaluation shows the mean so far; a compile shows that of its last trial. */
function endExample(progress: Progress, score: number | null): void {
  progress.examples += 1;
  if (progress.kind !== 'eval' || !Number.isFinite(score)) return;
  progress.scored += 1;
  progress.score = (progress.score ?? 0) + (Number(score) - (progress.score ?? 0)) / progress.scored;
}

function endTrial(progress: Progress, { data, trialId = '', candidateId }: Envelope<'onTrialEnd'>): void {
  const name = data.name ?? `trial ${data.index}`;
  progress.trial = name;
  progress.score = data.score;
  progress.trials.push({
    id: trialId,
    index: data.index,
    name,
    scope: data.scope ?? '-',
    n: data.n,
    score: data.score,
    status: data.status,
    candidateId: data.candidate?.id ?? candidateId ?? '',
    durationMs: data.durationMs,
  });
}
