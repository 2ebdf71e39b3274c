import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { ROOT, readJson, repositoryFiles } from './tree.js';

interface Diagnostic {
  readonly category: string;
  readonly location: { readonly path: string };
}

const IMPORTS = 'lint/style/noRestrictedImports';

/** One file that breaks one rule: what it is called, what it says, the rule that must catch it. */
interface Violation {
  readonly path: string;
  readonly text: string;
  readonly rule: string;
}

const importing = (path: string, ...targets: string[]): Violation[] =>
  targets.map((target, index) => ({
    path: path.replace('*', `planted${index}`),
    text: `import { planted } from '${target}';\nexport const used = planted;\n`,
    rule: IMPORTS,
  }));

const lines = (count: number, line: string) => `${line}\n`.repeat(count);

const VIOLATIONS: readonly Violation[] = [
  ...importing(
    'lib/*.ts',
    '../plugins/console.js',
    '../plugins/files/index.js',
    'ax-autolog',
    'ax-autolog/plugins/files',
  ),
  ...importing('lib/decorators/*.ts', '../../plugins/console.js', '../../samples/random.js', '@ax-llm/ax'),
  ...importing('lib/capture/ax/*.ts', '../../../plugins/console.js', '../../../spec/x.js'),
  ...importing('lib/tracker/*.ts', '../ax/gepa.js', '../decorators/track.js', '../autolog.js', '../evaluate.js'),
  ...importing('lib/journal/*.ts', '../tracker.js', '../session.js', '../registry.js', '../ax/gepa.js'),
  ...importing('lib/registry.ts', '../tracker.js'),
  ...importing('lib/dispatch.ts', './registry.js'),
  ...importing('lib/events.ts', './tracker.js'),
  ...importing('lib/statistics/*.ts', 'node:crypto', '../content.js', '../history/read-run.js'),
  ...importing('samples/*.ts', '../lib/index.js', '../plugins/console.js', '../dist/lib/index.js'),
  ...importing('spec/*.ts', '../dist/lib/index.js'),
  { path: 'lib/any.ts', text: 'export const planted: any = 1;\n', rule: 'lint/suspicious/noExplicitAny' },
  {
    path: 'lib/long-function.ts',
    text: `export function planted(): void {\n${lines(50, '  console.log(1);')}}\n`,
    rule: 'lint/complexity/noExcessiveLinesPerFunction',
  },
  {
    path: 'plugins/long-file.ts',
    text: lines(260, 'console.log(1);'),
    rule: 'lint/style/noExcessiveLinesPerFile',
  },
  {
    path: 'lib/cycle-a.ts',
    text: "import { b } from './cycle-b.js';\nexport const a = () => b;\n",
    rule: 'lint/suspicious/noImportCycles',
  },
  {
    path: 'lib/cycle-b.ts',
    text: "import { a } from './cycle-a.js';\nexport const b = () => a;\n",
    rule: 'lint/suspicious/noImportCycles',
  },
  {
    path: 'spec/focus.spec.ts',
    text: "import { describe } from 'mocha';\ndescribe.only('planted', () => {});\n",
    rule: 'lint/suspicious/noFocusedTests',
  },
  {
    path: 'spec/skip.spec.ts',
    text: "import { describe } from 'mocha';\ndescribe.skip('planted', () => {});\n",
    rule: 'lint/suspicious/noSkippedTests',
  },
  {
    path: 'lib/type-import.ts',
    text: "import { Json } from './json.js';\nexport const planted: Json = null;\n",
    rule: 'lint/style/useImportType',
  },
];

/** Names of the plugins the package exports: `console`, `files`, … */
function plugins(): string[] {
  const { exports } = readJson<{ exports: Record<string, unknown> }>('package.json');
  return Object.keys(exports).flatMap((key) => (key.startsWith('./plugins/') ? [key.slice('./plugins/'.length)] : []));
}

/** Each plugin importing each other plugin, in the ways its folder layout allows. */
function pluginViolations(): Violation[] {
  const pairs = plugins().flatMap((name) => plugins().flatMap((other) => (other === name ? [] : [{ name, other }])));
  return pairs.flatMap(({ name, other }) => [
    ...importing(`plugins/${name}.ts`, `./${other}/index.js`),
    ...importing(`plugins/${name}/${other}-*.ts`, `../${other}/index.js`, `../${other}.js`),
    ...importing(`plugins/${name}/${other}-lib-*.ts`, '../../lib/journal/reader.js', 'ax-autolog/testing'),
  ]);
}

describe('lint rules', () => {
  const planted = [...VIOLATIONS, ...pluginViolations()];
  let found: readonly Diagnostic[] = [];
  let folder = '';

  const plant = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'ax-autolog-lint-'));
    for (const file of ['biome.json', '.gitignore']) cpSync(join(ROOT, file), join(folder, file));
    for (const { path, text } of planted) plant(path, text);
    plant('lib/clean.ts', "import type { Json } from './json.js';\nexport const fine: Json = null;\n");
    plant('plugins/files/clean.ts', "import type { Sink } from 'ax-autolog/sink';\nexport type Own = Sink;\n");
    plant('samples/clean.ts', "import { files } from 'ax-autolog/plugins/files';\nexport const sink = files;\n");
    const biome = join(ROOT, 'node_modules/@biomejs/biome/bin/biome');
    const args = [biome, 'lint', '--reporter=json', '--max-diagnostics=1000', '.'];
    const { stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8', maxBuffer: 2 ** 26 });
    found = (JSON.parse(stdout) as { diagnostics: Diagnostic[] }).diagnostics;
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  const rulesOn = (path: string) =>
    found.filter(({ location }) => location.path === path).map(({ category }) => category);

  for (const { path, text, rule } of planted) {
    it(`${rule} catches ${path}: ${text.split('\n')[0]}`, () => {
      expect(rulesOn(path)).to.include(rule);
    });
  }

  it('lets files pass that break no rule', () => {
    for (const path of ['lib/clean.ts', 'plugins/files/clean.ts', 'samples/clean.ts']) {
      expect(rulesOn(path), path).to.deep.equal([]);
    }
  });

  it('every plugin of the tree is exported, so that these rules know it', () => {
    const names = repositoryFiles().flatMap((path) => /^plugins\/([\w-]+)(?:\.ts$|\/)/.exec(path)?.[1] ?? []);
    expect([...new Set(names)].sort()).to.deep.equal(plugins().sort());
  });
});
