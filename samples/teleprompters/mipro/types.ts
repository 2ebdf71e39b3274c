import type {
  AxAIService,
  AxGenOut,
  AxMetricFn,
  AxOptimizedProgramImpl,
  AxOptimizerResult,
  AxProgrammable,
} from '@ax-llm/ax';
import type { Proposal } from './proposer.js';
import type { TrialRecord } from './search.js';
import type { Auto, Plan } from './settings.js';
import type { DemoSet, Student, Values } from './student.js';

/** Settings of `MIPROv2`. Defaults are DSPy's unless said otherwise. */
export interface MIPROv2Args {
  /** Runs the program under test. */
  readonly studentAI: AxAIService;
  /** Runs the program while demos are collected. Default: `studentAI`. */
  readonly teacherAI?: AxAIService;
  /** Writes dataset summary and instructions. Default: `teacherAI`. */
  readonly promptAI?: AxAIService;
  /** Preset for candidates, validation size and trials; `null` to give numbers. Default `light`. */
  readonly auto?: Auto | null;
  /** Instructions and demo sets to choose from; only with `auto: null`. */
  readonly numCandidates?: number;
  /** Combinations to try; only with `auto: null`. */
  readonly numTrials?: number;
  /** Demos from runs that satisfied the metric, per set. Default 4; with both maxima 0 only instructions are searched. */
  readonly maxBootstrappedDemos?: number;
  /** Demos copied from examples, filling up each set. Default 4. */
  readonly maxLabeledDemos?: number;
  /** Evaluate on minibatches, with full evaluations in between. Default true where the validation set is large enough. */
  readonly minibatch?: boolean;
  /** Examples in a minibatch. Default 35. */
  readonly minibatchSize?: number;
  /** Minibatch trials between two full evaluations. Default 5. */
  readonly minibatchFullEvalSteps?: number;
  /** Trials chosen at random before the sampler's model is used. Default 10 (Optuna's). */
  readonly startupTrials?: number;
  /** Examples shown in one call of the dataset summary. Default 10. */
  readonly viewDataBatchSize?: number;
  /** What the proposer may look at. Default: everything. */
  readonly dataAwareProposer?: boolean;
  readonly programAwareProposer?: boolean;
  readonly fewshotAwareProposer?: boolean;
  readonly tipAwareProposer?: boolean;
  /** Temperature of the proposer. Default 1. */
  readonly initTemperature?: number;
  /** Score that makes a run a demo. Default: anything above 0. */
  readonly metricThreshold?: number;
  /** Examples evaluated at the same time. Default 8; 1 makes the order of LM requests reproducible. */
  readonly numThreads?: number;
  /** Failed runs that are tolerated in one evaluation or demo set; each scores 0. Default 10. */
  readonly maxErrors?: number;
  /** Decides every random choice. Default 9. */
  readonly seed?: number;
}

/** Options of one compile. */
export interface MIPROv2CompileOptions {
  /** Examples to score on. Default: the last 80 % of the training set. */
  readonly valset?: readonly Values[];
  /** Stops the compile; it rejects with the signal's reason. */
  readonly abortSignal?: AbortSignal;
}

/** What came of one example in a trial. */
export interface ScoredExample {
  readonly example: Values;
  /** `undefined` when the run failed. */
  readonly prediction: Values | undefined;
  readonly score: number;
  readonly error?: unknown;
}

/** Result of a compile: ax's own form, so that ax can store and apply it, plus the trials. */
export interface MIPROv2Result<OUT> extends AxOptimizerResult<OUT> {
  readonly optimizedProgram: AxOptimizedProgramImpl<OUT>;
  /** Mean score of the untouched program on the validation set. */
  readonly seedScore: number;
  /** Every evaluation, in order. */
  readonly trials: readonly TrialRecord[];
}

/** Everything that the search of one compile needs. */
export interface SearchInput<IN, OUT extends AxGenOut> {
  readonly program: AxProgrammable<IN, OUT>;
  readonly seen: Student;
  readonly made: Plan<Values>;
  readonly sets: readonly DemoSet[];
  readonly texts: Readonly<Record<string, readonly Proposal[]>>;
  readonly metric: AxMetricFn;
  readonly options: MIPROv2CompileOptions;
}
