import { type AutologOptions, autolog, shutdown } from 'ax-autolog';
import { mlflow } from 'ax-autolog/plugins/mlflow';
import { recorder } from 'ax-autolog/testing';
import { finish } from './faulty.js';
import { newFolder } from './processes.js';

/** What tracking with live delivery to MLflow left. */
export interface Tracked<T> {
  readonly result: T;
  /** Journal folder. */
  readonly dir: string;
  /** Codes and messages of what went wrong. */
  readonly warnings: readonly string[];
}

/** Runs what is tracked in this process, with live delivery, until all of it is on the server. */
export async function trackLive<T>(
  where: { readonly uri: string; readonly experiment: string },
  switches: AutologOptions,
  body: () => T,
): Promise<Tracked<Awaited<T>>> {
  const dir = newFolder();
  const seen = recorder('seen');
  const sink = mlflow({ trackingUri: where.uri, experiment: where.experiment });
  autolog({ ...switches, sinks: [sink, seen], journal: { dir } });
  let result: Awaited<T>;
  try {
    result = await body();
  } finally {
    await shutdown();
    autolog({ disable: true });
  }
  const warnings = seen.of('onWarning').map(({ data }) => `${data.code}: ${data.message}`);
  if (seen.events.length > 0) await finish(dir, where.uri, where.experiment);
  return { result, dir, warnings };
}
