import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { gitSource } from '../../lib/track/source.js';

describe('the repository a run comes from', () => {
  const commit = 'c0ffee'.padEnd(40, '0');
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'git-'));
    await mkdir(join(folder, 'src'));
    await mkdir(join(folder, '.git', 'refs', 'heads'), { recursive: true });
    await writeFile(join(folder, '.git', 'HEAD'), 'ref: refs/heads/main\n');
    await writeFile(
      join(folder, '.git', 'config'),
      '[core]\n\tbare = false\n[remote "origin"]\n\turl = https://ada:secret@git.test/a/b.git\n\tfetch = x\n',
    );
  });

  afterEach(() => rm(folder, { recursive: true }));

  const source = () => gitSource(join(folder, 'src', 'main.js'));

  it('is read from loose and packed refs and a detached head, without credentials', async () => {
    const repoURL = 'https://git.test/a/b.git';
    await writeFile(join(folder, '.git', 'packed-refs'), `# pack-refs\n${commit} refs/heads/main\n`);
    expect(source()).to.deep.equal({ commit, branch: 'main', repoURL });
    const newer = 'beef'.padEnd(40, '0');
    await writeFile(join(folder, '.git', 'refs', 'heads', 'main'), `${newer}\n`);
    expect(source()).to.deep.equal({ commit: newer, branch: 'main', repoURL });
    await writeFile(join(folder, '.git', 'HEAD'), `${commit}\n`);
    expect(source()).to.deep.equal({ commit, repoURL });
  });

  it('is that of the worktree', async () => {
    const worktree = join(folder, '.git', 'worktrees', 'w');
    await mkdir(worktree, { recursive: true });
    await writeFile(join(worktree, 'HEAD'), 'ref: refs/heads/other\n');
    await writeFile(join(worktree, 'commondir'), '../..\n');
    await writeFile(join(folder, '.git', 'refs', 'heads', 'other'), `${commit}\n`);
    await writeFile(join(folder, 'src', '.git'), `gitdir: ${worktree}\n`);
    expect(source()).to.include({ commit, branch: 'other' });
  });

  it('is nothing where there is none', async () => {
    await rm(join(folder, '.git'), { recursive: true });
    expect(source()).to.equal(null);
    await mkdir(join(folder, '.git'));
    expect(source(), 'a folder that only looks like it').to.equal(null);
  });
});
