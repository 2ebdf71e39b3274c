import { spawnSync } from 'node:child_process';
import { utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { hasLiveWriter } from '../../lib/journal/alive.js';
import { startTimeOf } from '../../lib/journal/process.js';
import { temporaryFolder } from './events.js';

const MINUTE = 60_000;

describe('whether somebody may still write a run', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(() => folder.remove());

  const written = (pid: number, at: number, segment = 'events.jsonl') => {
    const file = join(folder.dir, segment);
    writeFileSync(file, `${JSON.stringify({ v: 1, seq: 0, time: 1, writer: `${pid.toString(36)}-0a1b2c` })}\n`);
    utimesSync(file, at / 1_000, at / 1_000);
  };
  const deadPid = () => spawnSync(process.execPath, ['--version']).pid;

  it('goes by the process that wrote it, once it has been silent for a minute', () => {
    const now = Date.now();
    written(process.pid, now);
    expect(hasLiveWriter(folder.dir, now + 10 * MINUTE)).to.equal(true);
    written(deadPid(), now);
    expect(hasLiveWriter(folder.dir, now + 10 * MINUTE)).to.equal(false);
    expect(hasLiveWriter(folder.dir, now + MINUTE / 2)).to.equal(true);
  });

  it('looks at every process that wrote to it', () => {
    const now = Date.now();
    written(deadPid(), now);
    written(process.pid, now, 'events.w2.jsonl');
    expect(hasLiveWriter(folder.dir, now + 10 * MINUTE)).to.equal(true);
  });

  it('does not take a later process with the same id for the writer', () => {
    const started = startTimeOf(process.pid) ?? Date.now();
    written(process.pid, started - 10 * MINUTE);
    expect(hasLiveWriter(folder.dir)).to.equal(startTimeOf(process.pid) === null);
  });

  it('is false where nothing was written, or nobody can tell by whom', () => {
    expect(hasLiveWriter(folder.dir)).to.equal(false);
    expect(hasLiveWriter(join(folder.dir, 'nowhere'))).to.equal(false);
    const file = join(folder.dir, 'events.jsonl');
    writeFileSync(file, 'no line of ours');
    utimesSync(file, 1, 1);
    expect(hasLiveWriter(folder.dir)).to.equal(false);
  });
});
