import { expect } from 'chai';
import { before, describe, it } from 'mocha';
import { floorOf, floors } from './floors.js';
import { IMPORTS, importing, lint, type Planted, specifier } from './planted.js';
import { read, readJson, repositoryFiles } from './tree.js';

/** One file for each import, which must be caught. A `*` in the path is replaced by a number. */
const each = (path: string, ...specifiers: string[]): Planted[] =>
  specifiers.map((name, index) => ({ path: path.replace('*', `planted${index}`), text: importing(name) }));

/** Ways to write files besides the folder that nothing is written outside of. */
const WRITING = [
  "import { rmSync } from 'node:fs';\nexport const a = rmSync;\n",
  "import { openSync as read } from 'node:fs';\nexport const a = read;\n",
  "import * as fs from 'node:fs';\nexport const a = fs.rmSync;\n",
  "import fs from 'node:fs';\nexport const a = fs.rmSync;\n",
  "export { writeFileSync } from 'node:fs';\n",
  "import { writeFile } from 'node:fs/promises';\nexport const a = writeFile;\n",
  "export const { rmSync } = await import('node:fs');\n",
];

const CAUGHT: readonly Planted[] = [
  ...['lib/journal', 'lib/support', 'lib/cli', 'plugins/files', 'plugins/mlflow/delivery'].flatMap((folder) =>
    WRITING.map((text, index) => ({ path: `${folder}/writing${index}.ts`, text })),
  ),
  ...each('lib/*.ts', '../plugins/console/index.js', '../plugins/files/index.js', 'ax-autolog', 'ax-autolog/sink'),
  ...each('lib/capture/*.ts', './ax/index.js', './decorators/wrap.js', './evaluate/run.js', '@ax-llm/ax'),
  ...each('lib/capture/decorators/*.ts', '../../../plugins/files/index.js', '../../../samples/random.js', '@ax-llm/ax'),
  ...each('lib/capture/decorators/ax*.ts', '../ax/instrument.js', '../ax/access/labels.js', '../evaluate/run.js'),
  ...each('lib/capture/evaluate/*.ts', '../ax/programs/index.js', '../ax/calls/services.js', '@ax-llm/ax'),
  ...each('lib/capture/ax/*.ts', '../../../plugins/files/index.js', '../../../spec/x.js', '../decorators/wrap.js'),
  ...each('lib/capture/ax/optimizers/gepa/*.ts', '../../../../index.js', '../../../evaluate/run.js'),
  ...each('lib/track/*.ts', '../capture/ax/optimizers/gepa/watch.js', '../capture/decorators/index.js'),
  ...each('lib/track/up*.ts', '../setup/autolog.js', '../capture/evaluate/evaluate.js', '../index.js', '@ax-llm/ax'),
  ...each('lib/track/traces/*.ts', '../../capture/guard.js', '../../register.js', '../../cli/program.js'),
  ...each('lib/journal/*.ts', '../track/tracker.js', '../track/context.js', '../deliver/registry.js'),
  ...each('lib/journal/up*.ts', '../capture/ax/index.js', '../record/emit.js', '../analysis/index.js'),
  ...each('lib/deliver/*.ts', '../track/tracker.js', '../record/emit.js', '../setup/shutdown.js'),
  ...each('lib/support/*.ts', '../journal/layout.js', '../deliver/registry.js', '../track/context.js'),
  ...each('lib/contract/*.ts', '../track/tracker.js', '../support/ids.js', '../sink.js', 'node:fs', 'csv-stringify'),
  ...each('lib/analysis/*.ts', 'node:fs', 'node:fs/promises', '../journal/reader.js', './node.js'),
  ...each('lib/analysis/history/*.ts', 'node:path', '../../journal/layout.js', '../../track/run.js', '../index.js'),
  ...each('lib/analysis/statistics/*.ts', 'node:crypto', '../../support/content-hash.js', '../history/read.js'),
  ...each(
    'lib/setup/*.ts',
    '../index.js',
    '../cli/program.js',
    '../analysis/index.js',
    '../../spec/x.js',
    '@ax-llm/ax',
  ),
  ...each('lib/cli/*.ts', '../../samples/random.js', '../../dist/lib/index.js', '@ax-llm/ax', 'ax-autolog'),
  ...each('plugins/files/*.ts', '../../lib/sink.js', '../../lib/journal/reader.js', '../../dist/lib/index.js'),
  ...each('plugins/files/deep/*.ts', '../../../lib/sink.js', '../../report/index.js', 'ax-autolog/register'),
  ...each('plugins/files/deep/er/*.ts', '../../../console/index.js', 'ax-autolog/plugins/report'),
  ...each('plugins/files/named*.ts', 'ax-autolog/testing', 'ax-autolog/plugins/files', 'ax-autolog/analysis/x'),
  ...each('samples/*.ts', '../lib/index.js', '../plugins/console/index.js', '../dist/lib/index.js'),
  ...each('spec/*.ts', '../dist/lib/index.js'),
  ...each('bench/*.ts', '../dist/lib/index.js'),
  { path: 'lib/track/type.ts', text: "import type { A } from '../setup/a.js';\nexport type B = A;\n" },
  { path: 'lib/track/again.ts', text: "export { a } from '../setup/a.js';\n" },
  { path: 'lib/track/later.ts', text: "export const a = await import('../setup/a.js');\n" },
];

