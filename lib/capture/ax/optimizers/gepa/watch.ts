import { withRole } from '../../../../track/context.js';
import type { CompileTracker, EvaluationTracker } from '../../../../track/types.js';
import { guard } from '../../../observe/guard.js';
import { isObject, methodOf, safeGet } from '../../../observe/inspect.js';
import type { Outcome } from '../../../observe/outcome.js';
import type { ScoreVector } from '../../access/objects.js';
import { insideForward } from '../../access/scope.js';
import { ExampleWatch, type PendingExample, traceIdOf, whenReturned } from '../../watch/example-watch.js';
import type { CompileCall } from '../../watch/optimizer-watch.js';
import { normalizeScores, scalarize, zeroScores } from '../../watch/scores.js';
import { AdapterRows } from './adapter.js';
import { type OptionWatch, watchOptions } from './options.js';
import { BOOTSTRAP } from './plan.js';
import type { Row } from './search.js';
import { type Batch, GepaTrials } from './trials.js';

/** Inner methods of AxGEPA that its trials are derived from. */
export const GEPA_METHODS = [
  'nextMinibatchIndices',
  'reflectTargetInstruction',
  'systemAwareMergeWithSig',
  'updateOptimizationProgress',
] as const;

/**
 * Observes one `AxGEPA.compile`. In a fixed order of phases, GEPA puts a candidate's texts into the program before every
 * example, then calls `forward` and the metric. Its inner methods reveal minibatches, proposals, merges and the time of each
 * decision.
 */
export class GepaWatch extends ExampleWatch implements OptionWatch {
  readonly #trials: GepaTrials;
  readonly #objectives = new Set<string>();
  readonly #metricKey: unknown;
  readonly #ownScalarize: boolean;
  #unranked: { readonly pending: PendingExample; readonly scores: ScoreVector } | undefined;
  #adapterRows: AdapterRows | undefined;

  constructor(compile: CompileTracker, call: CompileCall) {
    super(compile, call);
    this.#trials = new GepaTrials(compile, call);
    this.#metricKey = safeGet(call.options, 'paretoMetricKey');
    this.#ownScalarize = methodOf(call.options, 'paretoScalarize') !== undefined;
    this.options = watchOptions(call.options, this);
  }

  applied(texts: unknown): void {
    if (isObject(texts)) this.#trials.texts = { ...(texts as Record<string, string>) };
  }

  finish(outcome: Outcome): Readonly<Record<string, unknown>> {
    return this.#trials.finish(outcome);
  }

  protected trialFor(_example: unknown, forwardOptions: unknown): EvaluationTracker | undefined {
    this.pending = [];
    this.#adapterRows = undefined;
    const evaluating = isObject(forwardOptions) && 'onFunctionCall' in forwardOptions;
    const captures = methodOf(forwardOptions, 'onFunctionCall') !== undefined;
    return this.#trials.begin(evaluating, captures)?.trial;
  }

  protected scored(pending: PendingExample, raw: unknown): void {
    const scores = normalizeScores(raw);
    for (const key of Object.keys(scores)) this.#objectives.add(key);
    this.#rank(pending, scores);
  }

  protected failed(pending: PendingExample): void {
    const { batch } = this.#trials;
    if (batch?.step === BOOTSTRAP) this.#record(batch, pending, {}, null);
    else this.#rank(pending, zeroScores(this.#objectives));
  }

  /** Records an example, or waits for `paretoScalarize` if the number by which GEPA ranks it is not known yet. */
  #rank(pending: PendingExample, scores: ScoreVector): void {
    const { batch } = this.#trials;
    if (batch === undefined) return;
    if (batch.step === BOOTSTRAP) this.#record(batch, pending, scores, scalarize(scores, undefined));
    else if (this.#ownScalarize) this.#unranked = { pending, scores };
    else this.#record(batch, pending, scores, scalarize(scores, this.#metricKey));
  }

