/**
 * ax-autolog: tracks prompt optimization and evaluation in ax. Decorators and `autolog` see what happens, the tracker
 * gives it an identity, the journal keeps it, and sinks write it where people look.
 */
export { type AutologOptions, autolog } from './autolog.js';
export { type LoadedBest, loadBest } from './best.js';
export type {
  HyperparamOptions,
  ResultRow,
  Source,
  TrackCompileOptions,
  TrackEvalOptions,
  Tracking,
  TrackTrialOptions,
} from './decorators/index.js';
export {
  type ActiveCompile,
  activeCompile,
  getTracking,
  hyperparam,
  trackCompile,
  trackEval,
  trackTrial,
} from './decorators/index.js';
export type { SinkName } from './defaults.js';
export { AutologError, ERROR_CODES, type ErrorCode } from './errors.js';
export {
  Evaluate,
  type EvaluateCall,
  type EvaluatedExample,
  type EvaluateOptions,
  type Evaluation,
  EvaluationError,
  type Metric,
  type MetricResult,
} from './evaluate.js';
export type * from './events.js';
export { EVENT_TYPES, EVENT_VERSION } from './events.js';
export { type ReplayOptions, type ReplayProblem, type ReplayResult, replay } from './journal/replay.js';
export type { RedactOptions } from './redact.js';
export { registry } from './registry.js';
export { activeRun, type Run, type StartRunOptions, startRun } from './run.js';
export { flush, shutdown } from './shutdown.js';
export { type BatchContext, defineSink, type Sink, type SinkContext, type SinkHooks } from './sink.js';
export type { Price, Prices, TraceCall, TraceOptions } from './traces/options.js';
