import type { RunHistory } from '../../../lib/analysis/history/types.js';
import type {
  CertificateData,
  ErrorData,
  Json,
  JsonObject,
  LMData,
  Scope,
  Status,
  TokensByRole,
} from '../../../lib/contract/events.js';

/** What a page shows, in the form that it carries: scores and settings at once, contents of examples and traces on demand. */
export interface PageData {
  /** `file`: everything is in the page; `live`: the page asks its server. */
  readonly mode: 'file' | 'live';
  readonly view: 'runs';
  /** Version of ax-autolog that made it. */
  readonly version: string;
  readonly runs: readonly RunPage[];
}

/** The runs of a journal folder, by which a live page lets choose. */
export interface ListData {
  readonly mode: 'live';
  readonly view: 'list';
  readonly version: string;
  /** Name of the folder. */
  readonly folder: string;
  readonly runs: readonly ListedRun[];
}

/** Said in place of a run that cannot be read. */
export interface ProblemData {
  readonly mode: 'live';
  readonly view: 'problem';
  readonly version: string;
  readonly runId: string;
  readonly code: string;
  readonly message: string;
}

/** Whatever a page may carry. */
export type AnyData = PageData | ListData | ProblemData;

/** One run of a journal folder. */
export type ListedRun = Pick<RunHistory, 'runId' | 'name' | 'kind' | 'status' | 'startTime' | 'endTime' | 'lastTime'>;

/** What calls of LMs come to. */
export interface SpentPage {
  readonly calls: number;
  readonly tokens: number;
  readonly cost: number | null;
}

/** One run. */
export interface RunPage extends ListedRun {
  readonly tags: { readonly [key: string]: string };
  readonly params: JsonObject;
  readonly source: JsonObject;
  readonly error: ErrorData | null;
  /** What happened, in plain words. */
  readonly sentence: string;
  readonly spent: SpentPage;
  readonly tokens: TokensByRole;
  readonly compiles: readonly CompilePage[];
  /** Trials of all compiles, by `index`. */
  readonly trials: readonly TrialPage[];
  readonly evaluations: readonly EvaluationPage[];
  /** Every example that was run, by position; its content comes with the details. */
  readonly examples: readonly ExamplePage[];
  /** Texts that candidates share, by position. */
  readonly texts: readonly string[];
  /** Traces of program calls outside of trials and evaluations: id and name. */
  readonly traces: readonly TraceLink[];
  readonly notes: readonly NotePage[];
  readonly metrics: readonly LoggedMetric[];
  /** Details that are left out of a file, in words; `null` where nothing is. */
  readonly omitted: string | null;
}

/** Something that the journal or ax-autolog says beside the run. */
export interface NotePage {
  readonly kind: 'warning' | 'problem' | 'message';
  readonly code: string | null;
  readonly message: string;
  readonly count: number;
}

/** A metric that the user logged: its values in order. */
export interface LoggedMetric {
  readonly key: string;
  readonly points: readonly { readonly step: number | null; readonly value: number; readonly time: number }[];
}

/** A trace that can be asked for. */
export interface TraceLink {
  readonly traceId: string;
  readonly name: string;
  readonly role: string;
  readonly status: Status;
  readonly startTime: number;
  readonly durationMs: number;
}

/** One example of a dataset. */
export interface ExamplePage {
  readonly id: string;
  /** Its beginning, on one line. */
  readonly label: string;
}

/** A dataset, without its examples. */
export interface DatasetPage {
  readonly name: string | null;
  readonly size: number;
  readonly digest: string;
  readonly fields: readonly string[];
}

/** One compile. */
export interface CompilePage {
  readonly id: string;
  readonly index: number;
  readonly optimizer: string;
  readonly method: string;
  readonly status: Status | 'running';
  readonly error: ErrorData | null;
  readonly startTime: number;
  readonly endTime: number | null;
  readonly hyperparameters: JsonObject;
  readonly options: JsonObject;
  readonly lms: readonly LMData[];
  readonly trainset: DatasetPage | null;
  readonly valset: DatasetPage | null;
  readonly metric: string | null;
  readonly tokens: TokensByRole;
  readonly spent: SpentPage;
  readonly candidates: readonly CandidatePage[];
  /** Positions in `candidates`: the seed, what was returned (the best, where nothing was), the best. */
  readonly seed: number | null;
  readonly winner: number | null;
  readonly best: number | null;
  /** Indexes of the trials whose scores these are; full evaluations only. */
  readonly seedTrial: number | null;
  readonly bestTrial: number | null;
  readonly seedScore: number | null;
  readonly bestScore: number | null;
  readonly reportedScore: number | null;
  readonly bestInterval: IntervalPage | null;
  readonly seedInterval: IntervalPage | null;
  /** Candidates, apart from the seed, with a full evaluation. */
  readonly compared: number;
  /** The best against the seed, on full evaluations. */
  readonly comparison: ComparisonPage | null;
  readonly holdout: HoldoutPage | null;
  /** Whether the returned program is the best one; `null` where it is not known. */
  readonly returnedBest: boolean | null;
  readonly result: JsonObject;
  readonly pareto: readonly {
    readonly candidate: number | null;
    readonly scores: { readonly [key: string]: number };
  }[];
  readonly objectives: readonly string[];
  readonly certificate: CertificateData | null;
  /**
   * Example scores at or above this count as solved: 0.5 where all scores are between 0 and 1, else the middle between
   * the lowest and the highest.
   */
  readonly solvedAt: number;
}

