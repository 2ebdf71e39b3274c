import { type AnyEvent, type CandidateDecision, type Envelope, type EventHandlers, handle } from 'ax-autolog/sink';

/** A row of the table of trials. */
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

/** Progress of a compile, including the compiles inside it, or of an evaluation. */
export interface Progress {
  readonly kind: 'compile' | 'eval';
  readonly id: string;
  readonly runId: string;
  readonly label: string;
  readonly startedAt: number;
  lastTime: number;
  /** Most examples or trials that it takes; `null` if unknown. */
  total: { readonly of: 'examples' | 'trials'; readonly count: number } | null;
  /** Fraction that the optimizer itself reports, from 0 to 1; `null` if it reports none. */
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
  /** `accepted` or `rejected`, by the id of the trial that decided it, or of the candidate's last trial if none is named. */
  decisions: Map<string, string>;
}

/**
 * Returns the completed fraction, from 0 to 1, or `null` if no total is known. A compile ends at its budget of metric calls
 * or at the end that the optimizer reports, so the larger fraction counts. A number of trials counts only if the optimizer
 * reports nothing.
 */
export function fraction(progress: Progress): number | null {
  const { total, reported } = progress;
  if (total === null) return reported === null ? null : Math.min(1, reported);
  if (total.count <= 0) return null;
  if (total.of === 'trials') return Math.min(1, reported ?? progress.trials.length / total.count);
  return Math.min(1, Math.max(progress.examples / total.count, reported ?? 0));
}

/** Returns the milliseconds from the start to the latest event, by the times of the events. */
export function elapsed(progress: Progress): number {
  return progress.lastTime - progress.startedAt;
}

/** Returns the milliseconds that are left at the speed so far, or `null` if unknown. */
export function timeLeft(progress: Progress): number | null {
  const done = fraction(progress);
  return done === null || done <= 0 || done >= 1 ? null : (elapsed(progress) * (1 - done)) / done;
}

/** Updates the progress of a compile or evaluation with one of its events. */
export function update(progress: Progress, event: AnyEvent): void {
  progress.lastTime = Math.max(progress.lastTime, event.time);
  handle(UPDATES, event, progress);
}

/** `null`: the event does not change the progress. */
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

/** Returns the number, or 0 if it is not finite: the journal stores NaN and Infinity as text. */
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

/** Updates the mean so far, which is the score of an evaluation. A compile shows the score of its last trial. */
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
