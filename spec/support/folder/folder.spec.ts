import {
  closeSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Folder, openFolder } from 'ax-autolog/sink';
import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { makePipe } from '../../fixtures/pipe.js';

/** Every way to write or remove by a path. */
const WRITES: Readonly<Record<string, (folder: Folder, path: string) => unknown>> = {
  write: (folder, path) => folder.write(path, 'x'),
  writeLater: (folder, path) => folder.writeLater(path, 'x'),
  create: (folder, path) => folder.create(path, 'x'),
  openToAppend: (folder, path) => closeSync(folder.openToAppend(path)),
  writeAt: (folder, path) => folder.writeAt(path, Buffer.from('x'), 0),
  rename: (folder, path) => folder.rename('mine', path),
  'rename from': (folder, path) => folder.rename(path, 'mine'),
  touch: (folder, path) => folder.touch(path),
  remove: (folder, path) => folder.remove(path),
  removeFolder: (folder, path) => folder.removeFolder(path),
  make: (folder, path) => folder.folder(path).make(),
  'a file in a folder': (folder, path) => folder.folder(path).write('file', 'x'),
  read: (folder, path) => folder.read(path),
  list: (folder, path) => folder.list(path),
};

const LEAVING = [
  ...['..', '../victim', 'a/../../victim', '/etc/passwd', '', '.', './x', 'a//b', 'a/', '/', '../inside/../victim'],
  ...['a\\..\\..\\victim', 'a\0b', 'C:\\victim', 'file:stream', 'con', 'NUL.txt', 'a/aux/b', 'trailing.', 'trailing '],
  ...['a\nb', '*', 'a|b', 'x'.repeat(256), 'ü'.repeat(128)],
];

