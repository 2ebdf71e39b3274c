import { type EventHandlers, handle } from '../../contract/event-table.js';
import type { AnyEvent, BestProgramData, CertificateData, EventData, Status } from '../../contract/events.js';
import { CompileCandidates } from './candidates.js';
import { Spending } from './spending.js';
import type { CompileHistory, Decision } from './types.js';
import { AppendOnlyList, candidateOf, listOf, numberOf, objectOf, statusOf, textOf } from './values.js';

interface Ending {
  readonly status: Status;
  readonly time: number;
  readonly data: EventData['onCompileEnd'];
}

/** Builds the history of one compile. */
export class CompileDraft {
  static readonly #handlers: EventHandlers<void, [compile: CompileDraft]> = {
    onRunStart: null,
    onCompileStart: ({ data, time }, compile) => compile.#started(data, time),
    onEvalStart: null,
    onTrialStart: ({ data, time }, compile) => compile.#candidates.add(data.candidate, time),
    onExampleEnd: null,
    onTrialEnd: ({ data, time }, compile) => compile.#candidates.add(data.candidate, time),
    onCandidateProposed: ({ data, time }, compile) => compile.#candidates.proposed(data, time),
    onCandidateAccepted: null,
    onCandidateRejected: null,
    onBestChanged: ({ data, time }, compile) => compile.#bestChanged(data, time),
    onParetoChanged: ({ data }, compile) => {
      compile.#pareto = listOf(data.front);
    },
    onCertificate: ({ data }, compile) => {
      compile.#certificate = { ...data, checks: listOf(data.checks) };
    },
    onTraceEnd: null,
    onLMCall: null,
    onLog: null,
    onProgress: null,
    onWarning: null,
    onEvalEnd: null,
    onCompileEnd: ({ data, time }, compile) => compile.#ended(data, time),
    onRunEnd: null,
  };

  readonly #candidates = new CompileCandidates();
  readonly #spending = new Spending();
  /** `null` until its start was taken. */
  index: number | null = null;
  parentCompileId: string | null = null;
  #start: EventData['onCompileStart'] | null = null;
  #ending: Ending | null = null;
  #startTime: number;
  readonly #bests = new AppendOnlyList<CompileHistory['bests'][number]>();
  #pareto: CompileHistory['pareto'] = [];
  #certificate: CertificateData | null = null;
  #view: CompileHistory | null = null;

  constructor(
    readonly compileId: string,
    time: number,
  ) {
    this.#startTime = time;
  }

  /** Counts an LM call of this compile, or of one inside it. */
  call(data: EventData['onLMCall']): void {
    this.#spending.add(data);
    this.#view = null;
  }

  /** Records that a trial of this compile ran a candidate. */
  tried(candidateId: string, trialId: string): void {
    this.#candidates.tried(candidateId, trialId);
    this.#view = null;
  }

  /** Records that a candidate was accepted or rejected. */
  decided(candidateId: string, decision: Decision): void {
    this.#candidates.decided(candidateId, decision);
    this.#view = null;
  }

  /** Adds an event of this compile. */
  take(event: AnyEvent): void {
    this.#view = null;
    handle(CompileDraft.#handlers, event, this);
  }

  /**
   * Returns the history so far; the same object until an event changes it.
   *
   * @param index its own index, or the one assigned to it
   */
  view(index: number): CompileHistory {
    if (this.#view?.index === index) return this.#view;
    const start = this.#start;
    const end = this.#ending;
    this.#view = {
      ...describe(start),
      compileId: this.compileId,
      index,
      parentCompileId: this.parentCompileId,
      status: end?.status ?? 'running',
      error: end?.data.error ?? null,
      startTime: this.#startTime,
      endTime: end?.time ?? null,
      seed: this.#candidates.seedCandidate,
      candidates: this.#candidates.view(),
      bests: this.#bests.view(),
      pareto: this.#pareto,
      best: bestOf(end?.data.best),
      reportedScore: numberOf(end?.data.reportedScore),
      result: objectOf(end?.data.result),
      certificate: this.#certificate,
      tokens: this.#spending.byRole(),
    };
    return this.#view;
  }

  #started(data: EventData['onCompileStart'], time: number): void {
    this.#start = data;
    this.#startTime = time;
    this.index = numberOf(data.index) ?? this.index;
    this.parentCompileId = textOf(data.parentCompileId, null);
    this.#candidates.seed(data.seed, time);
  }

  #ended(data: EventData['onCompileEnd'], time: number): void {
    this.#ending = { status: statusOf(data.status), time, data };
    this.#candidates.add(data.best?.candidate, time);
  }

  #bestChanged(data: EventData['onBestChanged'], time: number): void {
    const { candidateId, trialId, key, step, previous } = data;
    const score = numberOf(data.score);
    if (score === null) return;
    const best = { candidateId: textOf(candidateId, ''), trialId: textOf(trialId, null), key: textOf(key, 'full') };
    this.#bests.push({ ...best, step: numberOf(step), score, previous: numberOf(previous), time });
  }
}

type Described = 'optimizer' | 'method' | 'hyperparameters' | 'options' | 'lms' | 'trainset' | 'valset' | 'metric';

function describe(start: EventData['onCompileStart'] | null): Pick<CompileHistory, Described> {
  return {
    optimizer: textOf(start?.optimizer, 'unknown'),
    method: textOf(start?.method, 'unknown'),
    hyperparameters: objectOf(start?.hyperparameters),
    options: objectOf(start?.options),
    lms: listOf(start?.lms),
    trainset: start?.trainset ?? null,
    valset: start?.valset ?? null,
    metric: textOf(start?.metric, null),
  };
}

function bestOf(best: BestProgramData | null | undefined): BestProgramData | null {
  const candidate = candidateOf(best?.candidate);
  if (!best || !candidate) return null;
  return { ...best, candidate, score: numberOf(best.score) };
}
