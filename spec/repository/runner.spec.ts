import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { ROOT } from './tree.js';

const SUITES: Readonly<Record<string, string>> = {
  good: "import { it } from 'mocha';\n\nit('works', () => {});\n",
  failing: "import { it } from 'mocha';\n\nit('fails', () => {\n  throw new Error('planted failure');\n});\n",
  empty: "import { describe } from 'mocha';\n\ndescribe('nothing', () => {});\n",
  pending: "import { it } from 'mocha';\n\nit('works', () => {});\nit('is left for later');\n",
  crash: "import { it } from 'mocha';\n\nit('works', () => {});\nit('ends the process', () => process.exit(0));\n",
  broken: "import { it } from 'mocha';\n\nit('never runs', () => {});\nthrow new Error('planted at load');\n",
};

const UNFORMATTED = 'export const planted   = 1\n';
const WRONG_TYPE = "export const planted: number = 'a string';\n";
const TSCONFIG = {
  compilerOptions: {
    target: 'es2022',
    module: 'nodenext',
    rootDir: '.',
    outDir: 'dist',
    strict: true,
    types: ['node'],
  },
  include: ['lib', 'spec'],
};

describe('npm test', function () {
  this.timeout(120_000);
  let folder = '';

  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };

  const npmTest = (...args: string[]) => {
    const options = { cwd: folder, encoding: 'utf8' } as const;
    const { status, stdout } = spawnSync(process.execPath, [join(folder, 'scripts/test.mjs'), ...args], options);
    return { status, stdout, last: stdout.trimEnd().split('\n').at(-1) };
  };

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'ax-autolog-runner-'));
    const copied = ['scripts', 'package.json', 'biome.json', '.gitignore', '.mocharc.json'];
    for (const path of copied) cpSync(join(ROOT, path), join(folder, path), { recursive: true });
    // What is installed is what is wanted: nothing is installed into the folder that is linked to.
    cpSync(join(ROOT, 'node_modules/.package-lock.json'), join(folder, 'package-lock.json'));
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'junction');
    write('tsconfig.json', `${JSON.stringify(TSCONFIG, null, 2)}\n`);
    for (const [name, text] of Object.entries(SUITES)) write(`spec/${name}/${name}.spec.ts`, text);
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  it('passes when everything asked for passes', () => {
    const { status, last } = npmTest('good');
    expect({ status, last }).to.deep.equal({ status: 0, last: '2 passed, 0 failed' });
  });

  for (const [name, said, last] of [
    ['failing', 'planted failure', '1 passed, 1 failed'],
    ['empty', 'ran no test', '1 passed, 1 failed'],
    ['pending', 'skipped: is left for later', '2 passed, 1 failed'],
    ['crash', 'last test begun: ends the process', '2 passed, 1 failed'],
    ['broken', 'planted at load', '1 passed, 2 failed'],
    ['nowhere', 'no such suite', '1 passed, 1 failed'],
  ] as const) {
    it(`fails a suite that is ${name}, says why, and ends with the sum`, () => {
      const result = npmTest(name);
      expect(result.stdout).to.include(said);
      expect({ status: result.status, last: result.last }).to.deep.equal({ status: 1, last });
    });
  }

  it('runs all suites, lint and types when no suite is named, and prints the time of each', () => {
    write('lib/unformatted.ts', UNFORMATTED);
    const { status, stdout, last } = npmTest();
    for (const name of Object.keys(SUITES))
      expect(stdout).to.match(new RegExp(`^${name} +\\d+\\.\\d s  \\d+ passed`, 'm'));
    expect(stdout).to.match(/^lint .* 0 passed, 1 failed$/m);
    expect(stdout).to.match(/^types .* 1 passed, 0 failed$/m);
    expect({ status, last }).to.deep.equal({ status: 1, last: '4 passed, 7 failed' });
    rmSync(join(folder, 'lib'), { recursive: true });
  });

  it('fails on a type error', () => {
    write('lib/wrong.ts', WRONG_TYPE);
    const { status, stdout, last } = npmTest('good');
    expect(stdout).to.include('TS2322');
    expect({ status, last }).to.deep.equal({ status: 1, last: '1 passed, 1 failed' });
    rmSync(join(folder, 'lib'), { recursive: true });
  });

  it('does not run what a deleted source left in dist', () => {
    write('spec/gone/gone.spec.ts', SUITES['good'] ?? '');
    expect(npmTest('gone').status).to.equal(0);
    rmSync(join(folder, 'spec/gone'), { recursive: true });
    expect(npmTest('gone').stdout).to.include('no such suite');
    expect(() => cpSync(join(folder, 'dist/spec/gone/gone.spec.js'), join(folder, 'copy.js'))).to.throw();
  });

  for (const [what, line, said] of [
    ['hangs', 'for (;;) {}', 'was ended after 2 s'],
    ['leaves a handle open', 'setInterval(() => {}, 1000);', 'did not exit after its last test'],
  ] as const) {
    it(`ends a suite that ${what}`, () => {
      write('dist/spec/stuck/stuck.spec.js', `import { it } from 'mocha';\nit('is stuck', () => { ${line} });\n`);
      const suites = pathToFileURL(join(folder, 'scripts/suites.mjs')).href;
      const script = `const { runSuite } = await import(${JSON.stringify(suites)});
        const suite = { name: 'stuck', files: ['dist/spec/stuck/stuck.spec.js'] };
        console.log(JSON.stringify(await runSuite(suite, ${what === 'hangs' ? '{ suite: 2000, exit: 2000 }' : '{ suite: 60000, exit: 500 }'})));`;
      const result = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
      const { failed, problems } = JSON.parse(result.stdout) as { failed: number; problems: string[] };
      expect(failed).to.be.greaterThan(0);
      expect(problems.join('\n')).to.include(said);
    });
  }
});

describe('scripts/setup.mjs', () => {
  it('says which Node is needed', async () => {
    const url = pathToFileURL(join(ROOT, 'scripts/setup.mjs')).href;
    const { nodeProblem } = (await import(url)) as { nodeProblem(version: string): string | null };
    for (const fine of ['20.19.0', '20.20.2', '22.0.0', '24.1.0']) expect(nodeProblem(fine), fine).to.equal(null);
    for (const old of ['18.20.0', '20.18.3', '20.9.0']) expect(nodeProblem(old), old).to.include('needs Node 20.19');
  });
});
