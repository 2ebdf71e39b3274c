import { createHash } from 'node:crypto';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { optionsFromEnvironment } from '../../lib/setup/config-file.js';
import { makeRedactor } from '../../lib/support/settings.js';
import { runChild } from '../fixtures/child.js';

/** Records one evaluation, then prints what is known of the key. */
const APP = `
  import { autolog, Evaluate, shutdown } from 'ax-autolog';
  process.on('warning', ({ code, message }) => console.log('warning', code, message));
  autolog({ logEvals: true, sinks: [] });
  for (let i = 0; i < 2; i += 1)
    await new Evaluate({ devset: [{ q: 1 }], metric: () => 1 }).evaluate({ forward: () => ({ a: 1 }) });
  await shutdown();
  await new Promise((resolve) => setTimeout(resolve, 10));
`;

describe('the key that seals runs', function () {
  this.timeout(60_000);
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'axl-key-'));
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  const folder = (): string => join(home, 'ax-autolog');
  const file = (): string => join(folder(), 'key');
  /** The lines of warnings of an app with this state folder. */
  const warnings = async (env: Readonly<Record<string, string | undefined>> = {}): Promise<string[]> => {
    const ended = await runChild(APP, { env: { XDG_STATE_HOME: home, AX_AUTOLOG_KEY: undefined, ...env } });
    expect(ended.code, ended.stderr).to.equal(0);
    expect(ended.events.filter(({ type }) => type === 'onRunEnd')).to.have.length(2);
    return ended.stdout.split('\n').filter(Boolean);
  };

  it('is made once, as 32 bytes that only this user can read', async () => {
    expect(await warnings()).to.deep.equal([]);
    const made = readFileSync(file());
    expect(made).to.have.length(32);
    expect(statSync(file()).mode & 0o777).to.equal(0o600);
    expect(statSync(folder()).mode & 0o777).to.equal(0o700);
    expect(await warnings()).to.deep.equal([]);
    expect(readFileSync(file()).equals(made)).to.equal(true);
    expect(readdirSync(folder())).to.deep.equal(['key']);
  });

  it('is the same for processes that make it at the same time', async () => {
    const program = new URL('../../lib/support/state-key.js', import.meta.url).href;
    const code = `
      const { stateKey } = await import(${JSON.stringify(program)});
      const { createHash } = await import('node:crypto');
      console.log(createHash('sha256').update(stateKey().bytes).digest('hex'));
    `;
    const env = { XDG_STATE_HOME: home, AX_AUTOLOG_KEY: undefined };
    const printed = await Promise.all(Array.from({ length: 6 }, () => runChild(code, { env })));
    const digest = createHash('sha256').update(readFileSync(file())).digest('hex');
    expect(printed.map(({ stdout }) => stdout.trim())).to.deep.equal(Array(6).fill(digest));
    expect(readdirSync(folder())).to.deep.equal(['key']);
  });

  it('is in the home folder when XDG_STATE_HOME is not an absolute path', async () => {
    await warnings({ XDG_STATE_HOME: 'relative', HOME: home, LOCALAPPDATA: home });
    expect(
      readdirSync(home, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('key')),
    ).to.have.length(1);
  });

  /** The mode is set afterwards, because the umask would change it. */
  const plant = (content: string, mode: number): void => {
    writeFileSync(file(), content);
    chmodSync(file(), mode);
  };

  const REFUSED: Readonly<Record<string, [what: string, make: () => void]>> = {
    'a file that others can read': ['mode 0644', () => plant('k'.repeat(32), 0o644)],
    'a file that the group can read': ['mode 0640', () => plant('k'.repeat(32), 0o640)],
    'a symbolic link': [
      'is a symbolic link',
      () => {
        writeFileSync(join(home, 'other'), 'k'.repeat(32), { mode: 0o600 });
        symlinkSync(join(home, 'other'), file());
      },
    ],
    'a folder': ['is no plain file', () => mkdirSync(file())],
    'a file that is too short': ['must have 32 bytes, got 5', () => plant('short', 0o600)],
    'a file that is too long': ['must have 32 bytes, got 33', () => plant('k'.repeat(33), 0o600)],
    'a file in a folder that others can write': ['mode 0777', () => chmodSync(folder(), 0o777)],
    'a folder that is a link': [
      'got something else',
      () => {
        mkdirSync(join(home, 'elsewhere'), { mode: 0o700 });
        rmSync(folder(), { recursive: true });
        symlinkSync(join(home, 'elsewhere'), folder());
      },
    ],
  };
  for (const [name, [what, make]] of Object.entries(REFUSED)) {
    it(`is refused with one warning if it is ${name}; runs are recorded`, async () => {
      mkdirSync(folder(), { mode: 0o700 });
      make();
      const [line, ...more] = await warnings();
      expect(more).to.deep.equal([]);
      expect(line)
        .to.match(/^warning AXL_KEY_UNUSABLE /)
        .and.to.include(what);
      expect(line).to.include('Runs are recorded but not sealed').and.to.include('npx ax-autolog sync');
    });
  }

  it('cannot be made below a file: one warning, and runs are recorded', async () => {
    writeFileSync(join(home, 'file'), '');
    const [line, ...more] = await warnings({ XDG_STATE_HOME: join(home, 'file') });
    expect(more).to.deep.equal([]);
    expect(line).to.include('AXL_KEY_UNUSABLE').and.to.include('ENOTDIR');
  });

  it('is AX_AUTOLOG_KEY if that is set; then no file is made', async () => {
    expect(await warnings({ AX_AUTOLOG_KEY: 'k'.repeat(16) })).to.deep.equal([]);
    expect(readdirSync(home)).to.deep.equal([]);
  });

  it('must have 16 characters in AX_AUTOLOG_KEY; the message does not show it', async () => {
    const [line, ...more] = await warnings({ AX_AUTOLOG_KEY: 'my-short-secret' });
    expect(more).to.deep.equal([]);
    expect(line).to.include('AXL_CONFIG_INVALID').and.to.include('at least 16 characters, got 15');
    expect(line).to.not.include('my-short-secret');
    expect(readdirSync(home)).to.deep.equal([]);
    expect(() => optionsFromEnvironment({ AX_AUTOLOG_KEY: 'short' })).to.throw(
      /^AXL_CONFIG_INVALID: AX_AUTOLOG_KEY must/,
    );
    expect(optionsFromEnvironment({ AX_AUTOLOG_KEY: 'k'.repeat(16) })).to.deep.equal({});
  });

  it('is redacted wherever it appears', () => {
    const outer = process.env.AX_AUTOLOG_KEY;
    try {
      process.env.AX_AUTOLOG_KEY = 'correct horse battery';
      expect(makeRedactor().text('it is correct horse battery')).to.not.include('horse');
    } finally {
      if (outer === undefined) delete process.env.AX_AUTOLOG_KEY;
      else process.env.AX_AUTOLOG_KEY = outer;
    }
  });
});
