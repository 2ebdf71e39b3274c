import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';

/** A command line that 0.1.0 ran on the journals; `output` is the file with its answer, if it had one. */
interface Recorded {
  readonly args: readonly string[];
  readonly code: number;
  readonly output?: string;
}

const MANIFEST = fileURLToPath(import.meta.resolve('ax-autolog/package.json'));
const FIXTURE = join(dirname(MANIFEST), 'spec/golden/journals-0.1.0');
const EXPECTED = join(FIXTURE, 'expected');
/** Time of every file of the copy, in seconds: a run that was written to lately would count as alive. */
const WRITTEN = 1_000_000_000;

/** The built program, wherever the package keeps it. */
function program(): string {
  const { bin } = JSON.parse(readFileSync(MANIFEST, 'utf8')) as { readonly bin: { readonly [name: string]: string } };
  return join(dirname(MANIFEST), bin['ax-autolog'] ?? '');
}

/** Paths of all files below a folder, relative to it, with `/`. */
function filesBelow(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    )
    .sort();
}

function recorded(): readonly Recorded[] {
  return JSON.parse(readFileSync(join(EXPECTED, 'commands.json'), 'utf8')) as readonly Recorded[];
}

/** Where two answers part, as lines of both. */
function firstDifference(actual: Buffer, expected: Buffer): string {
  const [now, then] = [actual, expected].map((bytes) => bytes.toString('utf8').split('\n'));
  const at = then?.findIndex((line, index) => line !== now?.[index]) ?? -1;
  const line = at < 0 ? (then?.length ?? 0) : at;
  const part = (mark: string, lines: readonly string[] | undefined) =>
    lines?.slice(Math.max(0, line - 3), line + 4).map((text) => `${mark} ${text.slice(0, 200)}`) ?? [];
  return [`the answers part at line ${line + 1}`, ...part('-', then), '', ...part('+', now)].join('\n');
}

describe('journals of version 0.1.0', function () {
  this.timeout(60_000);
  let folder = '';

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'journals-'));
    cpSync(join(FIXTURE, 'journals'), folder, { recursive: true });
    for (const file of filesBelow(folder)) utimesSync(join(folder, file), WRITTEN, WRITTEN);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** The answer, with JOURNALS in place of the folder that the copy is in: JSON output names folders in full. */
  function answer(args: readonly string[]): { code: number | null; bytes: Buffer; notes: string } {
    const env = { ...process.env, AX_AUTOLOG_DIR: folder, TZ: 'Asia/Kathmandu' };
    const ran = spawnSync(process.execPath, [program(), ...args], { cwd: tmpdir(), env, maxBuffer: 2 ** 26 });
    const text = ran.stdout.toString('utf8').replaceAll(JSON.stringify(folder).slice(1, -1), 'JOURNALS');
    return { code: ran.status, bytes: Buffer.from(text), notes: ran.stderr.toString('utf8') };
  }

  it('are the files that 0.1.0 wrote, byte by byte', () => {
    const hashes = filesBelow(join(FIXTURE, 'journals')).map((file) => {
      const hash = createHash('sha256').update(readFileSync(join(FIXTURE, 'journals', file)));
      return `${hash.digest('hex')}  journals/${file}`;
    });
    const kept = readFileSync(join(FIXTURE, 'sha256.txt'), 'utf8').trimEnd().split('\n');
    expect(hashes.sort()).to.deep.equal(kept.sort());
  });

  it('have a command for each recorded answer, and each of ls, show, diff and best', () => {
    const outputs = recorded().flatMap(({ output }) => output ?? []);
    expect([...outputs, 'commands.json'].sort()).to.deep.equal(filesBelow(EXPECTED));
    expect(new Set(recorded().map(({ args }) => args[0]))).to.deep.equal(new Set(['ls', 'show', 'diff', 'best']));
  });

  for (const { args, code, output } of recorded()) {
    it(`answer as before to: ${args.join(' ')}`, () => {
      const now = answer(args);
      expect(now.code, now.notes).to.equal(code);
      const expected = output === undefined ? Buffer.alloc(0) : readFileSync(join(EXPECTED, output));
      if (!now.bytes.equals(expected)) expect.fail(firstDifference(now.bytes, expected));
    });
  }
});
