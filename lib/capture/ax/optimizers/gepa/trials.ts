import type { CandidateInput, CompileTracker, EvaluationTracker } from '../../../../track/types.js';
import { isObject, safeGet } from '../../../observe/inspect.js';
import { endingOf, type Outcome } from '../../../observe/outcome.js';
import { demosOf } from '../../programs/state.js';
import type { CompileCall } from '../../watch/optimizer-watch.js';
import { BOOTSTRAP, type GepaSets, gepaSets, PHASES, type Step, SUBSAMPLE } from './plan.js';
import { GepaProposal } from './proposal.js';
import { type Evaluated, GepaSearch, type Row } from './search.js';

/** A running evaluation. */
export interface Batch {
  readonly step: Step | typeof BOOTSTRAP;
  /** Number of examples; `null` in the bootstrap phase, which stops when it has enough demos. */
  readonly n: number | null;
  readonly trial: EvaluationTracker;
  readonly rows: Row[];
}

interface Merge {
  readonly texts: Readonly<Record<string, string>>;
  readonly parents: readonly [number, number];
  readonly picks: unknown;
}

/**
 * Follows the order in which GEPA evaluates, and records each evaluation as a trial with its candidate, examples and
 * decision (ax 24.0.21: dsp/optimizers/gepa.ts, `compile`).
 */
export class GepaTrials {
  /** The running evaluation. */
  batch: Batch | undefined;
  /** The texts that GEPA put into the program last. */
  texts: Readonly<Record<string, string>>;
  proposal = new GepaProposal();
  #step: Step = 'start';
  #bootstrapped = false;
  #mini: readonly unknown[];
  #merge: Merge | undefined;
  #parent: Evaluated | undefined;
  #child: Evaluated | undefined;
  #base: CandidateInput;
  readonly #sets: GepaSets;
  readonly #search: GepaSearch;

  readonly #compile: CompileTracker;
  readonly #call: CompileCall;

  constructor(compile: CompileTracker, call: CompileCall) {
    this.#compile = compile;
    this.#call = call;
    const { seed } = compile;
    this.#sets = gepaSets(call);
    this.#search = new GepaSearch(compile, call.self);
    this.#mini = this.#sets.feedback;
    this.texts = seed?.texts ?? {};
    this.#base = { demos: demosOf(call.program), ...(seed?.modelConfig ? { modelConfig: seed.modelConfig } : {}) };
  }

  /** Returns the batch of an example that GEPA is about to evaluate. Opens it if needed. */
  begin(evaluating: boolean, captures: boolean): Batch | undefined {
    if (this.batch?.step === BOOTSTRAP && evaluating) this.#closeBootstrap();
    if (this.batch === undefined) {
      const bootstraps =
        this.#step === 'start' && !this.#bootstrapped && Boolean(safeGet(this.#call.options, 'bootstrap'));
      if (bootstraps && !evaluating) this.#openBootstrap();
      else this.#open(captures);
    }
    return this.batch;
  }

  /** Opens the batch that the adapter is about to evaluate. */
  beginAll(captures: boolean): void {
    if (this.batch?.step === BOOTSTRAP) this.#closeBootstrap();
    if (this.batch === undefined) this.#open(captures);
  }

  /** Records a finished example. `score` is `null` if GEPA itself has no score for it. */
  add(batch: Batch, row: Row, score: number | null, durationMs?: number): void {
    const several = Object.keys(row.scores).some((key) => key !== 'score');
    batch.trial.example({
      index: batch.rows.length,
      example: row.example,
      prediction: row.prediction,
      score: score !== null && Number.isFinite(score) ? score : null,
      ...(several ? { scores: row.scores } : {}),
      ...('error' in row ? { error: row.error } : {}),
      ...(row.traceId === undefined ? {} : { traceId: row.traceId }),
      ...(durationMs === undefined ? {} : { durationMs }),
    });
    batch.rows.push(row);
    if (batch.rows.length === batch.n) this.#close(batch);
  }

  /** Starts an iteration with the minibatch that GEPA drew. */
  minibatch(indices: readonly number[]): void {
    this.#step = 'iteration';
    this.#merge = undefined;
    this.#mini = indices.map((index) => this.#sets.feedback[index]);
    if (this.#mini.length === 0) this.#open(true);
  }

  /** Stores a merge of two candidates. GEPA evaluates it next, unless it made the same merge before. */
  merged(merged: unknown, first: number, second: number): void {
    const texts = safeGet(merged, 'cfg');
    if (!isObject(texts)) return;
    this.#step = 'merge';
    this.#merge = {
      texts: { ...(texts as Record<string, string>) },
      parents: [first, second],
      picks: safeGet(merged, 'descSig'),
    };
  }

  /** Called when the reflection rewrites a component. The child is evaluated next. */
  reflecting(): void {
    this.#step = 'child';
  }

