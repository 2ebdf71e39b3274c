import { type EventHandlers, handle, handles } from '../../contract/event-table.js';
import type { AnyEvent, EventData, EventType } from '../../contract/events.js';
import { EvaluatedDraft } from './evaluated.js';
import type { Evaluated, EvaluationHistory, Spent } from './types.js';
import { candidateOf, listOf, numberOf, objectOf, textOf } from './values.js';

type About = Omit<EvaluationHistory, keyof Evaluated | 'evalId' | 'index'>;
type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const UNKNOWN: About = {
  name: 'eval',
  key: 'eval',
  step: 0,
  evaluator: 'unknown',
  n: 0,
  hyperparameters: {},
  options: {},
  lms: [],
  devset: null,
  candidate: null,
  metric: null,
};

/** Builds the history of one evaluation outside every compile. */
export class EvaluationDraft {
  static readonly #handlers: EventHandlers<void, [evaluation: EvaluationDraft, spent: Spent]> = {
    onRunStart: null,
    onCompileStart: null,
    onEvalStart: ({ data, time }, evaluation) => evaluation.#started(data, time),
    onTrialStart: null,
    onExampleEnd: ({ data }, evaluation) => evaluation.#evaluated.example(data),
    onTrialEnd: null,
    onCandidateProposed: null,
    onCandidateAccepted: null,
    onCandidateRejected: null,
    onBestChanged: null,
    onParetoChanged: null,
    onCertificate: null,
    onTraceEnd: null,
    onLMCall: ({ data }, evaluation) => evaluation.#evaluated.call(data),
    onLog: null,
    onProgress: null,
    onWarning: null,
    onEvalEnd: ({ data, time }, evaluation, spent) => evaluation.#ended(data, time, spent),
    onCompileEnd: null,
    onRunEnd: null,
  };

  readonly #evaluated: EvaluatedDraft;
  /** `null` until its start was taken. */
  index: number | null = null;
  readonly #about: Mutable<About> = { ...UNKNOWN };
  #hasEnded = false;
  #view: EvaluationHistory | null = null;
  #viewedResult: Evaluated | null = null;

  constructor(
    readonly evalId: string,
    time: number,
  ) {
    this.#evaluated = new EvaluatedDraft(time);
  }

  /** Returns whether events of this type are part of an evaluation's history. */
  static isAbout(type: EventType): boolean {
    return handles(EvaluationDraft.#handlers, type);
  }

  /**
   * Adds an event of this evaluation.
   *
   * @param spent sum of the run's LM calls so far
   */
  take(event: AnyEvent, spent: Spent): void {
    handle(EvaluationDraft.#handlers, event, this, spent);
  }

  /**
   * Returns the history so far; the same object until an event changes it.
   *
   * @param index its own index, or the one assigned to it
   * @param now sum of the run's LM calls so far
   */
  view(index: number, now: Spent): EvaluationHistory {
    const result = this.#evaluated.view(now);
    if (this.#view?.index === index && this.#viewedResult === result) return this.#view;
    this.#viewedResult = result;
    this.#view = { ...result, ...this.#about, evalId: this.evalId, index };
    return this.#view;
  }

  #started(data: EventData['onEvalStart'], time: number): void {
    const about = this.#about;
    this.index = numberOf(data.index) ?? this.index;
    this.#name(data);
    about.evaluator = textOf(data.evaluator, about.evaluator);
    about.hyperparameters = objectOf(data.hyperparameters);
    about.options = objectOf(data.options);
    about.lms = listOf(data.lms);
    about.devset = data.devset ?? null;
    about.candidate = candidateOf(data.candidate);
    about.metric = textOf(data.metric, null);
    if (!this.#hasEnded) about.n = numberOf(data.devset?.size) ?? about.n;
    this.#evaluated.started(time);
    this.#view = null;
  }

  #ended(data: EventData['onEvalEnd'], time: number, spent: Spent): void {
    this.#name(data);
    this.#about.n = numberOf(data.n) ?? this.#about.n;
    this.#hasEnded = true;
    this.#evaluated.ended(data, time, spent);
    this.#view = null;
  }

  #name(data: { readonly name: string; readonly key: string; readonly step: number }): void {
    const about = this.#about;
    about.name = textOf(data.name, about.name);
    about.key = textOf(data.key, about.key);
    about.step = numberOf(data.step) ?? about.step;
  }
}
