import { type EventHandlers, handle, handles } from '../../contract/event-table.js';
import type { AnyEvent, EventType, TrialIdentity } from '../../contract/events.js';
import { EvaluatedDraft } from './evaluated.js';
import type { Evaluated, Spent, TrialHistory } from './types.js';
import { candidateOf, numberOf, textOf } from './values.js';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const UNKNOWN: Omit<TrialIdentity, 'candidate' | 'index'> = {
  key: null,
  step: null,
  name: null,
  scope: null,
  phase: null,
  n: null,
  of: null,
};

/** Builds the history of one trial. */
export class TrialDraft {
  static readonly #handlers: EventHandlers<void, [trial: TrialDraft, spent: Spent]> = {
    onRunStart: null,
    onCompileStart: null,
    onEvalStart: null,
    onTrialStart: ({ data, time }, trial) => {
      trial.#identify(data);
      trial.#evaluated.started(time);
    },
    onExampleEnd: ({ data }, trial) => trial.#evaluated.example(data),
    onTrialEnd: ({ data, time }, trial, spent) => {
      trial.#identify(data);
      trial.#evaluated.ended(data, time, spent);
    },
    onCandidateProposed: null,
    onCandidateAccepted: null,
    onCandidateRejected: null,
    onBestChanged: null,
    onParetoChanged: null,
    onCertificate: null,
    onTraceEnd: null,
    onLMCall: ({ data }, trial) => trial.#evaluated.call(data),
    onLog: null,
    onProgress: null,
    onWarning: null,
    onEvalEnd: null,
    onCompileEnd: null,
    onRunEnd: null,
  };

  readonly #evaluated: EvaluatedDraft;
  /** `null` until its start or end was taken. */
  index: number | null = null;
  candidateId: string | null = null;
  readonly #identity: Mutable<typeof UNKNOWN> = { ...UNKNOWN };
  #view: TrialHistory | null = null;
  #viewedResult: Evaluated | null = null;

  constructor(
    readonly trialId: string,
    readonly compileId: string,
    time: number,
  ) {
    this.#evaluated = new EvaluatedDraft(time);
  }

  /** Makes the next `view()` return a new object. */
  touch(): void {
    this.#view = null;
  }

  /** Returns whether events of this type are part of a trial's history. */
  static isAbout(type: EventType): boolean {
    return handles(TrialDraft.#handlers, type);
  }

  /**
   * Adds an event of this trial.
   *
   * @param spent sum of the run's LM calls so far
   */
  take(event: AnyEvent, spent: Spent): void {
    this.candidateId ??= event.candidateId ?? null;
    handle(TrialDraft.#handlers, event, this, spent);
  }

  /**
   * Returns the history so far; the same object until an event or `touch()` changes it.
   *
   * @param index its own index, or the one assigned to it
   * @param now sum of the run's LM calls so far
   */
  view(index: number, now: Spent, outcome: Pick<TrialHistory, 'isBest' | 'decision'>): TrialHistory {
    const result = this.#evaluated.view(now);
    if (this.#view?.index === index && this.#viewedResult === result) return this.#view;
    this.#viewedResult = result;
    const { trialId, compileId, candidateId } = this;
    this.#view = { ...result, ...this.#identity, trialId, compileId, index, candidateId, ...outcome };
    return this.#view;
  }

  /** Takes the fields that start and end share. A field that is missing keeps its value. */
  #identify(data: TrialIdentity): void {
    const identity = this.#identity;
    this.index = numberOf(data.index) ?? this.index;
    identity.key = textOf(data.key, identity.key);
    identity.step = numberOf(data.step) ?? identity.step;
    identity.name = textOf(data.name, identity.name);
    identity.scope = data.scope ?? identity.scope;
    identity.phase = textOf(data.phase, identity.phase);
    identity.n = numberOf(data.n) ?? identity.n;
    identity.of = numberOf(data.of) ?? identity.of;
    this.candidateId = candidateOf(data.candidate)?.id ?? this.candidateId;
    this.touch();
  }
}