  /** Called when the evaluations of an iteration are complete. Opens the child's batch if its minibatch is empty. */
  roundEnding(): void {
    if (this.#mini.length === 0 && this.#step === 'child' && this.#child === undefined) this.#open(false);
  }

  /** Records the decision about the child. */
  roundEnded(): void {
    const parent = this.#parent;
    const child = this.#child;
    this.#child = undefined;
    if (parent === undefined || child === undefined) return;
    this.#step = this.#search.decideChild(parent, child) ? 'validation' : 'iteration';
  }

  /** Ends the open trial after the compile has settled. Returns fields to add to the recorded result. */
  finish(outcome: Outcome): Readonly<Record<string, unknown>> {
    this.batch?.trial.end(endingOf(outcome));
    this.batch = undefined;
    if (this.#step === 'child' && this.#child === undefined && this.proposal.changed) this.#leaveUnevaluated();
    return { earlyStopped: this.#search.earlyStopped, candidates: this.#search.size };
  }

  /** Opens the next batch. `captures` identifies a parent minibatch: GEPA captures tool calls only in those. */
  #open(captures: boolean): void {
    if (captures) this.#step = 'iteration';
    const step = this.#step;
    const phase = PHASES[step];
    const whole = phase.batch === 'minibatch' ? this.#sets.feedback : this.#sets.pareto;
    const sizes = { pareto: whole.length, subsample: Math.min(SUBSAMPLE, whole.length), minibatch: this.#mini.length };
    const n = sizes[phase.batch];
    if (step === 'child') this.#proposeChild();
    if (step === 'merge') this.#proposeMerge();
    const trial = this.#compile.startTrial({
      evaluator: 'GEPA',
      candidate: this.#candidate(this.texts),
      scope: phase.scope,
      phase: phase.name,
      n,
      of: whole.length,
      ...(phase.batch === 'pareto' ? { batch: this.#sets.pareto } : {}),
      ...(phase.batch === 'minibatch' ? { batch: this.#mini } : {}),
      derived: ['phase', 'scope'],
    });
    this.batch = { step, n, trial, rows: [] };
    if (n === 0) this.#close(this.batch);
  }

  #close(batch: Batch): void {
    batch.trial.end({ status: 'finished' });
    this.batch = undefined;
    const { trial, rows, step } = batch;
    const evaluated: Evaluated = { candidateId: trial.candidateId ?? '', trialId: trial.id, rows };
    if (step === 'start') this.#search.add(evaluated, 'seed');
    if (step === 'merge-validation') this.#search.add(evaluated, 'merge');
    if (step === 'validation') this.#search.add(evaluated, 'child');
    if (step === 'child') this.#child = evaluated;
    else if (step === 'iteration') this.#parentEvaluated(evaluated);
    else if (step === 'merge') this.#step = this.#mergeStays(evaluated) ? 'merge-validation' : 'iteration';
    else this.#step = 'iteration';
  }

  #parentEvaluated(parent: Evaluated): void {
    this.#parent = parent;
    this.proposal = new GepaProposal(parent.rows);
    const skips = safeGet(this.#call.options, 'skipPerfectScore') ?? true;
    const perfect = Number(safeGet(this.#call.options, 'perfectScore') ?? 1);
    const isPerfect = parent.rows.length > 0 && parent.rows.every((row) => row.scalar >= perfect);
    this.#step = skips && isPerfect ? 'iteration' : 'child';
  }

  #mergeStays(merged: Evaluated): boolean {
    return this.#merge !== undefined && this.#search.decideMerge(merged, this.#merge.parents, this.#sets.pareto);
  }

  #candidate(texts: Readonly<Record<string, string>>): CandidateInput {
    return { ...this.#base, texts };
  }

  /** Proposes the child. If the reflection changed nothing, the child equals its parent, and nothing is proposed. */
  #proposeChild(): string | undefined {
    if (this.#parent === undefined || !this.proposal.changed) return undefined;
    return this.#compile.propose(this.#candidate(this.texts), {
      parents: [this.#parent.candidateId],
      by: this.proposal.by,
      evidence: this.proposal.evidence,
    });
  }

  #proposeMerge(): void {
    if (this.#merge === undefined) return;
    const parents = this.#merge.parents.map((index) => this.#search.idAt(index)).filter((id) => id !== undefined);
    const evidence = { programs: this.#merge.parents, picks: this.#merge.picks };
    this.#compile.propose(this.#candidate(this.#merge.texts), { parents, by: 'merge', evidence });
  }

  #leaveUnevaluated(): void {
    this.texts = { ...this.texts, ...this.proposal.texts };
    const id = this.#proposeChild();
    if (id === undefined) return;
    const reason = `not evaluated: fewer than ${this.#mini.length} metric calls were left`;
    this.#compile.reject(id, reason, { derived: ['reason'] });
  }

  #openBootstrap(): void {
    const trial = this.#compile.startTrial({
      evaluator: 'GEPA',
      candidate: this.#candidate(this.texts),
      phase: BOOTSTRAP,
      of: this.#sets.examples.length,
      derived: ['phase', 'scope'],
    });
    this.batch = { step: BOOTSTRAP, n: null, trial, rows: [] };
  }

  #closeBootstrap(): void {
    const rows = this.batch?.rows ?? [];
    this.batch?.trial.end({ status: 'finished' });
    this.batch = undefined;
    this.#bootstrapped = true;
    const demos = demosOf(this.#call.program);
    if (JSON.stringify(demos) === JSON.stringify(this.#base.demos)) return;
    this.#base = { ...this.#base, demos };
    this.#compile.propose(this.#candidate(this.texts), {
      ...(this.#compile.seed ? { parents: [this.#compile.seed.id] } : {}),
      by: 'bootstrap',
      evidence: { examples: rows.map(({ example, prediction, scalar }) => ({ example, prediction, score: scalar })) },
    });
  }
}
