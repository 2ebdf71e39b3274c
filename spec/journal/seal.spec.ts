import {
  copyFileSync,
  cpSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { whyForeign } from '../../lib/journal/seal/own-runs.js';
import { event, journalIn, temporaryFolder } from './events.js';

/** Sets a variable of the environment, `undefined` to unset it. */
function setEnv(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}

describe('the seal of a run', () => {
  const outer = { ...process.env };
  let folder: ReturnType<typeof temporaryFolder>;
  beforeEach(() => {
    folder = temporaryFolder();
    setEnv('XDG_STATE_HOME', join(folder.dir, 'state'));
    setEnv('AX_AUTOLOG_KEY', undefined);
  });
  afterEach(() => {
    for (const name of ['XDG_STATE_HOME', 'AX_AUTOLOG_KEY']) setEnv(name, outer[name]);
    folder.remove();
  });

  const write = (dir = join(folder.dir, 'journal'), runId = 'run', writer = 'w1'): string => {
    const { journal, problems } = journalIn(dir, { runId, writer });
    journal.append(event(0, { runId, writer }), true);
    journal.close();
    expect(problems).to.deep.equal([]);
    return journal.runDir;
  };
  const seal = (runDir: string): string => join(runDir, '.state', 'events.jsonl.seal');

  it('is there before the first event, and only its user can read it', () => {
    const { journal } = journalIn(join(folder.dir, 'journal'));
    const { path } = journal;
    expect(statSync(path).size).to.equal(0);
    expect(readFileSync(seal(journal.runDir), 'utf8')).to.match(/^\{"v":1,"mac":"[0-9a-f]{64}"\}\n$/);
    if (process.platform !== 'win32') expect(statSync(seal(journal.runDir)).mode & 0o777).to.equal(0o600);
    journal.close();
  });

  it('holds for every file of the run, also when more is written and when the folder above is renamed', () => {
    const runDir = write();
    write(join(folder.dir, 'journal'), 'run', 'w2');
    expect(whyForeign(runDir)).to.equal(null);
    renameSync(join(folder.dir, 'journal'), join(folder.dir, 'moved'));
    const moved = join(folder.dir, 'moved', 'run');
    expect(whyForeign(moved)).to.equal(null);
    write(join(folder.dir, 'moved'));
    expect(whyForeign(moved)).to.equal(null);
  });

  it('is made again for a file that was removed while the process runs', () => {
    const { journal } = journalIn(join(folder.dir, 'journal'));
    journal.append(event(0), true);
    journal.close();
    // Another file takes the place of the first one on the disk.
    renameSync(journal.runDir, join(folder.dir, 'aside'));
    for (const key of [undefined, 'a shared key of a team']) {
      setEnv('AX_AUTOLOG_KEY', key);
      rmSync(journal.runDir, { recursive: true, force: true });
      journal.append(event(1), true);
      expect(whyForeign(journal.runDir), key).to.equal(null);
    }
  });

  const CHANGES: Readonly<Record<string, (runDir: string) => string>> = {
    'copied elsewhere': (runDir) => {
      const copy = join(folder.dir, 'other', 'run');
      cpSync(runDir, copy, { recursive: true, preserveTimestamps: true });
      return copy;
    },
    'renamed itself': (runDir) => {
      renameSync(runDir, `${runDir}-2`);
      return `${runDir}-2`;
    },
    'without its seal': (runDir) => {
      rmSync(seal(runDir));
      return runDir;
    },
    'with a seal that is no JSON': (runDir) => {
      writeFileSync(seal(runDir), '{'.repeat(100_000));
      return runDir;
    },
    'with a seal that has only prototypes': (runDir) => {
      writeFileSync(seal(runDir), `{"v":1,"__proto__":${readFileSync(seal(runDir), 'utf8')}}`);
      return runDir;
    },
    'with the seal of another run': (runDir) => {
      copyFileSync(seal(write(undefined, 'other')), seal(runDir));
      return runDir;
    },
    'with a file that was replaced': (runDir) => {
      const file = join(runDir, 'events.jsonl');
      const text = readFileSync(file, 'utf8');
      // The new file is made before the old one is removed, so that it cannot get the same inode.
      writeFileSync(`${file}.new`, text);
      renameSync(`${file}.new`, file);
      return runDir;
    },
    'with one more file, even if it claims to be delivered': (runDir) => {
      writeFileSync(join(runDir, 'events.w9.jsonl'), `${JSON.stringify(event(0, { writer: 'w9' }))}\n`);
      return runDir;
    },
    'with a file that is a link': (runDir) => {
      const file = join(runDir, 'events.jsonl');
      renameSync(file, join(folder.dir, 'elsewhere.jsonl'));
      symlinkSync(join(folder.dir, 'elsewhere.jsonl'), file);
      return runDir;
    },
    'with a second name for the file of another run': (runDir) => {
      linkSync(join(write(undefined, 'other'), 'events.jsonl'), join(runDir, 'events.other.jsonl'));
      return runDir;
    },
    'with a folder in place of a file': (runDir) => {
      mkdirSync(join(runDir, 'events.w9.jsonl'));
      return runDir;
    },
    'whose state folder is a link': (runDir) => {
      renameSync(join(runDir, '.state'), join(folder.dir, 'state-of-run'));
      symlinkSync(join(folder.dir, 'state-of-run'), join(runDir, '.state'));
      return runDir;
    },
    'that is a link': (runDir) => {
      renameSync(runDir, join(folder.dir, 'run'));
      symlinkSync(join(folder.dir, 'run'), runDir);
      return runDir;
    },
    'sealed with another key': (runDir) => {
      setEnv('XDG_STATE_HOME', join(folder.dir, 'state-2'));
      return runDir;
    },
    'that does not exist': (runDir) => `${runDir}-none`,
  };
  for (const [name, change] of Object.entries(CHANGES)) {
    it(`does not hold for a run ${name}`, () => {
      const runDir = write();
      expect(whyForeign(runDir)).to.equal(null);
      expect(whyForeign(change(runDir))).to.be.a('string');
    });
  }

  it('does not hold for files of another user', () => {
    const { geteuid } = process;
    if (geteuid === undefined) return;
    const runDir = write();
    try {
      process.geteuid = () => geteuid() + 1;
      expect(whyForeign(runDir, { bytes: new Uint8Array(32), isShared: false })).to.include(`the user ${geteuid()}`);
    } finally {
      process.geteuid = geteuid;
    }
  });

  it('is not made for a file that has content already', () => {
    const runDir = join(folder.dir, 'journal', 'run');
    mkdirSync(runDir, { recursive: true });
    writeFileSync(join(runDir, 'events.jsonl'), `${JSON.stringify(event(0))}\n`);
    write();
    expect(whyForeign(runDir)).to.be.a('string');
    setEnv('AX_AUTOLOG_KEY', 'k'.repeat(16));
    write();
    expect(whyForeign(runDir)).to.be.a('string');
  });

  it('is not needed for a file without content, which a process may leave that dies at once', () => {
    const runDir = write();
    writeFileSync(join(runDir, 'events.w3.jsonl'), '');
    expect(whyForeign(runDir)).to.equal(null);
  });

  it('writes nothing outside the run through a link, and says that it could not seal', () => {
    const runDir = join(folder.dir, 'journal', 'run');
    mkdirSync(runDir, { recursive: true });
    mkdirSync(join(folder.dir, 'victim'));
    symlinkSync(join(folder.dir, 'victim'), join(runDir, '.state'));
    const { journal, problems } = journalIn(join(folder.dir, 'journal'));
    journal.append(event(0), true);
    journal.close();
    expect(problems.join('\n')).to.match(/^AXL_JOURNAL_WRITE the run in .* could not be sealed/);
    expect(statSync(journal.path).size).to.be.greaterThan(0);
    expect(() => statSync(join(folder.dir, 'victim', 'events.jsonl.seal'))).to.throw('ENOENT');
  });

  describe('with AX_AUTOLOG_KEY', () => {
    beforeEach(() => setEnv('AX_AUTOLOG_KEY', 'a shared key of a team'));
    const restore = (runDir: string): string => {
      const copy = join(folder.dir, 'cache', 'run');
      cpSync(runDir, copy, { recursive: true });
      return copy;
    };

    it('holds for a run that ended and was restored from a cache, with the same key only', () => {
      const copy = restore(write());
      expect(whyForeign(copy)).to.equal(null);
      setEnv('AX_AUTOLOG_KEY', 'a shared key of others');
      expect(whyForeign(copy)).to.be.a('string');
      setEnv('AX_AUTOLOG_KEY', undefined);
      expect(whyForeign(copy)).to.be.a('string');
    });

    it('covers what was written after the end', () => {
      const { journal } = journalIn(join(folder.dir, 'journal'));
      journal.append(event(0), true);
      journal.close();
      journal.append(event(1), true);
      expect(whyForeign(restore(journal.runDir))).to.equal(null);
    });

    it('does not hold for a copy whose content differs, or is longer', () => {
      const copy = restore(write());
      const file = join(copy, 'events.jsonl');
      const text = readFileSync(file, 'utf8');
      for (const changed of [`${text}${text}`, text.replace('"step"', '"stop"'), text.slice(0, -1)]) {
        writeFileSync(file, changed);
        expect(whyForeign(copy), changed).to.be.a('string');
      }
      writeFileSync(file, text);
      expect(whyForeign(copy)).to.equal(null);
    });

    it('does not hold for a copy of a run that was still being written', () => {
      const { journal } = journalIn(join(folder.dir, 'journal'));
      journal.append(event(0), true);
      expect(whyForeign(journal.runDir)).to.equal(null);
      expect(whyForeign(restore(journal.runDir))).to.be.a('string');
      journal.close();
    });
  });

  it('is not made without a key; the run is recorded', () => {
    writeFileSync(join(folder.dir, 'file'), '');
    setEnv('XDG_STATE_HOME', join(folder.dir, 'file'));
    const runDir = write();
    expect(statSync(join(runDir, 'events.jsonl')).size).to.be.greaterThan(0);
    expect(whyForeign(runDir)).to.include('no key');
  });
});
