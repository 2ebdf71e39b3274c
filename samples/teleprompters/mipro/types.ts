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

/** Settings of `MIPROv2`. Unless noted, the defaults are DSPy's. */
export interface MIPROv2Args {
  /** Runs the program under test. */
  readonly studentAI: AxAIService;
  /** Runs the program while demos are collected. Default: `studentAI`. */
  readonly teacherAI?: AxAIService;
  /** Writes the dataset summary and the instructions. Default: `teacherAI`. */
  readonly promptAI?: AxAIService;
  /** Preset for candidates, validation size and trials; `null` to set the numbers yourself. Default `light`. */
  readonly auto?: Auto | null;
  /** Number of instructions and demo sets to choose from; only with `auto: null`. */
  readonly numCandidates?: number;
  /** Number of combinations to try; only with `auto: null`. */
  readonly numTrials?: number;
  /**
   * Most demos per set from runs that satisfied the metric. Default 4. If both maxima are 0, only instructions are
   * searched.
   */
  readonly maxBootstrappedDemos?: number;
  /** Most demos per set, including those copied from examples to fill it up. Default 4. */
  readonly maxLabeledDemos?: number;
  /**
   * Whether to evaluate on minibatches, with full evaluations in between. Default true if the validation set is large
   * enough.
   */
  readonly minibatch?: boolean;
  /** Number of examples in a minibatch. Default 35. */
  readonly minibatchSize?: number;
  /** Number of minibatch trials between two full evaluations. Default 5. */
  readonly minibatchFullEvalSteps?: number;
  /** Number of random trials before the sampler's model is used. Default 10 (Optuna's). */
  readonly startupTrials?: number;
  /** Number of examples in one call of the dataset summary. Default 10. */
  readonly viewDataBatchSize?: number;
  /** Whether the proposer sees a summary of the dataset. Default true. */
  readonly dataAwareProposer?: boolean;
  /** Whether the proposer sees a description of the program. Default true. */
  readonly programAwareProposer?: boolean;
  /** Whether the proposer sees demos. Default true. */
  readonly fewshotAwareProposer?: boolean;
  /** Whether the proposer sees a tip on how to write. Default true. */
  readonly tipAwareProposer?: boolean;
  /** Temperature of the proposer. Default 1. */
  readonly initTemperature?: number;
  /** Lowest score of a run that becomes a demo. Default: any score above 0. */
  readonly metricThreshold?: number;
  /** Number of examples evaluated at the same time. Default 8. With 1, the order of LM requests is reproducible. */
  readonly numThreads?: number;
  /** Number of failed runs that one evaluation or demo set tolerates; each scores 0. Default 10. */
  readonly maxErrors?: number;
  /** Seed of every random choice. Default 9. */
  readonly seed?: number;
}

/** Options of one compile. */
export interface MIPROv2CompileOptions {
  /** Examples to score on. Default: the last 80 % of the training set. */
  readonly valset?: readonly Values[];
  /** Aborts the compile, which then rejects with the signal's reason. */
  readonly abortSignal?: AbortSignal;
}

/** Result of one example in a trial. */
export interface ScoredExample {
  readonly example: Values;
  /** `undefined` if the run failed. */
  readonly prediction: Values | undefined;
  readonly score: number;
  readonly error?: unknown;
}

/** Result of a compile: ax's own format, so that ax can store and apply it, and the trials. */
export interface MIPROv2Result<OUT> extends AxOptimizerResult<OUT> {
  readonly optimizedProgram: AxOptimizedProgramImpl<OUT>;
  /** Mean score of the original program on the validation set. */
  readonly seedScore: number;
  /** Every evaluation, in order. */
  readonly trials: readonly TrialRecord[];
}

/** Results of the first two steps: everything that the search needs. */
export interface Prepared<IN, OUT extends AxGenOut> {
  readonly program: AxProgrammable<IN, OUT>;
  readonly adapter: Student;
  readonly planned: Plan<Values>;
  readonly sets: readonly DemoSet[];
  /** Proposed instructions by predictor id. */
  readonly texts: Readonly<Record<string, readonly Proposal[]>>;
  readonly metric: AxMetricFn;
}
