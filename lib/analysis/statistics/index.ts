/**
 * Recomputed means, paired tests, intervals, and a word for each difference. Pure functions without a Node import, so
 * the report page uses them too. docs/statistics.md has the rules.
 */
export { type BootstrapOptions, bootstrapInterval } from './bootstrap.js';
export { type CompareOptions, type Comparison, compare, comparePairs } from './compare.js';
export type { DecisionVerdict, ParentComparison } from './decisions.js';
export { type BestCandidate, FullScores, type SearchVerdict, type SeedComparison } from './full-scores.js';
export type { HoldoutVerdict } from './holdout.js';
export { type DifferenceIntervalOptions, differenceInterval } from './intervals/difference-interval.js';
export type { Interval, IntervalMethod } from './intervals/interval.js';
export { meanInterval } from './intervals/mean-interval.js';
export { LiveScores } from './live.js';
export { holm, mean, scoresOf } from './mean.js';
export { type Pairs, pairByExample, type ScoredExample } from './pairs.js';
export { type ScoreVerdict, scoreVerdict } from './score.js';
export { describeComparison, describeInterval, describeVersusSeed } from './sentence.js';
export { type Alternative, type SignFlipTest, signFlipTest } from './sign-flip.js';
export {
  type CompileVerdicts,
  compileVerdicts,
  type OutcomeVerdict,
  outcomeVerdict,
  type Verdicts,
  verdicts,
} from './verdicts.js';
export { ALPHA, type Word, wordOf } from './words.js';
