import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { deliver } from '../../../lib/deliver/hooks.js';
import { JournalFeed } from '../../../lib/deliver/journal-feed.js';
import { readRun } from '../../../lib/journal/reader.js';
import { RunJournal } from '../../../lib/journal/writer.js';
import { files } from '../../../plugins/files/index.js';
import { story } from '../../contract/story.js';
import { readTree } from '../../golden/golden.js';
import { csvRows } from './csv.js';

const url = (path: string): string => JSON.stringify(new URL(`../../../${path}`, import.meta.url).href);

/** A process that tracks for ever, and says when its readable files have begun to fill. */
const ENDLESS = `
  import { statSync } from 'node:fs';
  import { join } from 'node:path';
  const { registry, startRun, trackCompile, trackTrial } = await import(${url('lib/index.js')});
  const { files } = await import(${url('plugins/files/index.js')});
  registry.register(files());
  const search = {
    score: async (program, batch) => ({ score: batch.length, results: batch.map((example) => ({ example, score: 1 })) }),
    async compile(program, trainset) {
      for (let n = 0; ; n += 1) {
        await this.score({ n }, trainset.slice(0, 1 + (n % trainset.length)));
        run.logMetric('n', n, n);
        await new Promise((resolve) => setTimeout(resolve, 2));
        if (n > 100 && started()) process.stdout.write('.');
      }
    },
  };
  trackTrial(search, { method: 'score' });
  trackCompile(search);
  let run;
  const started = () => statSync(join(process.env.AX_AUTOLOG_DIR, run.runId, 'metrics.csv'), { throwIfNoEntry: false });
  await startRun({ runName: 'endless' }, async (active) => {
    run = active;
    await search.compile({}, [{ q: 'a' }, { q: 'b, "c"' }, { q: '値' }], () => 1);
  });`;

describe('files sink and kill -9', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'killed-'));
  });
  afterEach(() => rm(dir, { recursive: true }));

  it('has every event of the journal once when another process carries on, as if nothing had happened', async () => {
    const runId = await killedRun();
    const runDir = join(dir, runId);
    const feed = new JournalFeed({ runDir, runId, sink: files() });
    await feed.drain();
    await feed.stop();

    const rows = csvRows(await readFile(join(runDir, 'metrics.csv'), 'utf8'));
    const steps = rows.filter(({ key }) => key === 'n').map(({ step }) => Number(step));
    expect(steps).to.have.length.above(50);
    expect(steps).to.deep.equal([...steps.keys()]);
    expect(await readable(runDir)).to.deep.equal(await writtenAtOnce(runDir, runId));
  }).timeout(60_000);

  it('writes the same when two processes deliver a run in turns', async () => {
    const { events } = story('run-a', '11');
    const journal = new RunJournal({ dir, runId: 'run-a', writer: 'w1', onProblem: () => undefined });
    for (const event of events) journal.append(event, true);
    journal.close();
    const both = [files(), files()] as const;
    for (let at = 0; at < events.length; at += 3)
      await deliver(both[(at / 3) % 2 ? 1 : 0], events.slice(at, at + 3), journal.runDir);
    expect(await readable(journal.runDir)).to.deep.equal(await writtenAtOnce(journal.runDir, 'run-a'));
  });

  /** Starts the endless process and kills it in the middle of its work. */
  async function killedRun(): Promise<string> {
    const child = spawn(process.execPath, ['--input-type=module', '-e', ENDLESS], {
      env: { ...process.env, AX_AUTOLOG_DIR: dir },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
    expect(child.exitCode, 'ended by itself').to.equal(null);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const [runId] = (await readdir(dir)).filter((name) => !name.startsWith('.'));
    return runId ?? expect.fail('no run');
  }

  async function writtenAtOnce(runDir: string, runId: string): Promise<Record<string, string>> {
    const other = join(dir, 'at-once', runId);
    await cp(runDir, other, {
      recursive: true,
      filter: (source) => !source.startsWith(runDir) || isJournal(source, runDir),
    });
    await deliver(files(), [...readRun(other)], other);
    return await readable(other);
  }

  async function readable(runDir: string): Promise<Record<string, string>> {
    const all = Object.entries(await readTree(runDir));
    return Object.fromEntries(all.filter(([path]) => !isJournal(join(runDir, path), runDir)));
  }
});

/** The run's folder itself, its journal and the positions kept in it. A writer killed before its rename leaves a `.tmp`. */
function isJournal(path: string, runDir: string): boolean {
  return path === runDir || /^(events.*\.jsonl|blobs|\.state)|\.tmp$/.test(path.slice(runDir.length + 1));
}