  #record(batch: Batch, pending: PendingExample, scores: ScoreVector, scalar: number | null): void {
    this.removePending(pending);
    const { example, error, failed, durationMs } = pending;
    const prediction = failed ? undefined : pending.prediction;
    const trace = traceIdOf(pending);
    const row = { example, prediction, scores, scalar: scalar ?? 0, ...trace, ...(failed ? { error } : {}) };
    this.#trials.add(batch, row, scalar, durationMs);
  }

  scalarize(call: () => unknown, args: unknown[]): unknown {
    let scalar: unknown;
    try {
      scalar = call();
    } catch (error) {
      this.#adapterRows = undefined;
      throw error;
    }
    guard('recording a score', () => this.#ranked(args[0] as ScoreVector, scalar));
    return scalar;
  }

  #ranked(scores: ScoreVector, scalar: unknown): void {
    const unranked = this.#unranked;
    const adapterRows = this.#adapterRows;
    const { batch } = this.#trials;
    this.#unranked = undefined;
    if (typeof scalar !== 'number') this.#adapterRows = undefined;
    else if (batch && adapterRows) this.#addAll(batch, adapterRows.ranked(scores, scalar));
    else if (batch && unranked) this.#record(batch, unranked.pending, unranked.scores, scalar);
  }

  feedback(call: () => unknown, args: unknown[]): unknown {
    const feedback = call();
    guard('recording feedback', () => this.#trials.proposal.commented(safeGet(args[0], 'example'), feedback));
    return feedback;
  }

  reflect(name: string, call: () => unknown): unknown {
    const run = () => withRole('reflection', call);
    if (name !== 'propose_new_texts') return run();
    return whenReturned(run, (texts) => this.#trials.proposal.given(texts, this.#trials.texts));
  }

  evaluate(call: () => unknown, args: unknown[]): unknown {
    const [set, texts, captures] = args;
    guard('opening a trial', () => {
      this.applied(texts);
      this.#trials.beginAll(captures === true);
    });
    const { batch } = this.#trials;
    if (batch === undefined) return call();
    const run = () => batch.trial.within(call);
    return whenReturned(run, (result) => {
      if (!Array.isArray(set)) return;
      const rows = new AdapterRows(set, result, this.#objectives);
      if (this.#ownScalarize) this.#adapterRows = rows;
      else this.#addAll(batch, rows.all(this.#metricKey));
    });
  }

  #addAll(batch: Batch, rows: readonly Row[] | undefined): void {
    if (rows === undefined) return;
    this.#adapterRows = undefined;
    for (const row of rows) this.#trials.add(batch, row, row.scalar);
  }

  internal(name: string, run: () => unknown, args: unknown[]): unknown {
    switch (name) {
      case 'nextMinibatchIndices': {
        const indices = run();
        if (Array.isArray(indices)) guard('opening an iteration', () => this.#trials.minibatch(indices as number[]));
        return indices;
      }
      case 'systemAwareMergeWithSig': {
        const merged = run();
        guard('recording a merge', () => this.#trials.merged(merged, args[1] as number, args[2] as number));
        return merged;
      }
      case 'reflectTargetInstruction':
        return this.#runReflection(run, args);
      case 'updateOptimizationProgress':
        guard('ending an iteration', () => this.#trials.roundEnding());
        return whenReturned(run, () => this.#roundEnded(args));
      default:
        return run();
    }
  }

  #runReflection(run: () => unknown, [component, from]: unknown[]): unknown {
    guard('recording a reflection', () => this.#trials.reflecting());
    const reflect = () => insideForward(() => withRole('reflection', run));
    return whenReturned(reflect, (text) => this.#trials.proposal.reflected(component, from, text));
  }

  #roundEnded([round, sum, configuration]: unknown[]): void {
    const total = safeGet(configuration, 'totalRounds');
    const count = (value: unknown) => (typeof value === 'number' ? value : null);
    this.compile.progress('RoundProgress', count(round), count(total), { currentScore: sum, configuration });
    this.#trials.roundEnded();
  }
}
