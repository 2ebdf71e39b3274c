import type { CandidateInput, CompileTracker, EvaluationTracker } from '../../../track/types.js';
import { guard } from '../../observe/guard.js';
import { safeCall, safeGet } from '../../observe/inspect.js';
import { endingOf, type Outcome } from '../../observe/outcome.js';
import { insideForward } from '../access/scope.js';
import { describeProgram, programId } from '../programs/state.js';
import { ExampleWatch, type PendingExample, traceIdOf, whenReturned } from '../watch/example-watch.js';
import type { CompileCall } from '../watch/optimizer-watch.js';

/** Inner methods of AxACE that its trials are derived from. */
export const ACE_METHODS = ['runReflector', 'runCurator', 'composeInstruction', 'updateOptimizationProgress'] as const;

/**
 * Records one `AxACE.compile`. Each epoch, which runs every example once, is a trial, whose candidate is the program at the
 * start of the epoch. ACE may change its playbook between two examples. Each change is a candidate, with the answers of
 * reflector and curator as evidence.
 */
export class AceWatch extends ExampleWatch {
  #trial: EvaluationTracker | undefined;
  #epoch = 0;
  #last: Readonly<Record<string, unknown>> = {};
  #lastTrial: string | undefined;
  #reflection: unknown;
  #curator: unknown;
  #description: string | undefined;
  #candidateId: string | undefined;

  constructor(compile: CompileTracker, call: CompileCall) {
    super(compile, call);
    this.#candidateId = compile.seed?.id;
  }

  applied(): void {}

  protected trialFor(): EvaluationTracker {
    this.pending = [];
    const examples = this.call.examples as readonly unknown[];
    if (this.#trial && this.#trial.recorded >= examples.length) this.#endTrial();
    if (this.#trial === undefined) {
      this.#epoch += 1;
      const candidate = this.#state();
      this.#description = candidate.texts?.[this.#key];
      this.#trial = this.compile.startTrial({
        evaluator: 'ACE',
        candidate,
        phase: `epoch ${this.#epoch}`,
        scope: 'full',
        n: examples.length,
        of: examples.length,
        batch: examples,
        derived: ['candidate'],
      });
      this.#candidateId = this.#trial.candidateId ?? this.#candidateId;
    }
    return this.#trial;
  }

  protected scored(pending: PendingExample, raw: unknown): void {
    this.removePending(pending);
    const { example, prediction, durationMs } = pending;
    const score = typeof raw === 'number' && Number.isFinite(raw) ? raw : null;
    pending.trial.example({ example, prediction, score, durationMs, ...traceIdOf(pending) });
    this.#last = { example, prediction, score: raw };
    this.#lastTrial = pending.trial.id;
    if (pending.trial.recorded >= (this.call.examples as readonly unknown[]).length) this.#endTrial();
  }

  protected failed(pending: PendingExample): void {
    this.removePending(pending);
    const { example, prediction, error, durationMs } = pending;
    pending.trial.example({ example, prediction, score: null, error, durationMs, ...traceIdOf(pending) });
  }

  internal(name: string, run: () => unknown, args: unknown[]): unknown {
    if (name === 'runReflector' || name === 'runCurator') {
      const reflect = () => insideForward(run);
      return whenReturned(reflect, (value) => {
        if (name === 'runReflector') this.#reflection = value;
        else this.#curator = value;
      });
    }
    if (name !== 'updateOptimizationProgress') return run();
    guard('recording a playbook', () => this.#recordPlaybook());
    return whenReturned(run, () => this.#roundEnded(args));
  }

  /** Records the playbook as a candidate if it has changed. */
  #recordPlaybook(): void {
    const base = safeGet(this.self, 'baseInstruction');
    const text = safeCall(
      this.self,
      'composeInstruction',
      typeof base === 'string' ? base : '',
      safeGet(this.self, 'playbook'),
    );
    if (typeof text !== 'string' || text === this.#description) return;
    this.#description = text;
    const state = this.#state();
    const id = this.compile.propose(
      { ...state, texts: { ...state.texts, [this.#key]: text } },
      {
        ...(this.#candidateId ? { parents: [this.#candidateId] } : {}),
        by: 'curator',
        evidence: { ...this.#last, reflection: this.#reflection ?? null, curator: this.#curator ?? null },
      },
    );
    this.#candidateId = id;
    this.compile.accept(id, 'ACE keeps every change of its curator', {
      ...(this.#lastTrial ? { trialId: this.#lastTrial } : {}),
      derived: ['reason'],
    });
    this.#reflection = undefined;
    this.#curator = undefined;
  }

  #roundEnded([round, score, configuration, , extra]: unknown[]): void {
    const total = safeGet(extra, 'totalRounds');
    this.compile.progress(
      'RoundProgress',
      typeof round === 'number' ? round : null,
      typeof total === 'number' ? total : null,
      { currentScore: score, configuration },
    );
  }

  finish(outcome: Outcome): Readonly<Record<string, unknown>> | undefined {
    this.#trial?.end(endingOf(outcome));
    this.#trial = undefined;
    return undefined;
  }

  #endTrial(): void {
    this.#trial?.end({ status: 'finished' });
    this.#trial = undefined;
  }

  #state(): CandidateInput {
    return describeProgram(this.call.program) ?? {};
  }

  get #key(): string {
    return `${programId(this.call.program) ?? 'root'}::description`;
  }
}
