import { withRole } from '../session.js';
import type { CandidateInput, CompileTracker, EvaluationTracker } from '../tracker/types.js';
import { statusOf } from './errors.js';
import { ExampleWatch, type Pending } from './example-watch.js';
import { type OptionWatch, watchOptions } from './gepa-options.js';
import { BOOTSTRAP, PHASES, type Step, SUBSAMPLE } from './gepa-phases.js';
import { adapterScores, GepaProposal } from './gepa-proposal.js';
import { normalizeScores, scalarize, zeroScores } from './gepa-scores.js';
import { type Evaluated, GepaSearch, type Row } from './gepa-search.js';
import { type GepaSets, gepaSets } from './gepa-sets.js';
import { demosOf } from './program-state.js';
import { observe } from './promises.js';
import { safely } from './safely.js';
import { insideForward } from './scope.js';
import { isBag, methodOf, read, type ScoreVector } from './types.js';
import type { CompileCall } from './watch.js';

/** Methods of AxGEPA that its trials are derived from. */
export const GEPA_METHODS = [
  'nextMinibatchIndices',
  'reflectTargetInstruction',
  'systemAwareMergeWithSig',
  'updateOptimizationProgress',
] as const;

interface Batch {
  readonly step: Step | typeof BOOTSTRAP;
  readonly n: number | null;
  readonly trial: EvaluationTracker;
  readonly candidateId: string;
  rows: Row[];
}

interface Merge {
  readonly texts: Readonly<Record<string, string>>;
  readonly parents: readonly [number, number];
  readonly picks: unknown;
}

/**
 * Trials of one `AxGEPA.compile`: one for each candidate and batch, derived from what GEPA does. It puts a candidate's
 * texts into the program before every example, calls `forward`, then the metric, in a fixed order of phases; its own
 * methods tell the minibatch, the proposals, the merges and the moment of each decision.
 */
export class GepaWatch extends ExampleWatch implements OptionWatch {
  private readonly sets: GepaSets;
  private readonly search: GepaSearch;
  private readonly seen = new Set<string>();
  private readonly metricKey: unknown;
  private readonly ownScalarize: boolean;
  private base: CandidateInput;
  private texts: Readonly<Record<string, string>>;
  private step: Step = 'start';
  private batch: Batch | undefined;
  private bootstrapped = false;
  private mini: readonly unknown[];
  private merge: Merge | undefined;
  private parent: Evaluated | undefined;
  private child: Evaluated | undefined;
  private proposal = new GepaProposal();
  private unscored: { readonly pending: Pending; readonly scores: ScoreVector } | undefined;
  private fromAdapter: { readonly set: readonly unknown[]; readonly result: unknown } | undefined;

  constructor(compile: CompileTracker, call: CompileCall) {
    super(compile, call);
    this.sets = gepaSets(call);
    this.search = new GepaSearch(compile, call.self);
    this.metricKey = read(call.options, 'paretoMetricKey');
    this.ownScalarize = methodOf(call.options, 'paretoScalarize') !== undefined;
    this.mini = this.sets.feedback;
    this.texts = compile.seed?.texts ?? {};
    this.base = {
      demos: demosOf(call.program),
      ...(compile.seed?.modelConfig ? { modelConfig: compile.seed.modelConfig } : {}),
    };
    this.options = watchOptions(call.options, this);
  }

  applied(texts: unknown): void {
    if (isBag(texts)) this.texts = { ...(texts as Record<string, string>) };
  }

  protected trialFor(_example: unknown, forwardOptions: unknown): EvaluationTracker | undefined {
    this.pending = [];
    this.dropAdapterRows();
    const evaluating = isBag(forwardOptions) && 'onFunctionCall' in forwardOptions;
    if (this.batch?.step === BOOTSTRAP && evaluating) this.closeBootstrap();
    if (this.batch === undefined) {
      if (this.isBootstrap(evaluating)) this.openBootstrap();
      else this.open(methodOf(forwardOptions, 'onFunctionCall') !== undefined);
    }
    return this.batch?.trial;
  }

  protected scored(pending: Pending, raw: unknown): void {
    const scores = normalizeScores(raw);
    for (const key of Object.keys(scores)) this.seen.add(key);
    this.rate(pending, scores);
  }

