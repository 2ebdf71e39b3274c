import type { CertificateData, ErrorData, JsonObject, LMData, Status, TokensByRole } from 'ax-autolog/analysis';
import type { CandidatePage } from './candidate.js';
import type { ComparisonPage, IntervalPage } from './comparison.js';
import type { DatasetPage } from './dataset.js';
import type { SpentPage } from './spent.js';

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
  /** Positions in `candidates` of the seed, the returned candidate (the best if none was returned) and the best. */
  readonly seed: number | null;
  readonly winner: number | null;
  readonly best: number | null;
  /** Indexes of the full trials that `seedScore` and `bestScore` come from. */
  readonly seedTrial: number | null;
  readonly bestTrial: number | null;
  readonly seedScore: number | null;
  readonly bestScore: number | null;
  readonly reportedScore: number | null;
  readonly bestInterval: IntervalPage | null;
  readonly seedInterval: IntervalPage | null;
  /** Number of candidates with a full evaluation, without the seed. */
  readonly compared: number;
  /** The best compared with the seed, on full evaluations. */
  readonly comparison: ComparisonPage | null;
  readonly holdout: HoldoutPage | null;
  /** Whether the returned program is the best one; `null` if that is unknown. */
  readonly returnedBest: boolean | null;
  readonly result: JsonObject;
  readonly pareto: readonly {
    readonly candidate: number | null;
    readonly scores: { readonly [key: string]: number };
  }[];
  readonly objectives: readonly string[];
  readonly certificate: CertificateData | null;
  /**
   * Example scores at or above this count as solved: 0.5 if all scores are between 0 and 1, else the middle between
   * the lowest and the highest.
   */
  readonly solvedAt: number;
}

/** The score of the best candidate on examples that the search never ran on. */
export interface HoldoutPage {
  /** Name of the trial or evaluation. */
  readonly name: string;
  readonly score: number | null;
  readonly interval: IntervalPage | null;
  readonly n: number;
  readonly comparison: ComparisonPage | null;
}