const PASSED: readonly Planted[] = [
  ...['lib/journal', 'plugins/files'].map((folder) => ({
    path: `${folder}/reading.ts`,
    text: "import { readFileSync } from 'node:fs';\nexport const a = readFileSync;\n",
  })),
  { path: 'lib/support/folder/writing.ts', text: "import { rmSync } from 'node:fs';\nexport const a = rmSync;\n" },
  ...each('lib/free*.ts', './setup/autolog.js', './capture/decorators/index.js', './analysis/index.js'),
  ...each('lib/setup/free*.ts', '../../plugins/console/index.js', '../capture/ax/index.js', '../contract/sink.js'),
  ...each('lib/capture/decorators/free*.ts', '../ax/index.js', '../guard.js', './index.js'),
  ...each('lib/capture/ax/access/free*.ts', '@ax-llm/ax', '../programs/state.js', '../../guard.js'),
  ...each('lib/record/free*.ts', '../contract/sink.js', '../deliver/registry.js', './index.js'),
  ...each('lib/analysis/node.ts', '../journal/reader.js'),
  ...each('lib/analysis/history/free*.ts', '../../contract/events.js', '../format/text.js', './index.js'),
  ...each('lib/analysis/statistics/free*.ts', './mean.js', '../../contract/events.js', '../history/types.js'),
  ...each('lib/contract/free*.ts', './events.js'),
  ...each('lib/cli/show/free*.ts', '../../../plugins/report/index.js', '../../index.js', '../../analysis/node.js'),
  ...each('plugins/files/free*.ts', './index.js', './deep/x.js', ...floors.PUBLIC_ENTRIES),
  ...each('plugins/files/deep/free*.ts', '../index.js', './x.js', 'ax-autolog/analysis/node'),
  ...each('plugins/files/deep/er/free*.ts', '../../index.js', '../x.js', 'ax-autolog/sink'),
  ...each('samples/free*.ts', 'ax-autolog', 'ax-autolog/plugins/files', './random.js'),
  ...each('spec/free*.ts', '../lib/index.js', '../plugins/files/index.js'),
];

/** Names of the plugins that the package exports: `console`, `files`, … */
function plugins(): string[] {
  const { exports } = readJson<{ exports: Record<string, unknown> }>('package.json');
  return Object.keys(exports).flatMap((key) => (key.startsWith('./plugins/') ? [key.slice('./plugins/'.length)] : []));
}

/** Each plugin importing each other plugin, in the ways its folder layout allows. */
function pluginPairs(): readonly Planted[] {
  const pairs = plugins().flatMap((name) => plugins().flatMap((other) => (other === name ? [] : [{ name, other }])));
  return pairs.flatMap(({ name, other }) => [
    ...each(`plugins/${name}.ts`, `./${other}/index.js`),
    ...each(`plugins/${name}/${other}-*.ts`, `../${other}/index.js`, `../${other}.js`, `ax-autolog/plugins/${other}`),
    ...each(`plugins/${name}/inner/${other}-*.ts`, `../../${other}/index.js`, `../../${other}/inner/x.js`),
  ]);
}

