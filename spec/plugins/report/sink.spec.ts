import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { afterEach, describe, it } from 'mocha';
import { replay } from '../../../lib/deliver/replay.js';
import { autolog, flush, startRun } from '../../../lib/index.js';
import { shutdown } from '../../../lib/setup/shutdown.js';
import { recorder } from '../../../lib/testing.js';
import { report } from '../../../plugins/report/index.js';
import { handBatch } from '../../fixtures/hand-batch.js';
import { writeSearch } from '../../fixtures/search-journal.js';
import { workFolder } from './looked-at.js';

describe('the report sink', function () {
  this.timeout(30_000);
  const folders: ReturnType<typeof workFolder>[] = [];
  const folder = (): string => {
    const made = workFolder();
    folders.push(made);
    return made.dir;
  };

  afterEach(async () => {
    await shutdown();
    autolog({ disable: true });
    for (const made of folders.splice(0)) made.remove();
  });

  it('writes report.html into the run’s folder when the run ends', async () => {
    const dir = folder();
    autolog({ sinks: [report()], journal: { dir } });
    const runId = await startRun({ runName: 'reported' }, async (run) => {
      run.logMetric('loss', 0.123_456, 0);
      return run.runId;
    });
    await flush();
    const html = readFileSync(join(dir, runId, 'report.html'), 'utf8');
    expect(html).to.include('reported').and.include('0.123456');
  });

  it('is known to autolog by its name', async () => {
    const dir = folder();
    autolog({ sinks: ['report'], journal: { dir } });
    const runId = await startRun({ runName: 'by name' }, async (run) => run.runId);
    await flush();
    expect(existsSync(join(dir, runId, 'report.html'))).to.equal(true);
  });

  it('writes into a folder of its own choice, also without a journal', async () => {
    const dir = folder();
    autolog({ sinks: [report({ dir })], journal: false });
    await startRun({ runName: 'one' }, async (run) => run.logMetric('loss', 1, 0));
    await startRun({ runName: 'two' }, async (run) => run.logMetric('loss', 2, 0));
    await flush();
    expect(readdirSync(dir).filter((name) => name.endsWith('.html'))).to.have.length(2);
  });

  it('writes a run that has not ended when it is flushed', async () => {
    const dir = folder();
    const runDir = writeSearch(dir, { trials: 5, isRunning: true });
    const { problems } = await replay(runDir, report());
    expect(problems).to.deep.equal([]);
    expect(readFileSync(join(runDir, 'report.html'), 'utf8')).to.include('GEPA is at work');
  });

  it('says by a code that it cannot write, and writes later', async () => {
    const dir = folder();
    const runDir = writeSearch(dir, { trials: 3 });
    const target = join(dir, 'target');
    writeFileSync(target, 'a file where a folder should be');
    const sink = report({ dir: target });
    const { problems } = await replay(runDir, sink);
    expect(problems.map(({ message }) => message).join()).to.include('AXL_REPORT_WRITE');
    rmSync(target);
    mkdirSync(target);
    await sink.flush?.();
    expect(readdirSync(target)).to.have.length(1);
  });

  it('does not hold up the app: the file is made in a thread of its own', async () => {
    const dir = folder();
    const runDir = writeSearch(dir, { trials: 300, examples: 30 });
    const sink = report();
    const seen = recorder();
    await replay(runDir, seen);
    let turns = 0;
    const turning = setInterval(() => {
      turns += 1;
    }, 1);
    await handBatch(sink, seen.events, { runDir, runId: seen.events[0]?.runId ?? '' });
    clearInterval(turning);
    expect(turns).to.be.greaterThan(10);
    expect(existsSync(join(runDir, 'report.html'))).to.equal(true);
  });

  it('loads nothing of the app’s into that thread', async () => {
    const dir = folder();
    const runDir = writeSearch(dir, { trials: 3 });
    const seen = join(dir, 'imported');
    const marks = `data:text/javascript,import { appendFileSync } from 'node:fs'; appendFileSync('${seen}', '1');`;
    const apart = new URL('../../../plugins/report/render-apart.js', import.meta.url).href;
    const script = `const { renderApart } = await import('${apart}'); await renderApart({ runDir: '${runDir}', folder: '${dir}', name: 'r.html', mode: 0o700 });`;
    const { status, stderr } = spawnSync(
      process.execPath,
      ['--import', marks, '--input-type=module', '--eval', script],
      {
        encoding: 'utf8',
        env: { ...process.env, NODE_OPTIONS: `--import="${marks}"` },
      },
    );
    expect(status, stderr).to.equal(0);
    expect(existsSync(join(dir, 'r.html'))).to.equal(true);
    expect(readFileSync(seen, 'utf8'), 'once, in the app’s own thread').to.equal('1');
  });

  it('refuses options that it does not know', () => {
    const wrong: readonly [unknown, string][] = [
      [{ folder: 'x' }, 'folder'],
      [{ dir: '' }, "'' \\(string\\)"],
      [{ dir: 5 }, 'number'],
      [null, 'null'],
      ['x', 'string'],
    ];
    for (const [options, said] of wrong) {
      expect(() => report(options as never)).to.throw(new RegExp(`AXL_BAD_OPTIONS.*${said}`));
    }
  });
});
