import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AutologOptions, autolog } from '../../../lib/setup/autolog.js';
import { shutdown } from '../../../lib/setup/shutdown.js';
import { type Recorder, recorder } from '../../../lib/testing.js';

/** Tracking switched on with a recorder and a journal in a folder of its own, for one test. */
export interface Tracking {
  readonly seen: Recorder;
  readonly dir: string;
  stop(): Promise<void>;
}

export function startTracking(options: AutologOptions = {}): Tracking {
  const dir = mkdtempSync(join(tmpdir(), 'ax-autolog-'));
  const seen = recorder();
  autolog({ journal: { dir }, ...options, sinks: [seen, ...(options.sinks ?? [])] });
  return {
    seen,
    dir,
    async stop() {
      await shutdown();
      autolog({ disable: true });
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
