import { AutologError } from '../../contract/errors.js';
import type { Sink } from '../../contract/sink.js';
import { received } from '../../support/received.js';
import { createRedactor } from '../../support/redact/redact.js';

/** Server and experiment to write to. */
export interface Target {
  /** Tracking URI of the MLflow server, or `files`. */
  readonly to: string | undefined;
  /** Name of the experiment. Default: that of the MLflow sink. */
  readonly experiment: string | undefined;
}

const EXAMPLE = 'http://127.0.0.1:5000';

/**
 * Creates the MLflow sink for a server, or the files sink for `files`. It loads the plugin on demand.
 *
 * @throws AutologError `AXL_BAD_OPTIONS` if the address is missing or invalid
 */
export async function openTarget({ to, experiment }: Target): Promise<Sink> {
  if (to === 'files') return (await import('../../../plugins/files/index.js')).files();
  checkAddress(to);
  const { mlflow } = await import('../../../plugins/mlflow/index.js');
  return mlflow({ trackingUri: to, ...(experiment === undefined ? {} : { experiment }) });
}

function checkAddress(to: string | undefined): asserts to is string {
  if (to === undefined || to === '') {
    throw new AutologError(
      'AXL_BAD_OPTIONS',
      `--to must be the address of a server, got none. Pass --to ${EXAMPLE} or set MLFLOW_TRACKING_URI.`,
    );
  }
  if (/^databricks(:\/\/.*)?$/.test(to) || /^https?:$/.test(protocolOf(to))) return;
  throw new AutologError(
    'AXL_BAD_OPTIONS',
    `--to must be the address of a server, such as ${EXAMPLE}, got ${received(createRedactor().text(to))}.`,
  );
}

function protocolOf(address: string): string {
  try {
    return new URL(address).protocol;
  } catch {
    return '';
  }
}