  protected failed(pending: Pending): void {
    if (this.batch?.step === BOOTSTRAP) this.record(this.batch, pending, {}, null);
    else this.rate(pending, zeroScores(this.seen));
  }

  /** Everything but the number that ranks the example is known. */
  private rate(pending: Pending, scores: ScoreVector): void {
    const batch = this.batch;
    if (batch === undefined) return;
    if (batch.step === BOOTSTRAP) this.record(batch, pending, scores, scalarize(scores, undefined));
    else if (this.ownScalarize) this.unscored = { pending, scores };
    else this.record(batch, pending, scores, scalarize(scores, this.metricKey));
  }

  private record(batch: Batch, pending: Pending, scores: ScoreVector, scalar: number | null): void {
    this.settle(pending);
    const { example, error, failed, durationMs } = pending;
    const prediction = failed ? undefined : pending.prediction;
    this.addRow(
      batch,
      { example, prediction, scores, scalar: scalar ?? 0, ...(failed ? { error } : {}) },
      durationMs,
      scalar,
    );
    if (batch.rows.length === batch.n) this.close(batch);
  }

  private addRow(batch: Batch, row: Row, durationMs: number | undefined, score: number | null): void {
    const several = Object.keys(row.scores).some((key) => key !== 'score');
    batch.trial.example({
      index: batch.rows.length,
      example: row.example,
      prediction: row.prediction,
      score: score !== null && Number.isFinite(score) ? score : null,
      ...(several ? { scores: row.scores } : {}),
      ...('error' in row ? { error: row.error } : {}),
      ...(durationMs === undefined ? {} : { durationMs }),
    });
    batch.rows.push(row);
  }

  // Options ------------------------------------------------------------------------------------------------------

  scalarize(call: () => unknown, args: unknown[]): unknown {
    let scalar: unknown;
    try {
      scalar = call();
    } catch (error) {
      this.dropAdapterRows();
      throw error;
    }
    safely(() => {
      const { batch, unscored, fromAdapter } = this;
      this.unscored = undefined;
      if (batch === undefined) return;
      if (typeof scalar !== 'number') this.dropAdapterRows();
      else if (fromAdapter) this.takeAdapterRow(batch, fromAdapter, args[0] as ScoreVector, scalar);
      else if (unscored) this.record(batch, unscored.pending, unscored.scores, scalar);
    });
    return scalar;
  }

  feedback(call: () => unknown, args: unknown[]): unknown {
    const said = call();
    safely(() => this.proposal.heard(read(args[0], 'example'), said));
    return said;
  }

  reflect(name: string, call: () => unknown): unknown {
    const value = withRole('reflection', call);
    if (name !== 'propose_new_texts') return value;
    return observe(value, (_error, texts, failed) => {
      if (!failed) safely(() => this.proposal.given(texts, this.texts));
    });
  }

  evaluate(call: () => unknown, args: unknown[]): unknown {
    const [set, texts, capture] = args;
    safely(() => {
      if (this.batch?.step === BOOTSTRAP) this.closeBootstrap();
      this.applied(texts);
      this.open(capture === true);
    });
    const batch = this.batch;
    if (batch === undefined) return call();
    return observe(batch.trial.within(call), (_error, result, failed) => {
      if (failed || !Array.isArray(set)) return;
      this.fromAdapter = { set, result };
      if (!this.ownScalarize) safely(() => this.takeAdapterRows(batch, set, result));
    });
  }

  /** A result that GEPA cannot use makes it evaluate the batch again by itself: then nothing of it counts. */
  private takeAdapterRows(batch: Batch, set: readonly unknown[], result: unknown): void {
    this.fromAdapter = undefined;
    const rows: Row[] = [];
    try {
      for (const [index, example] of set.entries()) {
        const { prediction, scores } = adapterScores(result, index, this.seen);
        const scalar = scalarize(scores, this.metricKey);
        rows.push({ example, prediction, scores, scalar });
      }
    } catch {
      return;
    }
    for (const row of rows) this.addRow(batch, row, undefined, row.scalar);
    this.close(batch);
  }

  private adapterRows: Row[] = [];

