export type { CandidatePage, DecisionPage } from './candidate.js';
export type { ComparisonPage, IntervalPage, ParentComparisonPage } from './comparison.js';
export type { CompilePage, HoldoutPage } from './compile.js';
export type { DatasetPage } from './dataset.js';
export type { EvaluatedPage, EvaluationPage, ExampleDetail, TrialPage } from './evaluated.js';
export type { AnyData, ListData, PageData, ProblemData } from './page.js';
export type { ExamplePage, ListedRun, LoggedMetric, NotePage, RunPage, TraceLink } from './run.js';
export type { SpentPage } from './spent.js';