async function failure(action: () => unknown): Promise<Error> {
  try {
    await action();
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
}

describe('a folder that nothing leaves', () => {
  let home: string;
  let folder: Folder;
  beforeEach(() => {
    home = realpathSync(mkdtempSync(join(tmpdir(), 'axl-folder-')));
    mkdirSync(join(home, 'victim'));
    writeFileSync(join(home, 'victim', 'file'), 'mine');
    folder = openFolder(join(home, 'inside'));
    folder.write('mine', '1');
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  const victim = (): unknown => [
    readdirSync(join(home, 'victim')),
    readFileSync(join(home, 'victim', 'file'), 'utf8'),
    readdirSync(home).sort(),
  ];

  for (const [name, action] of Object.entries(WRITES)) {
    it(`refuses a path that leaves it or is not portable: ${name}`, async () => {
      const before = victim();
      for (const path of LEAVING) {
        const { message } = await failure(() => action(folder, path));
        expect(message, JSON.stringify(path)).to.match(/^AXL_PATH_UNSAFE: .*portable names and stay in/);
      }
      expect(victim()).to.deep.equal(before);
      expect(folder.list()).to.deep.equal(['mine']);
    });

    it(`follows no link to a folder: ${name}`, async () => {
      symlinkSync(join(home, 'victim'), join(home, 'inside', 'link'));
      const before = victim();
      const { message } = await failure(() => action(folder, 'link/file'));
      expect(message).to.match(/^AXL_PATH_UNSAFE: .*link' is a symbolic link/);
      expect(victim()).to.deep.equal(before);
    });
  }

  it('replaces or refuses a link to a file, and never changes what it leads to', async () => {
    const target = join(home, 'victim', 'file');
    const link = join(home, 'inside', 'link');
    for (const [name, action] of Object.entries(WRITES)) {
      rmSync(link, { force: true, recursive: true });
      folder.write('mine', '1');
      symlinkSync(target, link);
      const before = statSync(target).mtimeMs;
      try {
        await action(folder, 'link');
      } catch (error) {
        expect((error as Error).message, name).to.match(/^AXL_PATH_UNSAFE/);
      }
      expect([readFileSync(target, 'utf8'), statSync(target).mtimeMs], name).to.deep.equal(['mine', before]);
    }
  });

  it('changes no file that has another name elsewhere', async () => {
    linkSync(join(home, 'victim', 'file'), join(home, 'inside', 'twin'));
    for (const action of [WRITES.openToAppend, WRITES.writeAt]) {
      expect((await failure(() => action?.(folder, 'twin'))).message).to.match(/^AXL_PATH_UNSAFE: .*hard link/);
    }
    folder.write('twin', 'new');
    expect(readFileSync(join(home, 'victim', 'file'), 'utf8')).to.equal('mine');
  });

  it('does not wait for a pipe', async () => {
    makePipe(join(home, 'inside', 'pipe'));
    for (const action of [WRITES.openToAppend, WRITES.writeAt, WRITES.read]) {
      expect((await failure(() => action?.(folder, 'pipe'))).message).to.match(/^AXL_PATH_UNSAFE: .*no plain file/);
    }
  });

  it('removes links in a folder that it removes, not what they lead to', () => {
    folder.write('gone/deep/file', 'x');
    symlinkSync(join(home, 'victim'), join(home, 'inside', 'gone', 'link'));
    folder.removeFolder('gone');
    expect(folder.list()).to.deep.equal(['mine']);
    expect(readFileSync(join(home, 'victim', 'file'), 'utf8')).to.equal('mine');
  });

  it('is the folder that its path led to when it was opened', () => {
    const link = join(home, 'way');
    symlinkSync(join(home, 'inside'), link);
    const byLink = openFolder(link);
    expect(byLink.path).to.equal(folder.path);
    rmSync(link);
    symlinkSync(join(home, 'victim'), link);
    byLink.write('file', 'x');
    expect(readFileSync(join(home, 'victim', 'file'), 'utf8')).to.equal('mine');
    expect(folder.list()).to.deep.equal(['file', 'mine']);
  });

  it('refuses to write once it has been replaced by a link', async () => {
    rmSync(folder.path, { recursive: true });
    symlinkSync(join(home, 'victim'), folder.path);
    expect((await failure(() => folder.write('file', 'x'))).message).to.match(/is a symbolic link/);
  });

  it('makes what is missing, also itself, and takes absolute paths inside', () => {
    rmSync(folder.path, { recursive: true });
    folder.write('a/b/file', 'x');
    folder.folder('a').write('c', 'y');
    expect(readFileSync(join(folder.path, 'a', 'b', 'file'), 'utf8')).to.equal('x');
    expect(Buffer.from(folder.read(join(folder.path, 'a', 'c')) ?? []).toString()).to.equal('y');
    expect(folder.read('none')).to.equal(null);
    expect(folder.list('none')).to.deep.equal([]);
  });

  it('creates a file once, with its whole content', () => {
    expect([folder.create('once', 'a'), folder.create('once', 'b')]).to.deep.equal([true, false]);
    expect(readFileSync(join(folder.path, 'once'), 'utf8')).to.equal('a');
  });

  it('leaves no temporary file behind, whatever fails', async () => {
    folder.folder('taken').make();
    for (const action of [WRITES.write, WRITES.writeLater]) await failure(() => action?.(folder, 'taken'));
    expect(folder.list().sort()).to.deep.equal(['mine', 'taken']);
  });

  it('appends and overwrites in place', () => {
    const fd = folder.openToAppend('log', true);
    writeSync(fd, 'abc');
    closeSync(fd);
    folder.writeAt('log', Buffer.from('X'), 1);
    expect(readFileSync(join(folder.path, 'log'), 'utf8')).to.equal('aXc');
    expect(() => folder.openToAppend('log', true)).to.throw('EEXIST');
  });

  if (process.platform !== 'win32') {
    it('makes folders and files for their owner only', async () => {
      folder.write('a/file', 'x');
      await folder.writeLater('a/later', 'x');
      folder.create('a/once', 'x');
      closeSync(folder.openToAppend('a/log'));
      const modeOf = (path: string): number => statSync(join(folder.path, path)).mode & 0o777;
      for (const path of ['', 'a']) expect(modeOf(path), path).to.equal(0o700);
      for (const path of ['a/file', 'a/later', 'a/once', 'a/log', 'mine']) expect(modeOf(path), path).to.equal(0o600);
    });

    it('lets others in as its mode says, whatever the umask', async () => {
      const before = process.umask(0o077);
      try {
        const shared = openFolder(join(home, 'team', 'journals'), { mode: 0o770 });
        shared.write('a/file', 'x');
        await shared.writeLater('a/later', 'x');
        shared.create('a/once', 'x');
        closeSync(shared.openToAppend('a/log'));
        const modeOf = (path: string): number => statSync(join(shared.path, path)).mode & 0o777;
        for (const path of ['', 'a']) expect(modeOf(path), path).to.equal(0o770);
        for (const path of ['a/file', 'a/later', 'a/once', 'a/log']) expect(modeOf(path), path).to.equal(0o660);
      } finally {
        process.umask(before);
      }
    });
  }

  it('exists only once something is written', () => {
    openFolder(join(home, 'later')).folder('deep');
    expect(existsSync(join(home, 'later'))).to.equal(false);
  });
});
