import type { CandidateData, ErrorData, EvaluationResult, EventData, Json, TokensByRole } from '../contract/events.js';
import { TokenTally } from '../contract/tokens.js';
import { emit } from '../record/emit.js';
import type { Place } from '../record/open-runs.js';
import { now } from '../support/clock.js';
import { exampleId } from '../support/content-hash.js';
import { localId } from '../support/ids.js';
import { settings } from '../support/settings.js';
import { toErrorData } from '../support/snapshot/snapshot.js';
import { type SessionFrame, within } from './context.js';
import { ExampleScores } from './example-scores.js';
import type {
  CompileTracker,
  EvaluationEnding,
  EvaluationTracker,
  ExampleResult,
  LMCallInput,
  RunTracker,
} from './types.js';

/** Opened an evaluation and records its end as an event of the right type. */
export interface EvaluationOwner {
  /** Called once, when the evaluation ends. */
  evaluationEnded(evaluation: EvaluationState, result: EvaluationResult, ending: EvaluationEnding): void;
}

/** Input of {@link EvaluationState}. */
export interface EvaluationSetup {
  readonly run: RunTracker;
  /** The compile that the trial belongs to; `null` for an evaluation outside a compile. */
  readonly compile: CompileTracker | null;
  readonly candidate: CandidateData | null;
  readonly owner: EvaluationOwner;
  /** The role that its LM calls are recorded with. */
  readonly role: SessionFrame['role'];
}

const NO_EXAMPLES: readonly unknown[] = Object.freeze([]);
const NO_SCORES: readonly null[] = Object.freeze([]);
const NO_TOKENS: TokensByRole = Object.freeze({});

/** An open trial (inside a compile) or evaluation (outside a compile). Collects the results of its examples. */
export class EvaluationState implements EvaluationTracker {
  readonly id: string;
  readonly run: RunTracker;
  readonly compile: CompileTracker | null;
  readonly candidateId: string | null;
  readonly place: Place;
  ended = false;
  readonly #frame: SessionFrame;
  readonly #startedAt = now();
  #results: ExampleScores | null = null;
  #tally: TokenTally | null = null;

  readonly #owner: EvaluationOwner;

  constructor({ run, compile, candidate, owner, role }: EvaluationSetup) {
    this.run = run;
    this.compile = compile;
    this.#owner = owner;
    this.id = localId(compile ? 't' : 'e');
    this.candidateId = candidate === null ? null : candidate.id;
    this.#frame = { run, compile, evaluation: this, role };
    this.place = placeOf(this.id, compile, this.candidateId);
  }

  get recorded(): number {
    return this.#results === null ? 0 : this.#results.examples.length;
  }

  /** The examples that were recorded so far, by position. */
  get examples(): readonly unknown[] {
    return this.#results?.examples ?? NO_EXAMPLES;
  }

  within<T>(fn: () => T): T {
    return within(this.#frame, fn);
  }

  /** Adds an LM call of this evaluation to its tokens. */
  countCall(role: SessionFrame['role'], call: LMCallInput): void {
    this.#tally ??= new TokenTally();
    this.#tally.add(role, call);
  }

  example(result: ExampleResult): void {
    if (this.ended) return;
    this.#results ??= new ExampleScores();
    const index = this.#results.add(result);
    if (index === -1) return;
    emit(this.run.runId, 'onExampleEnd', exampleData(index, result), { place: this.place, derived: result.derived });
  }

  end(ending: EvaluationEnding): void {
    if (this.ended) return;
    this.ended = true;
    const mean = this.#results?.mean() ?? null;
    const score = mean ?? ending.score ?? null;
    const scores = this.#results?.objectiveMeans() ?? ending.scores;
    const result: { -readonly [K in keyof EvaluationResult]: EvaluationResult[K] } = {
      status: ending.status,
      score,
      exampleScores: this.#results?.list() ?? NO_SCORES,
      errors: this.#results?.errors ?? 0,
      tokens: this.#tally?.totals() ?? NO_TOKENS,
      durationMs: now() - this.#startedAt,
    };
    if (scores) result.scores = scores;
    if (ending.score !== undefined && ending.score !== score) result.reportedScore = ending.score;
    if (ending.error !== undefined) result.error = toErrorData(ending.error, settings().redactor);
    this.#owner.evaluationEnded(this, result, ending);
  }
}

function placeOf(id: string, compile: CompileTracker | null, candidateId: string | null): Place {
  if (compile === null) return candidateId === null ? { evalId: id } : { evalId: id, candidateId };
  const { compileId } = compile;
  return candidateId === null ? { compileId, trialId: id } : { compileId, trialId: id, candidateId };
}

type ExampleEnd = { -readonly [K in keyof EventData['onExampleEnd']]: EventData['onExampleEnd'][K] };

function exampleData(index: number, result: ExampleResult): EventData['onExampleEnd'] {
  const example = result.exampleCopy ?? result.example;
  const data: ExampleEnd = {
    index,
    exampleId: exampleId(example),
    example: example as Json,
    prediction: (result.prediction ?? null) as Json,
    score: typeof result.score === 'number' ? result.score : null,
    durationMs: result.durationMs ?? null,
  };
  if (result.scores !== undefined) data.scores = result.scores;
  if (result.feedback !== undefined) data.feedback = result.feedback;
  if (result.error !== undefined) data.error = errorOf(result.error);
  if (result.traceId !== undefined) data.traceId = result.traceId;
  return data;
}

function errorOf(error: unknown): ErrorData {
  return toErrorData(error, settings().redactor);
}

/**
 * An evaluation inside a trial, such as `Evaluate` in a method that is tracked as a trial. It is part of that trial: its
 * examples are recorded there, and it starts and ends nothing itself.
 */
export class InnerEvaluation implements EvaluationTracker {
  readonly id: string;
  readonly run: EvaluationTracker['run'];
  readonly compile: EvaluationTracker['compile'];
  readonly candidateId: string | null;
  ended = false;
  readonly #offset: number;
  #next = 0;

  readonly #outer: EvaluationTracker;

  constructor(outer: EvaluationTracker) {
    this.#outer = outer;
    this.id = outer.id;
    this.run = outer.run;
    this.compile = outer.compile;
    this.candidateId = outer.candidateId;
    this.#offset = outer.recorded;
  }

  get recorded(): number {
    return this.#outer.recorded - this.#offset;
  }

  within<T>(fn: () => T): T {
    return this.#outer.within(fn);
  }

  example(result: ExampleResult): void {
    if (this.ended) return;
    const index = result.index ?? this.#next;
    this.#next = Math.max(this.#next, index + 1);
    this.#outer.example({ ...result, index: this.#offset + index });
  }

  end(): void {
    this.ended = true;
  }
}
