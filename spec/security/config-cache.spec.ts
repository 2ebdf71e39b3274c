import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { createJiti } from 'jiti';
import { afterEach, beforeEach, describe, it } from 'mocha';

const CLI = join(process.cwd(), 'dist/lib/cli/main.js');
/** Variables with which jiti keeps files on disk. */
const JITI_ON = {
  JITI_FS_CACHE: 'true',
  JITI_CACHE: 'true',
  JITI_ESM_EVAL_TEMP_FILE: 'true',
  JITI_TSCONFIG_PATHS: 'true',
  JITI_REBUILD_FS_CACHE: 'false',
};

describe('the configuration file in TypeScript', () => {
  let root: string;
  let app: string;
  let temp: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'config-cache-'));
    app = join(root, 'app');
    temp = join(root, 'temp');
    mkdirSync(app);
    mkdirSync(temp);
    writeFileSync(
      join(app, 'ax-autolog.config.ts'),
      "import { on } from './switches.ts';\nexport default { logCompiles: on } as const;\n",
    );
    writeFileSync(join(app, 'switches.ts'), 'export const on: boolean = true;\n');
    writeFileSync(join(app, 'tsconfig.json'), '{ "compilerOptions": { "paths": {} } }');
  });

  afterEach(() => rmSync(root, { recursive: true, force: true }));

  function doctor(env: NodeJS.ProcessEnv = {}): string {
    const { MLFLOW_TRACKING_URI: _uri, ...inherited } = process.env;
    return execFileSync(process.execPath, [CLI, 'doctor'], {
      cwd: app,
      env: { ...inherited, TMPDIR: temp, ...env },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  for (const [how, env] of [
    ['by default', {}],
    ['with the variables that turn the cache of jiti on', JITI_ON],
  ] as const) {
    it(`is loaded without a file in the temporary folder or beside it, ${how}`, () => {
      mkdirSync(join(app, 'node_modules'));
      expect(doctor(env)).to.match(/ok +config/);
      expect(readdirSync(temp)).to.deep.equal([]);
      expect(readdirSync(join(app, 'node_modules'))).to.deep.equal([]);
      expect(readdirSync(app).sort()).to.deep.equal([
        'ax-autolog.config.ts',
        'node_modules',
        'switches.ts',
        'tsconfig.json',
      ]);
    });
  }

  it('is not taken from a cache that somebody planted in the temporary folder', async () => {
    const planted = join(temp, 'jiti');
    const mark = join(root, 'planted-code-ran');
    const config = join(app, 'ax-autolog.config.ts');
    // jiti itself fills the cache, so that the planted files have the names and the marks that jiti looks for.
    await createJiti(import.meta.url, { fsCache: planted, moduleCache: false }).import(config);
    expect(readdirSync(planted)).to.have.length(2);
    for (const name of readdirSync(planted)) {
      const file = join(planted, name);
      writeFileSync(file, `require("fs").writeFileSync(${JSON.stringify(mark)}, "1");${readFileSync(file, 'utf8')}`);
    }
    doctor(JITI_ON);
    expect(existsSync(mark)).to.equal(false);
    await createJiti(import.meta.url, { fsCache: planted, moduleCache: false }).import(config);
    expect(existsSync(mark), 'the planted files run if the cache is read').to.equal(true);
  });
});
