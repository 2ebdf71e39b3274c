import type {
  BestProgramData,
  CandidateData,
  EvaluationResult,
  EventData,
  JsonObject,
  LMData,
  TrialIdentity,
} from '../contract/events.js';
import { TokenTally } from '../contract/tokens.js';
import { emit } from '../record/emit.js';
import type { Place } from '../record/open-runs.js';
import { now } from '../support/clock.js';
import { localId } from '../support/ids.js';
import { settings } from '../support/settings.js';
import { toErrorData } from '../support/snapshot/snapshot.js';
import { warn } from '../support/warnings.js';
import { BestSoFar } from './best-so-far.js';
import { Candidates, changedComponents } from './candidates.js';
import { currentFrame, type SessionFrame, within } from './context.js';
import { CompileDatasets, describeDataset } from './datasets.js';
import { type EvaluationOwner, EvaluationState } from './evaluation.js';
import type { RunState } from './run.js';
import { endDerived, identifyLate, identifyTrial, isPlainResult, trialEnd } from './trial.js';
import type {
  CandidateInput,
  CompileEnding,
  CompileInput,
  CompileTracker,
  DecisionDetails,
  EvaluationEnding,
  EvaluationInput,
  EvaluationTracker,
  ProposalDetails,
} from './types.js';

type Decision = 'onCandidateAccepted' | 'onCandidateRejected';

interface OpenTrial {
  readonly identity: TrialIdentity;
  readonly derived: readonly string[] | undefined;
}

/** An open compile: identifies its candidates and trials, and follows the best one. */
export class CompileState implements CompileTracker, EvaluationOwner {
  readonly compileId = localId('c');
  readonly tally = new TokenTally();
  readonly optimizer: string;
  readonly self: object | undefined;
  readonly seed: CandidateData | null;
  readonly #place: Place = Object.freeze({ compileId: this.compileId });
  readonly #startedAt = now();
  readonly #candidates = new Candidates();
  readonly #datasets: CompileDatasets;
  readonly #frame: SessionFrame;
  readonly #openTrials = new Map<EvaluationState, OpenTrial>();
  readonly #proposed = new Set<string>();
  readonly #best: BestSoFar;
  #front = '';
  #trials = 0;
  readonly #ownsRun: boolean;
  #done = false;

