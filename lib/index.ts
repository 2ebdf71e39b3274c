/**
 * ax-autolog: tracks prompt optimization and evaluation in ax. Decorators and `autolog` see what happens, the tracker
 * gives it an identity, the journal keeps it, and sinks write it where people look.
 */

export type {
  HyperparamOptions,
  ResultRow,
  Source,
  TrackCompileOptions,
  TrackEvalOptions,
  Tracking,
  TrackTrialOptions,
} from './capture/decorators/index.js';
export {
  type ActiveCompile,
  activeCompile,
  getTracking,
  hyperparam,
  trackCompile,
  trackEval,
  trackTrial,
} from './capture/decorators/index.js';
export {
  Evaluate,
  type EvaluateCall,
  type EvaluatedExample,
  type EvaluateOptions,
  type Evaluation,
  EvaluationError,
  type Metric,
  type MetricResult,
} from './capture/evaluate/evaluate.js';
export { activeRun, type Run, type StartRunOptions, startRun } from './capture/start-run.js';
export { AutologError, ERROR_CODES, type ErrorCode } from './contract/errors.js';
export type * from './contract/events.js';
export { EVENT_TYPES, EVENT_VERSION } from './contract/events.js';
export { type BatchContext, defineSink, type Sink, type SinkContext, type SinkHooks } from './contract/sink.js';
export type { Price, Prices, TraceCall, TraceOptions } from './contract/trace-options.js';
export { registry } from './deliver/registry.js';
export { type ReplayOptions, type ReplayProblem, type ReplayResult, replay } from './deliver/replay.js';
export { type LoadBestOptions, type LoadedBest, loadBest } from './load-best.js';
export { type AutologOptions, autolog } from './setup/autolog.js';
export type { SinkName } from './setup/builtin-sinks.js';
export { flush, shutdown } from './setup/shutdown.js';
export type { RedactOptions } from './support/redact/redact.js';
