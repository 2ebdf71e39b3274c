import {
  type AxAIService,
  type AxGenOut,
  type AxMetricFn,
  AxOptimizedProgramImpl,
  type AxOptimizerResult,
  type AxProgrammable,
} from '@ax-llm/ax';
import { activeCompile, hyperparam, trackCompile, trackTrial } from 'ax-autolog';
import { random } from '../random.js';
import { demoSets } from './mipro/demo-sets.js';
import { inOrder } from './mipro/parallel.js';
import { proposals } from './mipro/proposer.js';
import { Search, type SearchResult, type TrialRecord } from './mipro/search.js';
import { type Auto, type Plan, plan } from './mipro/settings.js';
import { statsOf } from './mipro/stats.js';
import { type DemoSet, type Student, student, type Values } from './mipro/student.js';
import type { MIPROv2Args, MIPROv2CompileOptions, MIPROv2Result, Prepared, ScoredExample } from './mipro/types.js';

export type { MIPROv2Args, MIPROv2CompileOptions, MIPROv2Result, ScoredExample } from './mipro/types.js';

/**
 * MIPROv2 for ax. It proposes instructions and few-shot demos for every predictor of a program and searches for the
 * best combination. After K. Opsahl-Ong et al. (2024), "Optimizing Instructions and Demonstrations for Multi-Stage
 * Language Model Programs", arXiv:2406.11695, with the numbers of DSPy's `dspy/teleprompt/mipro_optimizer_v2.py`.
 *
 * Three steps: demo sets are bootstrapped from runs that satisfy the metric; instructions are proposed, grounded in
 * dataset, program and demos; a Parzen estimator searches instruction × demo set on minibatches, with a full evaluation
 * of the best mean from time to time. The program is left unchanged; apply `result.optimizedProgram` to it.
 */
@trackCompile()
export class MIPROv2 {
  @hyperparam() readonly auto: Auto | null;
  @hyperparam() readonly numCandidates: number | undefined;
  @hyperparam() readonly numTrials: number | undefined;
  @hyperparam() readonly maxBootstrappedDemos: number;
  @hyperparam() readonly maxLabeledDemos: number;
  @hyperparam() readonly minibatch: boolean;
  @hyperparam() readonly minibatchSize: number;
  @hyperparam() readonly minibatchFullEvalSteps: number;
  @hyperparam() readonly startupTrials: number;
  @hyperparam() readonly viewDataBatchSize: number;
  @hyperparam() readonly dataAwareProposer: boolean;
  @hyperparam() readonly programAwareProposer: boolean;
  @hyperparam() readonly fewshotAwareProposer: boolean;
  @hyperparam() readonly tipAwareProposer: boolean;
  @hyperparam() readonly initTemperature: number;
  @hyperparam() readonly metricThreshold: number | undefined;
  @hyperparam() readonly numThreads: number;
  @hyperparam() readonly maxErrors: number;
  @hyperparam() readonly seed: number;
  readonly studentAI: AxAIService;
  readonly teacherAI: AxAIService;
  readonly promptAI: AxAIService;

  constructor(args: MIPROv2Args) {
    this.studentAI = args.studentAI;
    this.teacherAI = args.teacherAI ?? args.studentAI;
    this.promptAI = args.promptAI ?? this.teacherAI;
    this.auto = args.auto === undefined ? 'light' : args.auto;
    this.numCandidates = args.numCandidates;
    this.numTrials = args.numTrials;
    this.maxBootstrappedDemos = args.maxBootstrappedDemos ?? 4;
    this.maxLabeledDemos = args.maxLabeledDemos ?? 4;
    this.minibatch = args.minibatch ?? true;
    this.minibatchSize = args.minibatchSize ?? 35;
    this.minibatchFullEvalSteps = args.minibatchFullEvalSteps ?? 5;
    this.startupTrials = args.startupTrials ?? 10;
    this.viewDataBatchSize = args.viewDataBatchSize ?? 10;
    this.dataAwareProposer = args.dataAwareProposer ?? true;
    this.programAwareProposer = args.programAwareProposer ?? true;
    this.fewshotAwareProposer = args.fewshotAwareProposer ?? true;
    this.tipAwareProposer = args.tipAwareProposer ?? true;
    this.initTemperature = args.initTemperature ?? 1;
    this.metricThreshold = args.metricThreshold;
    this.numThreads = args.numThreads ?? 8;
    this.maxErrors = args.maxErrors ?? 10;
    this.seed = args.seed ?? 9;
  }

  /** Searches for the best instructions and demos. Rejects on abort, contradicting settings and too many errors. */
  async compile<IN, OUT extends AxGenOut>(
    program: AxProgrammable<IN, OUT>,
    trainset: readonly Values[],
    metric: AxMetricFn,
    options: MIPROv2CompileOptions = {},
  ): Promise<MIPROv2Result<OUT>> {
    const started = performance.now();
    const adapter = student(program);
    try {
      const planned = this.plan(adapter, trainset, options.valset);
      const sets = await this.collectDemos(adapter, planned, metric, options);
      const texts = await this.propose(adapter, planned, sets, options);
      const found = await this.search({ program, adapter, planned, sets, texts, metric }, options);
      return this.result<OUT>(found, sets, performance.now() - started);
    } finally {
      adapter.apply(adapter.initial);
    }
  }

  private get zeroShot(): boolean {
    return this.maxBootstrappedDemos === 0 && this.maxLabeledDemos === 0;
  }

