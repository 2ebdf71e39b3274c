/**
 * `ax-autolog/analysis`: builds the history of a run from its events, and tests whether its score differences are more
 * than noise. Pure functions without a Node import, so they also work in a browser. `ax-autolog/analysis/node` reads
 * journals from disk.
 */
export type * from '../contract/events.js';
export { EVENT_TYPES, EVENT_VERSION } from '../contract/events.js';
export { terminalText } from '../contract/visible-text.js';
export { describeCertificate } from './certificate.js';
export { Columns, OTHER_COLUMN } from './format/columns.js';
export { cell, csv, flatten, type Row, visible } from './format/csv.js';
export { byteSize, dollars, moment, plural } from './format/formats.js';
export { type Paint, painter, wantsColor } from './format/paint.js';
export { type Column, layout } from './format/table.js';
export { clean, cleanJson, count, duration, oneLine, pad, safeJson, score, truncate, width } from './format/text.js';
export { HistoryBuilder, type HistoryOptions } from './history/builder.js';
export { mainCompile, type Outcome, outcomeOf } from './history/outcome.js';
export { readHistory } from './history/read-history.js';
export type {
  CandidateHistory,
  CompileHistory,
  Decision,
  Evaluated,
  EvaluationHistory,
  ExampleHistory,
  JournalProblem,
  Logged,
  RunHistory,
  RunSummary,
  Spent,
  TrialHistory,
} from './history/types.js';
export { byCandidate } from './statistics/decisions.js';
export {
  ALPHA,
  type Alternative,
  type BestCandidate,
  type BootstrapOptions,
  bootstrapInterval,
  type CompareOptions,
  type Comparison,
  type CompileVerdicts,
  compare,
  comparePairs,
  compileVerdicts,
  type DecisionVerdict,
  type DifferenceIntervalOptions,
  describeComparison,
  describeInterval,
  describeVersusSeed,
  differenceInterval,
  type HoldoutVerdict,
  holm,
  type Interval,
  type IntervalMethod,
  LiveScores,
  mean,
  meanInterval,
  type OutcomeVerdict,
  outcomeVerdict,
  type Pairs,
  type ParentComparison,
  pairByExample,
  type ScoredExample,
  type ScoreVerdict,
  type SearchVerdict,
  type SeedComparison,
  type SignFlipTest,
  scoresOf,
  scoreVerdict,
  signFlipTest,
  type Verdicts,
  verdicts,
  type Word,
  wordOf,
} from './statistics/index.js';