  private takeAdapterRow(
    batch: Batch,
    { set, result }: { readonly set: readonly unknown[]; readonly result: unknown },
    scores: ScoreVector,
    scalar: number,
  ): void {
    const index = this.adapterRows.length;
    for (const key of Object.keys(scores)) this.seen.add(key);
    this.adapterRows.push({ example: set[index], prediction: read(read(result, 'outputs'), index), scores, scalar });
    if (this.adapterRows.length < set.length) return;
    for (const row of this.adapterRows) this.addRow(batch, row, undefined, row.scalar);
    this.dropAdapterRows();
    this.close(batch);
  }

  private dropAdapterRows(): void {
    this.adapterRows = [];
    this.fromAdapter = undefined;
  }

  // Methods of the optimizer ---------------------------------------------------------------------------------------

  internal(name: string, run: () => unknown, args: unknown[]): unknown {
    switch (name) {
      case 'nextMinibatchIndices': {
        const indices = run();
        safely(() => this.minibatchDrawn(indices));
        return indices;
      }
      case 'systemAwareMergeWithSig': {
        const merged = run();
        safely(() => this.merged(merged, args));
        return merged;
      }
      case 'reflectTargetInstruction':
        safely(() => {
          this.step = 'child';
        });
        return observe(
          insideForward(() => withRole('reflection', run)),
          (_error, text, failed) => {
            if (!failed) safely(() => this.proposal.reflected(args[0], args[1], text));
          },
        );
      case 'updateOptimizationProgress':
        if (this.mini.length === 0 && this.step === 'child' && this.child === undefined) safely(() => this.open(false));
        return observe(run(), (_error, _value, failed) => {
          if (!failed) safely(() => this.roundEnded(args));
        });
      default:
        return run();
    }
  }

  private minibatchDrawn(indices: unknown): void {
    if (!Array.isArray(indices)) return;
    this.step = 'iteration';
    this.merge = undefined;
    this.mini = indices.map((index) => this.sets.feedback[index as number]);
    if (this.mini.length === 0) this.open(true);
  }

  private merged(merged: unknown, args: unknown[]): void {
    const texts = read(merged, 'cfg');
    if (!isBag(texts)) return;
    this.step = 'merge';
    this.merge = {
      texts: { ...(texts as Record<string, string>) },
      parents: [args[1] as number, args[2] as number],
      picks: read(merged, 'descSig'),
    };
  }

  private roundEnded(args: unknown[]): void {
    const [round, sum, configuration] = args;
    const total = read(configuration, 'totalRounds');
    const isCount = (value: unknown): value is number => typeof value === 'number';
    this.compile.progress('RoundProgress', isCount(round) ? round : null, isCount(total) ? total : null, {
      currentScore: sum,
      configuration,
    });
    const { parent, child } = this;
    this.child = undefined;
    if (parent === undefined || child === undefined) return;
    this.step = this.search.decideChild(parent, child) ? 'validation' : 'iteration';
  }

  // Batches ----------------------------------------------------------------------------------------------------------

  /** `captures`: GEPA records tool calls in parent minibatches only, so that tells one whatever was expected. */
  private open(captures: boolean): void {
    if (captures) this.step = 'iteration';
    const step = this.step;
    const phase = PHASES[step];
    const whole = phase.batch === 'minibatch' ? this.sets.feedback : this.sets.pareto;
    const n = { pareto: whole.length, subsample: Math.min(SUBSAMPLE, whole.length), minibatch: this.mini.length };
    if (step === 'child') this.proposeChild();
    if (step === 'merge') this.proposeMerge();
    const trial = this.compile.startTrial({
      evaluator: 'GEPA',
      candidate: this.candidate(this.texts),
      scope: phase.scope,
      phase: phase.name,
      n: n[phase.batch],
      of: whole.length,
      ...(phase.batch === 'pareto' ? { batch: this.sets.pareto } : {}),
      ...(phase.batch === 'minibatch' ? { batch: this.mini } : {}),
      derived: ['phase', 'scope'],
    });
    this.batch = { step, n: n[phase.batch], trial, candidateId: trial.candidateId ?? '', rows: [] };
    if (this.batch.n === 0) this.close(this.batch);
  }