  private plan(adapter: Student, trainset: readonly Values[], valset: readonly Values[] | undefined): Plan<Values> {
    const { auto, numCandidates, numTrials, minibatch, minibatchSize, zeroShot, seed } = this;
    const predictors = adapter.predictors.length;
    return plan(
      { auto, numCandidates, numTrials, minibatch, minibatchSize, zeroShot, predictors, trainset, valset },
      random(`${seed}/plan`),
    );
  }

  /** Step 1: collects demos. In a zero-shot search they only inform the proposer. */
  private collectDemos(
    adapter: Student,
    { trainset, numDemoSets }: Plan<Values>,
    metric: AxMetricFn,
    options: MIPROv2CompileOptions,
  ) {
    const [maxBootstrappedDemos, maxLabeledDemos] = this.zeroShot
      ? [3, 0]
      : [this.maxBootstrappedDemos, this.maxLabeledDemos];
    return asRole('teacher', () =>
      demoSets({
        student: adapter,
        teacher: this.teacherAI,
        trainset,
        score: async (prediction, example) => metric({ prediction, example: { ...example } }),
        count: numDemoSets,
        maxBootstrappedDemos,
        maxLabeledDemos,
        metricThreshold: this.metricThreshold,
        maxErrors: this.maxErrors,
        random: random(`${this.seed}/demos`),
        ...signalOf(options),
      }),
    );
  }

  /** Step 2: proposes instructions. */
  private propose(adapter: Student, planned: Plan<Values>, sets: readonly DemoSet[], options: MIPROv2CompileOptions) {
    return asRole('proposer', () =>
      proposals({
        student: adapter,
        ai: this.promptAI,
        trainset: planned.trainset,
        demoSets: sets,
        count: planned.numInstructions,
        viewDataBatchSize: this.viewDataBatchSize,
        dataAware: this.dataAwareProposer,
        programAware: this.programAwareProposer,
        fewshotAware: this.fewshotAwareProposer,
        tipAware: this.tipAwareProposer,
        temperature: this.initTemperature,
        random: random(`${this.seed}/proposer`),
        ...signalOf(options),
      }),
    );
  }

  /** Step 3: searches combinations of both. */
  private search<IN, OUT extends AxGenOut>(
    { program, adapter, planned, sets, texts, metric }: Prepared<IN, OUT>,
    options: MIPROv2CompileOptions,
  ): Promise<SearchResult> {
    return new Search({
      student: adapter,
      proposals: texts,
      demoSets: this.zeroShot ? [] : sets,
      valset: planned.valset,
      numTrials: planned.numTrials,
      minibatch: planned.minibatch,
      minibatchSize: this.minibatchSize,
      fullEvalSteps: this.minibatchFullEvalSteps,
      startupTrials: this.startupTrials,
      random: random(`${this.seed}/search`),
      score: async (state, batch, metricKey) => {
        adapter.apply(state);
        return (await this.scoreCandidate(program, batch, metric, { ...signalOf(options), metricKey })).score;
      },
      ...signalOf(options),
    }).run();
  }

  /**
   * Runs one trial: the program in its current state on one batch. A failed run scores 0 and keeps its error.
   * `metricKey` names the series, because only this class knows which examples are its validation set.
   */
  @trackTrial()
  private async scoreCandidate<IN, OUT extends AxGenOut>(
    program: AxProgrammable<IN, OUT>,
    batch: readonly Values[],
    metric: AxMetricFn,
    options: Pick<MIPROv2CompileOptions, 'abortSignal'> & { readonly metricKey?: TrialRecord['scope'] } = {},
  ): Promise<{ score: number; results: ScoredExample[] }> {
    let errors = 0;
    const results = await inOrder(
      batch,
      this.numThreads,
      options.abortSignal,
      async (example): Promise<ScoredExample> => {
        try {
          const prediction = await program.forward(this.studentAI, example as unknown as IN, signalOf(options));
          return { example, prediction, score: await metric({ prediction, example: { ...example } }) };
        } catch (error) {
          options.abortSignal?.throwIfAborted();
          if (++errors > this.maxErrors)
            throw new Error(`MIPROv2: ${errors} runs failed in one trial`, { cause: error });
          return { example, prediction: undefined, score: 0, error };
        }
      },
    );
    return { score: results.reduce((sum, r) => sum + r.score, 0) / Math.max(1, results.length), results };
  }

  private result<OUT extends AxGenOut>(
    found: SearchResult,
    sets: readonly DemoSet[],
    took: number,
  ): MIPROv2Result<OUT> {
    const { state, score: bestScore, seedScore, trials, choice } = found;
    const demos = state.demos as unknown as NonNullable<AxOptimizerResult<OUT>['demos']>;
    const bootstrapped = sets.flatMap((s) => Object.values(s).flat()).filter((d) => d.bootstrapped).length;
    const stats = statsOf({ trials, bestScore, seedScore, bootstrapped, took });
    const optimizedProgram = new AxOptimizedProgramImpl<OUT>({
      bestScore,
      stats,
      componentMap: { ...state.texts },
      demos,
      optimizerType: 'MIPROv2',
      optimizationTime: Math.round(took),
      totalRounds: trials.length,
      converged: true,
      scoreHistory: trials.map((t) => t.score),
    });
    return { demos, stats, bestScore, seedScore, finalConfiguration: { ...choice }, optimizedProgram, trials };
  }
}

const signalOf = ({ abortSignal }: MIPROv2CompileOptions) => (abortSignal === undefined ? {} : { abortSignal });

/** Records a role for the LM calls of `fn` if the compile is tracked. */
function asRole<T>(role: 'teacher' | 'proposer', fn: () => Promise<T>): Promise<T> {
  return activeCompile()?.role(role, fn) ?? fn();
}
