/** Writes one run of each name into a journal folder, one after the other; `outer/inner` opens one inside another. */
import { autolog, shutdown, startRun } from 'ax-autolog';
export async function trackedRuns(dir: string, names: readonly string[]): Promise<void> {
  autolog({ sinks: [], journal: { dir } });
  try {
    for (const name of names) await open(name.split('/'));
  } finally {
    await shutdown();
    autolog({ disable: true });
  }
}

async function open([name = '', ...inner]: readonly string[]): Promise<void> {
  await startRun({ runName: name }, async (run) => {
    run.logMetric('loss', 1, 0);
    if (inner.length > 0) await open(inner);
  });
}
