import type { Sink } from '../contract/sink.js';

/** Names of the built-in sinks. */
export const SINK_NAMES = ['console', 'files', 'mlflow', 'otel', 'report'] as const;

/** Name of a built-in sink. */
export type SinkName = (typeof SINK_NAMES)[number];

/** Returns whether a value is the name of a built-in sink. */
export function isSinkName(value: unknown): value is SinkName {
  return (SINK_NAMES as readonly unknown[]).includes(value);
}

/**
 * Returns the delivery of a built-in sink. It is known before the sink is loaded, so that no events are queued in memory for
 * a sink that is fed from the journal.
 */
export function deliveryOf(name: SinkName): 'live' | 'journal' {
  return name === 'console' || name === 'otel' ? 'live' : 'journal';
}

/**
 * Returns the default sinks: `mlflow` if `MLFLOW_TRACKING_URI` is set, otherwise `files`; and `console`, which draws on
 * standard error, if that is a terminal.
 */
export function defaultSinkNames(): readonly SinkName[] {
  const store = process.env.MLFLOW_TRACKING_URI ? 'mlflow' : 'files';
  return process.stderr.isTTY ? [store, 'console'] : [store];
}

/** Loads a built-in sink. This is the only place where `lib` imports plugins, so that only those in use are loaded. */
export async function loadSink(name: SinkName): Promise<Sink> {
  if (name === 'console') return (await import('../../plugins/console/index.js')).consoleSink();
  if (name === 'mlflow') return (await import('../../plugins/mlflow/index.js')).mlflow();
  if (name === 'report') return (await import('../../plugins/report/index.js')).report();
  if (name === 'otel') return (await import('../../plugins/otel/index.js')).otel();
  return (await import('../../plugins/files/index.js')).files();
}
