import { type AnyEvent, type CandidateDecision, type Envelope, type EventHandlers, handle } from 'ax-autolog/sink';

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

/** Brings the progress of a compile or evaluation up to date with one of its events. */
export function update(progress: Progress, event: AnyEvent): void {
  progress.lastTime = Math.max(progress.lastTime, event.time);
  handle(UPDATES, event, progress);
}

/** `null`: it does not change how far a compile or evaluation is. */
const UPDATES: EventHandlers<void, [progress: Progress]> = {
  onRunStart: null,
  onCompileStart: null,
  onEvalStart: null,
  onTrialStart: startTrial,
  onExampleEnd: endExample,
  onTrialEnd: endTrial,
  onCandidateProposed: null,
  onCandidateAccepted: ({ data }, progress) => decide(progress, data, 'accepted'),
  onCandidateRejected: ({ data }, progress) => decide(progress, data, 'rejected'),
  onBestChanged: changeBest,
  onParetoChanged: null,
  onCertificate: null,
  onTraceEnd: null,
  onLMCall: countCall,
  onLog: null,
  onProgress: report,
  onWarning: null,
  onEvalEnd: ({ data }, progress) => {
    progress.score = data.score;
  },
  onCompileEnd: null,
  onRunEnd: null,
};

function startTrial({ data }: Envelope<'onTrialStart'>, progress: Progress): void {
  progress.trial = data.name ?? `trial ${data.index}`;
  progress.started += 1;
}

function changeBest({ compileId, data }: Envelope<'onBestChanged'>, progress: Progress): void {
  if (compileId !== progress.id) return;
  progress.best = data.score;
  progress.bestTrial = data.trialId;
}

function countCall({ data }: Envelope<'onLMCall'>, progress: Progress): void {
  progress.calls += 1;
  progress.tokens += finite(data.tokens?.total);
}

/** The number, or 0: the journal's form of a value that is no finite number is text. */
function finite(value: number | undefined): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}

function decide(progress: Progress, { candidateId, trialId }: CandidateDecision, decision: string): void {
  const trial = trialId ?? progress.trials.findLast((row) => row.candidateId === candidateId)?.id;
  if (trial !== undefined) progress.decisions.set(trial, decision);
}

function report({ compileId, data: { done, total } }: Envelope<'onProgress'>, progress: Progress): void {
  if (compileId !== progress.id) return;
  if (finite(total ?? 0) > 0 && Number.isFinite(done)) progress.reported = Number(done) / Number(total);
}

/** An evaluation shows the mean so far; a compile shows that of its last trial. */
function endExample({ data: { score } }: Envelope<'onExampleEnd'>, progress: Progress): void {
  progress.examples += 1;
  if (progress.kind !== 'eval' || !Number.isFinite(score)) return;
  progress.scored += 1;
  progress.score = (progress.score ?? 0) + (Number(score) - (progress.score ?? 0)) / progress.scored;
}

function endTrial({ data, trialId = '', candidateId }: Envelope<'onTrialEnd'>, progress: Progress): void {
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
