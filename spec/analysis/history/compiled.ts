import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as Ax from '@ax-llm/ax';
import { listRuns } from '../../../lib/journal/reader.js';
import { autolog } from '../../../lib/setup/autolog.js';
import { flush, shutdown } from '../../../lib/setup/shutdown.js';
import { exact, questions, scripted, twoPartProgram } from '../../capture/ax/support/scripted.js';

/** What a GEPA compile is run with; each compile of one seed goes the same way. */
export interface Compile {
  readonly seed?: number;
  readonly numTrials?: number;
  readonly examples?: number;
  /** Fails the calls of which it says so. */
  readonly fails?: (prompt: string) => boolean;
}

/** Runs a real compile of AxGEPA on a scripted model. */
export async function compileGEPA({ seed = 1, numTrials = 6, examples = 8, fails }: Compile = {}): Promise<void> {
  const { ai } = scripted(Ax, { seed, ...(fails ? { fails } : {}) });
  const { ai: teacherAI } = scripted(Ax, { seed });
  const optimizer = new Ax.AxGEPA({ studentAI: ai, teacherAI, numTrials, seed, minibatchSize: 3 });
  const options = { maxMetricCalls: 400, validationExamples: questions(examples, 100) };
  await optimizer.compile(twoPartProgram(Ax), questions(examples), exact, options);
}

/** A new journal folder with what `fn` tracks in it, one thing after the other. */
export async function journalOf(...runs: readonly (() => Promise<unknown>)[]): Promise<Journal> {
  const dir = await mkdtemp(join(tmpdir(), 'axl-history-'));
  autolog({ logCompiles: true, logEvals: true, sinks: [], journal: { dir }, silent: true });
  try {
    for (const run of runs) await run();
    await flush();
  } finally {
    await shutdown();
    autolog({ disable: true });
  }
  const written = listRuns(dir).reverse();
  const [runIds, runDirs] = [written.map(({ runId }) => runId), written.map(({ runDir }) => runDir)];
  return { dir, runIds, runDirs, remove: () => rm(dir, { recursive: true }) };
}

/** A journal folder with real runs. */
export interface Journal {
  readonly dir: string;
  /** In order of their starts. */
  readonly runIds: readonly string[];
  readonly runDirs: readonly string[];
  remove(): Promise<void>;
}