  private close(batch: Batch): void {
    batch.trial.end({ status: 'finished' });
    this.batch = undefined;
    const { candidateId, rows } = batch;
    const evaluated: Evaluated = { candidateId, trialId: batch.trial.id, rows };
    if (batch.step === 'start') this.search.add(evaluated, 'seed');
    if (batch.step === 'merge-validation') this.search.add(evaluated, 'merge');
    if (batch.step === 'validation') this.search.add(evaluated, 'child');
    if (batch.step === 'child') this.child = evaluated;
    else if (batch.step === 'iteration') this.parentEvaluated(evaluated);
    else if (batch.step === 'merge') this.step = this.mergeStays(evaluated) ? 'merge-validation' : 'iteration';
    else this.step = 'iteration';
  }

  private parentEvaluated(parent: Evaluated): void {
    this.parent = parent;
    this.proposal = new GepaProposal(parent.rows);
    const skips = read(this.call.options, 'skipPerfectScore') ?? true;
    const perfect = Number(read(this.call.options, 'perfectScore') ?? 1);
    const isPerfect = parent.rows.length > 0 && parent.rows.every((row) => row.scalar >= perfect);
    this.step = skips && isPerfect ? 'iteration' : 'child';
  }

  private mergeStays(merged: Evaluated): boolean {
    return this.merge !== undefined && this.search.decideMerge(merged, this.merge.parents, this.sets.pareto);
  }

  private candidate(texts: Readonly<Record<string, string>>): CandidateInput {
    return { ...this.base, texts };
  }

  /** A reflection that brought nothing new proposes nothing: the child is its parent again. */
  private proposeChild(): string | undefined {
    if (this.parent === undefined || !this.proposal.changed) return undefined;
    return this.compile.propose(this.candidate(this.texts), {
      parents: [this.parent.candidateId],
      by: this.proposal.by,
      evidence: this.proposal.evidence,
    });
  }

  private proposeMerge(): void {
    if (this.merge === undefined) return;
    const parents = this.merge.parents.map((index) => this.search.idAt(index)).filter((id) => id !== undefined);
    const evidence = { programs: this.merge.parents, picks: this.merge.picks };
    this.compile.propose(this.candidate(this.merge.texts), { parents, by: 'merge', evidence });
  }

  // Bootstrap --------------------------------------------------------------------------------------------------------

  private isBootstrap(evaluating: boolean): boolean {
    return this.step === 'start' && !evaluating && !this.bootstrapped && Boolean(read(this.call.options, 'bootstrap'));
  }

  private openBootstrap(): void {
    const trial = this.compile.startTrial({
      evaluator: 'GEPA',
      candidate: this.candidate(this.texts),
      phase: BOOTSTRAP,
      of: this.sets.examples.length,
      derived: ['phase', 'scope'],
    });
    this.batch = { step: BOOTSTRAP, n: null, trial, candidateId: trial.candidateId ?? '', rows: [] };
  }

  private closeBootstrap(): void {
    const batch = this.batch;
    if (batch === undefined) return;
    batch.trial.end({ status: 'finished' });
    this.batch = undefined;
    this.bootstrapped = true;
    const demos = demosOf(this.call.program);
    if (JSON.stringify(demos) === JSON.stringify(this.base.demos)) return;
    this.base = { ...this.base, demos };
    this.compile.propose(this.candidate(this.texts), {
      ...(this.compile.seed ? { parents: [this.compile.seed.id] } : {}),
      by: 'bootstrap',
      evidence: {
        examples: batch.rows.map(({ example, prediction, scalar }) => ({ example, prediction, score: scalar })),
      },
    });
  }

  // End --------------------------------------------------------------------------------------------------------------

  finish(error: unknown, failed: boolean): Readonly<Record<string, unknown>> {
    if (this.batch) this.batch.trial.end(failed ? { status: statusOf(error), error } : { status: 'finished' });
    this.batch = undefined;
    if (this.step === 'child' && this.child === undefined && this.proposal.changed) this.leaveUnevaluated();
    return { earlyStopped: this.search.earlyStopped, candidates: this.search.size };
  }

  private leaveUnevaluated(): void {
    this.texts = { ...this.texts, ...this.proposal.texts };
    const id = this.proposeChild();
    if (id === undefined) return;
    const reason = `not evaluated: fewer than ${this.mini.length} metric calls were left`;
    this.compile.reject(id, reason, { derived: ['reason'] });
  }
}
