import type { Sink } from '../contract/sink.js';

/** Sinks that a configuration can name. */
export const SINK_NAMES = ['console', 'files', 'mlflow', 'otel', 'report'] as const;

/** Name of a built-in sink. */
export type SinkName = (typeof SINK_NAMES)[number];

/** Whether a value names a built-in sink. */
export function isSinkName(value: unknown): value is SinkName {
  return (SINK_NAMES as readonly unknown[]).includes(value);
}

/** How a built-in sink is fed: known before it is loaded, so that nothing is kept in memory for it meanwhile. */
export function deliveryOf(name: SinkName): 'live' | 'journal' {
  return name === 'console' || name === 'otel' ? 'live' : 'journal';
}

/**
 * The sinks when none are given: MLflow where `MLFLOW_TRACKING_URI` names a server, files otherwise; and the console when
 * standard error, on which it draws, is a terminal.
 */
export function defaultSinkNames(): readonly SinkName[] {
  const store = process.env.MLFLOW_TRACKING_URI ? 'mlflow' : 'files';
  return process.stderr.isTTY ? [store, 'console'] : [store];
}

/** Loads a built-in sink. The plugins are loaded only here and only when asked for: `lib` depends on none of them. */
export async function loadSink(name: SinkName): Promise<Sink> {
  if (name === 'console') return (await import('../../plugins/console/index.js')).consoleSink();
  if (name === 'mlflow') return (await import('../../plugins/mlflow/index.js')).mlflow();
  if (name === 'report') return (await import('../../plugins/report/index.js')).report();
  if (name === 'otel') return (await import('../../plugins/otel/index.js')).otel();
  return (await import('../../plugins/files/index.js')).files();
}
