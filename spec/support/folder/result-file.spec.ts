import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { writeResult } from '../../../lib/support/folder/result-file.js';

describe('a file that the user asked for', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'axl-result-'));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it('replaces a planted link and leaves alone what it leads to', () => {
    const victim = join(dir, 'victim');
    writeFileSync(victim, 'mine');
    symlinkSync(victim, join(dir, 'out.html'));
    writeResult(join(dir, 'out.html'), 'page');
    expect(readFileSync(victim, 'utf8')).to.equal('mine');
    expect(readFileSync(join(dir, 'out.html'), 'utf8')).to.equal('page');
    expect(readdirSync(dir).sort()).to.deep.equal(['out.html', 'victim']);
  });

  if (process.platform !== 'win32')
    it('has the permissions that the umask leaves, with its folders', () => {
      const before = process.umask(0o027);
      try {
        const path = writeResult(join(dir, 'new', 'out.html'), 'page');
        expect(statSync(path).mode & 0o777).to.equal(0o640);
        expect(statSync(join(dir, 'new')).mode & 0o777).to.equal(0o750);
      } finally {
        process.umask(before);
      }
    });

  it('may be in a folder that is reached by a link', () => {
    writeResult(join(dir, 'real', 'a'), '1');
    symlinkSync(join(dir, 'real'), join(dir, 'way'));
    writeResult(join(dir, 'way', 'b'), '2');
    expect(readFileSync(join(dir, 'real', 'b'), 'utf8')).to.equal('2');
  });
});
