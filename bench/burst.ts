/** Writes a burst of tracked calls to the journal, without a pause, each with 1 KB of input and 1 KB of output. */
import { createReadStream, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { autolog, shutdown } from '../lib/index.js';
import { report } from './measure.js';
import { CANDIDATE, content, Decorated } from './subject.js';

const CALLS = 100_000;
const dir = mkdtempSync(join(tmpdir(), 'ax-autolog-bench-'));
autolog({ sinks: [], journal: { dir } });

const started = performance.now();
await new Decorated().compile(async (self) => {
  for (let index = 0; index < CALLS; index += 1) {
    const { batch, outcome } = content(index, 1024);
    self.outcome = outcome;
    await self.trial(CANDIDATE, batch);
  }
});
await shutdown();
const seconds = (performance.now() - started) / 1_000;
const peakMB = process.resourceUsage().maxRSS / 1024;

/** Counts the calls whose end and content are in the journal. */
async function delivered(): Promise<{ calls: number; megabytes: number }> {
  const ended = new Set<string>();
  const whole = new Set<string>();
  let bytes = 0;
  for (const path of (readdirSync(dir, { recursive: true }) as string[]).filter((name) => name.endsWith('.jsonl'))) {
    const file = join(dir, path);
    bytes += statSync(file).size;
    for await (const line of createInterface({ input: createReadStream(file) })) {
      const { type, trialId = '' } = JSON.parse(line) as { type: string; trialId?: string };
      if (type === 'onTrialEnd') ended.add(trialId);
      if (type === 'onExampleEnd' && line.length > 2_048) whole.add(trialId);
    }
  }
  return { calls: [...ended].filter((id) => whole.has(id)).length, megabytes: bytes / 2 ** 20 };
}

const { calls, megabytes } = await delivered();
rmSync(dir, { recursive: true, force: true });
report([
  {
    name: `${CALLS.toLocaleString('en-US')} calls`,
    'delivered %': (100 * calls) / CALLS,
    seconds,
    'calls/s': CALLS / seconds,
    'peak RSS MB': peakMB,
    'journal MB': megabytes,
  },
]);