/** A file of a floor: directly in its folder, or deep in it. */
function fileOf(floor: string, name: string, deep = false): string {
  if (floor === 'doors') return `lib/${name}.ts`;
  if (floor === 'analysis') return 'lib/analysis/node.ts';
  return `lib/${floor}/${deep && !floors.FLAT.includes(floor) ? 'in/ner/' : ''}${name}.ts`;
}

/** The files by which one floor imports another: each of the doors, and of ax the index. */
function targetsOf(other: string, floor: string): readonly string[] {
  if (other === 'doors') return floors.DOORS.map((door) => `lib/${door}.ts`);
  return [fileOf(other, other === 'capture/ax' && floor !== other ? 'index' : 'target')];
}

const NAMES = Object.keys(floors.IMPORTS);
/** Every floor importing every floor. `analysis` imports from one file, which can hold but one import at a time. */
const MATRIX = NAMES.filter((floor) => floor !== 'analysis').flatMap((floor) =>
  NAMES.flatMap((other) =>
    targetsOf(other, floor).flatMap((target, index) =>
      [false, true].map((deep) => {
        const path = fileOf(floor, `to-${other.replace('/', '-')}-${index}`, deep);
        return { floor, other, path, text: importing(specifier(path, target)) };
      }),
    ),
  ),
);

describe('floors', () => {
  let rulesOn: (path: string) => readonly string[] = () => [];
  const caught = [...CAUGHT, ...pluginPairs()];
  before(() => {
    rulesOn = lint([...caught, ...PASSED, ...MATRIX]);
  });

  it('are in biome.json as scripts/floors.mjs writes them', () => {
    const text = read('biome.json');
    expect(text, 'run `node scripts/floors.mjs --write`').to.equal(floors.update(text));
    expect(floors.update(floors.update(text))).to.equal(floors.update(text));
    const { overrides } = readJson<{ overrides: { includes: string[] }[] }>('biome.json');
    const includes = floors.rules().map((rule) => rule.includes);
    expect(overrides.slice(0, includes.length).map((override) => override.includes)).to.deep.equal(includes);
  });

  it('are in biome.json only as scripts/floors.mjs writes them', () => {
    expect(read('biome.json').split('noRestrictedImports').length - 1).to.equal(floors.rules().length);
  });

  for (const { path, text } of caught) {
    it(`catch ${path}: ${text.split('\n')[0]}`, () => expect(rulesOn(path)).to.include(IMPORTS));
  }

  for (const { path, text } of PASSED) {
    it(`let pass ${path}: ${text.split('\n')[0]}`, () => expect(rulesOn(path)).to.deep.equal([]));
  }

  for (const floor of new Set(MATRIX.map((entry) => entry.floor))) {
    it(`${floor} imports what the list says, and nothing else`, () => {
      for (const { other, path } of MATRIX.filter((entry) => entry.floor === floor)) {
        expect(rulesOn(path), `${path} → ${other}`).to.deep.equal(
          floors.IMPORTS[floor]?.includes(other) ? [] : [IMPORTS],
        );
      }
    });
  }

  it('are told from the path', () => {
    for (const { floor, path } of MATRIX.filter((entry) => entry.floor !== 'doors')) {
      expect(floorOf(path), path).to.equal(floor);
    }
    expect(floors.DOORS.map((door) => floorOf(`lib/${door}.ts`))).to.deep.equal(floors.DOORS.map(() => 'doors'));
    expect(floorOf('lib/analysis/node.ts')).to.equal('analysis');
    for (const path of ['lib/other.ts', 'lib/other/x.ts', 'lib/capture/other/x.ts', 'plugins/files/index.ts']) {
      expect(floorOf(path), path).to.equal(null);
    }
  });

  it('every plugin of the tree is exported', () => {
    const names = repositoryFiles().flatMap((path) => /^plugins\/([\w-]+)\//.exec(path)?.[1] ?? []);
    expect([...new Set(names)].sort()).to.deep.equal(plugins().sort());
  });
});
