import { AutologError } from '../../contract/errors.js';
import type { Sink } from '../../contract/sink.js';

/** Where to write. */
export interface Target {
  /** Tracking URI of the MLflow server. */
  readonly to: string | undefined;
  /** Name of the experiment; the sink's own default otherwise. */
  readonly experiment: string | undefined;
}

const EXAMPLE = 'http://127.0.0.1:5000';

/**
 * The MLflow sink for the server that a command line names. The plugin is loaded only here.
 *
 * @throws AutologError AXL_BAD_OPTIONS without an address, or for one that is none
 */
export async function openTarget({ to, experiment }: Target): Promise<Sink> {
  checkAddress(to);
  const { mlflow } = await import('../../../plugins/mlflow/index.js');
  return mlflow({ trackingUri: to, ...(experiment === undefined ? {} : { experiment }) });
}

function checkAddress(to: string | undefined): asserts to is string {
  if (to === undefined || to === '') {
    throw new AutologError(
      'AXL_BAD_OPTIONS',
      `no server to write to; pass --to ${EXAMPLE} or set MLFLOW_TRACKING_URI.`,
    );
  }
  if (/^databricks(:\/\/.*)?$/.test(to) || /^https?:$/.test(protocolOf(to))) return;
  throw new AutologError(
    'AXL_BAD_OPTIONS',
    `--to came as '${to}'; expected the address of a server, such as ${EXAMPLE}.`,
  );
}

function protocolOf(address: string): string {
  try {
    return new URL(address).protocol;
  } catch {
    return '';
  }
}