/** A paired comparison in numbers and in a word. */
export interface ComparisonPage {
  /** How many examples both were scored on. */
  readonly pairs: number;
  /** Scores of examples that the other has no score on. */
  readonly unpaired: number;
  readonly difference: number | null;
  readonly interval: IntervalPage | null;
  readonly p: number;
  /** Number of comparisons that `p` is adjusted for. */
  readonly comparisons: number;
  /** How `p` was counted: `exact` or `monte-carlo`. */
  readonly method: string;
  readonly word: 'clear' | 'within noise' | 'too few examples';
  readonly wins: number;
  readonly losses: number;
  readonly ties: number;
}

/** Bounds of a bootstrap interval at 95 %. */
export type IntervalPage = readonly [low: number, high: number];

/** A candidate against one of its parents, on trials of one kind. */
export interface ParentComparisonPage extends ComparisonPage {
  readonly scope: 'minibatch' | 'full';
  /** Position in `candidates`. */
  readonly parent: number;
  /** Indexes of the two trials. */
  readonly trial: number;
  readonly parentTrial: number;
}

/** The best on examples that the search never ran on. */
export interface HoldoutPage {
  /** Name of the trial or evaluation. */
  readonly name: string;
  readonly score: number | null;
  readonly interval: IntervalPage | null;
  readonly n: number;
  readonly comparison: ComparisonPage | null;
}

/** One candidate. */
export interface CandidatePage {
  readonly id: string;
  /** Positions in `candidates`; -1 for one that is not known. */
  readonly parents: readonly number[];
  readonly by: string | null;
  readonly changed: readonly string[];
  readonly time: number;
  /** Component → position in `texts`. */
  readonly texts: { readonly [component: string]: number };
  /** Position in `texts` of the JSON of demos, model settings and state; `null` where there are none. */
  readonly demos: number | null;
  readonly demoCount: number;
  readonly modelConfig: number | null;
  readonly state: number | null;
  /** Whether there is evidence among the details. */
  readonly evidence: boolean;
  readonly trials: readonly number[];
  /** Score of its last full evaluation. */
  readonly score: number | null;
  readonly decision: DecisionPage | null;
  /** Against its parents, where it was accepted or rejected. */
  readonly comparisons: readonly ParentComparisonPage[];
}

/** What became of a candidate. */
export interface DecisionPage {
  readonly accepted: boolean;
  readonly reason: string;
  readonly derived: boolean;
}

/** What trials and evaluations have in common. */
export interface EvaluatedPage {
  readonly index: number;
  readonly key: string | null;
  readonly name: string | null;
  readonly n: number | null;
  readonly status: Status | 'running';
  readonly error: ErrorData | null;
  readonly score: number | null;
  readonly interval: IntervalPage | null;
  readonly scores: { readonly [objective: string]: number } | null;
  readonly errors: number;
  readonly startTime: number;
  readonly durationMs: number | null;
  readonly tokens: SpentPage;
  readonly spent: SpentPage;
  /** Positions in the run's `examples`, in order of the batch. */
  readonly examples: readonly number[];
  readonly exampleScores: readonly (number | null)[];
  /** Positions in the batch of the examples that raised an error. */
  readonly failed: readonly number[];
}

/** One trial. */
export interface TrialPage extends EvaluatedPage {
  readonly id: string;
  /** Position in the run's `compiles`. */
  readonly compile: number;
  /** Position in the compile's `candidates`. */
  readonly candidate: number | null;
  readonly scope: Scope | null;
  readonly phase: string | null;
  readonly of: number | null;
  readonly isBest: boolean;
  readonly decision: DecisionPage | null;
}

/** One evaluation outside of every compile. */
export interface EvaluationPage extends EvaluatedPage {
  readonly id: string;
  readonly evaluator: string;
  readonly hyperparameters: JsonObject;
  readonly options: JsonObject;
  readonly lms: readonly LMData[];
  readonly devset: DatasetPage | null;
  readonly metric: string | null;
  readonly candidateId: string | null;
}

/** What one example gave in a trial or evaluation. */
export interface ExampleDetail {
  readonly prediction: Json;
  readonly feedback: string | null;
  readonly error: ErrorData | null;
  readonly durationMs: number | null;
  readonly scores: { readonly [objective: string]: number } | null;
  readonly traceId: string | null;
  /** Whether the trace can be asked for. */
  readonly hasTrace: boolean;
}