  constructor(
    readonly run: RunState,
    readonly parent: CompileTracker | null,
    ownsRun: boolean,
    input: CompileInput,
  ) {
    this.#ownsRun = ownsRun;
    this.optimizer = input.optimizer;
    this.#best = new BestSoFar(this.#candidates, parent instanceof CompileState ? parent.#best : null);
    this.self = input.self;
    this.#datasets = new CompileDatasets(input.trainset, input.valset);
    this.#frame = { run, compile: this, evaluation: null, role: currentFrame().role };
    this.seed = input.seed ? this.#candidates.identify(input.seed) : null;
    run.childStarted(this);
    const data: EventData['onCompileStart'] = {
      index: run.nextCompile(),
      optimizer: input.optimizer,
      method: input.method,
      ...(parent ? { parentCompileId: parent.compileId } : {}),
      hyperparameters: (input.hyperparameters ?? {}) as JsonObject,
      options: (input.options ?? {}) as JsonObject,
      lms: (input.lms ?? []) as readonly LMData[],
      trainset: input.trainset ? describeDataset(input.trainset, input.datasetName) : null,
      valset: input.valset ? describeDataset(input.valset) : null,
      seed: this.seed,
      metric: input.metric ?? null,
    };
    emit(run.runId, 'onCompileStart', data, { place: this.#place, durable: true, derived: input.derived });
  }

  within<T>(fn: () => T): T {
    return within(this.#frame, fn);
  }

  startTrial(input: EvaluationInput): EvaluationTracker {
    if (this.#done) {
      const message = `a trial of ${this.optimizer} began after the end of its compile and may not be recorded`;
      warn('AXL_RUN_ENDED', `${message}. Await every trial before the compile returns.`);
    }
    const candidate = input.candidate ? this.#candidates.identify(input.candidate) : null;
    const identity = identifyTrial(this.run, this.#datasets, input, candidate);
    const { role } = currentFrame();
    const trial = new EvaluationState({ run: this.run, compile: this, candidate, owner: this, role });
    this.#trials += 1;
    this.#openTrials.set(trial, { identity, derived: input.derived });
    emit(this.run.runId, 'onTrialStart', identity, { place: trial.place, derived: input.derived, own: true });
    return trial;
  }

  /** Records the end of a trial of this compile. */
  evaluationEnded(trial: EvaluationState, result: EvaluationResult, ending: EvaluationEnding): void {
    const started = this.#openTrials.get(trial);
    this.#openTrials.delete(trial);
    if (!started) return;
    const known = started.identity.scope !== null;
    const identity = known
      ? started.identity
      : identifyLate(this.run, this.#datasets, started.identity, trial.examples);
    const derived = endDerived(started.derived, ending.derived, known);
    const options = { place: trial.place, durable: true, derived, own: isPlainResult(result) };
    emit(this.run.runId, 'onTrialEnd', trialEnd(identity, result), options);
    this.#best.addTrial(this.run.runId, { id: trial.id, place: trial.place, identity, result });
  }

  propose(input: CandidateInput, details: ProposalDetails = {}): string {
    const identified = this.#candidates.identify(input, details.parents);
    const candidate = this.#candidates.setParents(identified.id, details.parents ?? []) ?? identified;
    if (this.#proposed.has(candidate.id)) return candidate.id;
    this.#proposed.add(candidate.id);
    this.#best.addProposal(candidate.id);
    const parent = candidate.parents[0] === undefined ? undefined : this.#candidates.get(candidate.parents[0]);
    const proposal = {
      candidate,
      by: details.by ?? 'user',
      changed: changedComponents(parent, candidate),
      evidence: (details.evidence ?? null) as never,
    };
    const place = { ...this.#here(), candidateId: candidate.id };
    emit(this.run.runId, 'onCandidateProposed', proposal, { place, derived: details.derived });
    return candidate.id;
  }

  accept(candidateId: string, reason: string, details: DecisionDetails = {}): void {
    this.#decide('onCandidateAccepted', candidateId, reason, details);
  }

  reject(candidateId: string, reason: string, details: DecisionDetails = {}): void {
    this.#decide('onCandidateRejected', candidateId, reason, details);
  }

  lastTrialOf(candidateId: string): string | undefined {
    return this.#best.lastTrialOf(candidateId);
  }

  pareto(front: EventData['onParetoChanged']['front'], derived: readonly string[] = []): void {
    const content = JSON.stringify(front);
    if (content === this.#front) return;
    this.#front = content;
    emit(this.run.runId, 'onParetoChanged', { front }, { place: this.#here(), derived });
  }

  progress(name: string, done: number | null, total: number | null, data?: unknown): void {
    const progress = { name, done, total, data: (data ?? null) as never };
    emit(this.run.runId, 'onProgress', progress, { place: this.#here() });
  }

  end(ending: CompileEnding): void {
    if (this.#done) return;
    this.#done = true;
    const error = ending.error === undefined ? {} : { error: ending.error };
    for (const trial of this.#openTrials.keys()) trial.end({ status: 'cancelled', ...error });
    const returned = ending.best ? this.#best.describeReturned(ending.best) : null;
    this.#emitEnd(ending, returned?.best ?? null);
    if (returned && settings().certificate) {
      const { run, optimizer, seed } = this;
      this.#best.certify({ run, optimizer, place: this.#place, seed }, returned, ending.returned);
    }
    this.run.childEnded(this);
    if (this.#ownsRun) this.run.end({ status: ending.status, ...error });
  }

  /** Called when the process ends before this compile does. */
  abandon(): void {
    this.end({ status: 'cancelled' });
  }

  #emitEnd(ending: CompileEnding, best: BestProgramData | null): void {
    const data: EventData['onCompileEnd'] = {
      status: ending.status,
      ...(ending.error === undefined ? {} : { error: toErrorData(ending.error, settings().redactor) }),
      durationMs: now() - this.#startedAt,
      trials: this.#trials,
      best,
      reportedScore: ending.reportedScore ?? null,
      tokens: this.tally.totals(),
      result: (ending.result ?? {}) as JsonObject,
    };
    const place = best ? { ...this.#place, candidateId: best.candidate.id } : this.#place;
    emit(this.run.runId, 'onCompileEnd', data, { place, durable: true, derived: ending.derived });
  }

  #decide(type: Decision, candidateId: string, reason: string, details: DecisionDetails): void {
    emit(
      this.run.runId,
      type,
      { candidateId, reason, trialId: details.trialId ?? null },
      { place: { ...this.#here(), candidateId }, derived: details.derived },
    );
  }

  /** Includes the current trial if it belongs to this compile. */
  #here(): Place {
    const { compile, evaluation } = currentFrame();
    return compile === this && evaluation ? { ...this.#place, trialId: evaluation.id } : this.#place;
  }
}
