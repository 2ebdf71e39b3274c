import { execFileSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { cli } from '../cli/command-line.js';
import { writeSearch } from '../fixtures/search-journal.js';

describe('what a stranger planted where a command writes without being told where', () => {
  const cwd = process.cwd();
  let root = '';
  let runDir = '';

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'axl-planted-'));
    runDir = writeSearch(join(root, 'journal'), { runId: 'run', trials: 3 });
    mkdirSync(join(root, 'private'));
    writeFileSync(join(root, 'private/file'), 'mine');
    mkdirSync(join(root, 'cwd'));
    process.chdir(join(root, 'cwd'));
  });
  afterEach(() => {
    process.chdir(cwd);
    rmSync(root, { recursive: true, force: true });
  });

  it('replaces a link at report.html, and does not follow it', async () => {
    symlinkSync(join(root, 'private/file'), join(runDir, 'report.html'));
    const { code, notes } = await cli(['report', runDir]);
    expect(code, notes).to.equal(0);
    expect(readFileSync(join(root, 'private/file'), 'utf8')).to.equal('mine');
    expect(lstatSync(join(runDir, 'report.html')).isFile()).to.equal(true);
  });

  it('does not wait for the reader of a pipe at report.html', async () => {
    execFileSync('mkfifo', [join(runDir, 'report.html')]);
    const { code, notes } = await cli(['report', runDir]);
    expect([0, 2], notes).to.include(code);
    if (code === 2) expect(notes).to.match(/^AXL_/);
  });

  it('has a code for a folder at report.html', async () => {
    mkdirSync(join(runDir, 'report.html/inner'), { recursive: true });
    const { code, notes } = await cli(['report', runDir]);
    expect([code, /^AXL_(PATH_UNSAFE|REPORT_WRITE)/.test(notes)], notes).to.deep.equal([2, true]);
  });

  it('does not export through a link that has the name of the folder', async () => {
    symlinkSync(join(root, 'private'), 'run-csv');
    const { code, notes } = await cli(['export', runDir, '--csv']);
    expect([code, notes.includes('AXL_PATH_UNSAFE')], notes).to.deep.equal([2, true]);
    expect(readdirSync(join(root, 'private'))).to.deep.equal(['file']);
    expect((await cli(['export', runDir, '--csv', '-o', 'run-csv'])).code).to.equal(0);
  });

  it('names the folder of an export after that of the run, not after an id in its events', async () => {
    const text = readFileSync(join(runDir, 'events.jsonl'), 'utf8');
    writeFileSync(join(runDir, 'events.jsonl'), text.replaceAll('"runId":"run"', '"runId":"other"'));
    expect((await cli(['export', runDir, '--csv'])).code).to.equal(0);
    expect(existsSync('run-csv/trials.csv')).to.equal(true);
  });
});
