import { expect } from 'chai';
import { describe, it } from 'mocha';
import { circles, type Files, type Import, importsOf } from './imports.js';
import {
  fullFolders,
  LIMITS,
  longFiles,
  longFunctions,
  loosePlugins,
  notPure,
  outOfLib,
  outOfPlugins,
  pastTheDoor,
  rootEntries,
  upward,
  withoutFloor,
} from './structure.js';
import { read, repositoryFiles } from './tree.js';

/** One thing that the tree must not have, with a tree that has it and the lines that report it. */
interface Check {
  readonly what: string;
  /** Returns a line for each fault, which names the file. */
  find(files: Files): readonly string[];
  readonly planted: Readonly<Record<string, string>>;
  readonly caught: readonly string[];
  /** A tree without a fault. */
  readonly fine: Readonly<Record<string, string>>;
}

const isSource = (path: string) => /\.tsx?$/.test(path);
const sources = (files: Files): Files => new Map([...files].filter(([path]) => isSource(path)));
const paths = (files: Files) => [...files.keys()];
const parsed = new WeakMap<Files, readonly Import[]>();

function imports(files: Files): readonly Import[] {
  const known = parsed.get(files) ?? importsOf(sources(files));
  parsed.set(files, known);
  return known;
}

/** `count` empty files. */
const many = (count: number, prefix: string) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`${prefix}${index}.ts`, '']));

const lines = (count: number, line: string) => `${line}\n`.repeat(count);
const body = (count: number) => lines(count - 2, '  f();');
const markup = (count: number) => `export const A = () => (\n  <p>\n${lines(count - 4, '    text')}  </p>\n);\n`;

const CHECKS: readonly Check[] = [
  {
    what: `root of lib/ with more than ${LIMITS.root} entries`,
    find: (files) => rootEntries(paths(files)),
    planted: { ...many(17, 'lib/a'), 'lib/journal/b.ts': '' },
    caught: ['lib/ has 18 entries: '],
    fine: { ...many(16, 'lib/a'), ...many(2, 'lib/journal/b') },
  },
  {
    what: `folder of more than ${LIMITS.folder} files`,
    find: (files) => fullFolders(paths(files)),
    planted: { ...many(19, 'lib/track/a'), ...many(19, 'plugins/report/page/a') },
    caught: ['lib/track/ has 19 files', 'plugins/report/page/ has 19 files'],
    fine: { ...many(18, 'lib/track/a'), ...many(18, 'lib/track/traces/a') },
  },
  {
    what: `file of more than ${LIMITS.fileLines} lines`,
    find: longFiles,
    planted: { 'lib/track/a.ts': lines(251, ''), 'plugins/report/page/css/a.css': lines(251, 'p {}') },
    caught: ['lib/track/a.ts has 251 lines', 'plugins/report/page/css/a.css has 251 lines'],
    fine: { 'lib/track/a.ts': lines(250, ''), 'lib/track/b.ts': `${lines(249, '')}f();` },
  },
  {
    what: `function of more than ${LIMITS.functionLines} lines`,
    find: (files) => longFunctions(sources(files)),
    planted: {
      'lib/track/a.ts': `\nexport function a() {\n${body(41)}}\n`,
      'lib/track/b.ts': `class B {\n  b() {\n${body(41)}  }\n}\n`,
      'plugins/report/page/a.tsx': markup(41),
    },
    caught: [
      'lib/track/a.ts:2 has a function of 41 lines',
      'lib/track/b.ts:2 has a function of 41 lines',
      'plugins/report/page/a.tsx:1 has a function of 41 lines',
    ],
    fine: {
      'lib/track/a.ts': `export function a() {\n${lines(9, '')}${body(40)}}\n`,
      'lib/track/b.ts': `export const b = {\n${lines(60, '  c: 1,')}};\n`,
      'plugins/report/page/a.tsx': markup(40),
    },
  },
  {
    what: 'circle of imports',
    find: (files) => circles(imports(files)).map((group) => group.join(', ')),
    planted: {
      'lib/track/a.ts': "import { b } from './b.js';\nimport './d.js';",
      'lib/track/b.ts': "import type { C } from '../journal/c.js';",
      'lib/journal/c.ts': "export type A = import('../track/a.js').A;",
      'lib/track/d.ts': "export * from './d.js';",
      'plugins/report/page/a.tsx': "import { B } from './b.jsx';",
      'plugins/report/page/b.tsx': "const later = () => import('./a.jsx');",
    },
    caught: [
      'lib/journal/c.ts, lib/track/a.ts, lib/track/b.ts',
      'lib/track/d.ts',
      'plugins/report/page/a.tsx, plugins/report/page/b.tsx',
    ],
    fine: {
      'lib/track/a.ts': "import { b } from './b.js';\nimport { c } from './c.js';",
      'lib/track/b.ts': "import { c } from './c.js';",
      'lib/track/c.ts': "// import { a } from './a.js';",
      'plugins/report/page/a.tsx': "import { B } from './a.js';",
      'plugins/report/page/a.ts': '',
    },
  },
  {
    what: 'file of lib/ that scripts/floors.mjs puts on no floor',
    find: (files) => withoutFloor(sources(files)),
    planted: { 'lib/other.ts': '', 'lib/other/a.ts': '', 'lib/capture/other/a.ts': '' },
    caught: ['lib/other.ts', 'lib/other/a.ts', 'lib/capture/other/a.ts'],
    fine: { 'lib/index.ts': '', 'lib/capture/a.ts': '', 'lib/cli/show/a.ts': '', 'plugins/files/a.ts': '' },
  },
  {
    what: 'import from a floor above',
    find: (files) => upward(imports(files)),
    planted: {
      'lib/track/traces/a.ts': "import type { B } from '../../capture/b.js';\nimport '../../index.js';",
      'lib/contract/a.ts': "export * from '../support/a.js';",
      'lib/capture/ax/a.ts': "import '../decorators/wrap.js';",
      'lib/capture/a.ts': "import './ax/index.js';",
      'lib/analysis/history/a.ts': "export type A = import('../../track/a.js').A;",
      'lib/setup/a.ts': "await import('../cli/program.js');",
    },
    caught: [
      'lib/track/traces/a.ts imports lib/capture/b.ts',
      'lib/track/traces/a.ts imports lib/index.ts',
      'lib/contract/a.ts imports lib/support/a.ts',
      'lib/capture/ax/a.ts imports lib/capture/decorators/wrap.ts',
      'lib/capture/a.ts imports lib/capture/ax/index.ts',
      'lib/analysis/history/a.ts imports lib/track/a.ts',
      'lib/setup/a.ts imports lib/cli/program.ts',
    ],
    fine: {
      'lib/index.ts': "export * from './setup/autolog.js';",
      'lib/capture/evaluate/a.ts': "import '../ax/index.js';\nimport '../guard.js';\nimport '../../contract/sink.js';",
      'lib/cli/a.ts': "import '../analysis/node.js';\nimport '../index.js';",
      'plugins/files/a.ts': "import '../../lib/index.js';",
    },
  },
  {
    what: 'import of a file of capture/ax other than its index',
    find: (files) => pastTheDoor(imports(files)),
    planted: {
      'lib/capture/decorators/a.ts': "import '../ax/access/labels.js';",
      'lib/capture/evaluate/a.ts': "import '../ax/instrument.js';",
    },
    caught: [
      'lib/capture/decorators/a.ts imports lib/capture/ax/access/labels.ts',
      'lib/capture/evaluate/a.ts imports lib/capture/ax/instrument.ts',
    ],
    fine: {
      'lib/capture/decorators/a.ts': "import '../ax/index.js';",
      'lib/capture/ax/watch/a.ts': "import '../access/scope.js';",
      'lib/setup/a.ts': "import '../capture/ax/instrument.js';",
    },
  },
  {
    what: 'import from outside of lib/, in lib/',
    find: (files) => outOfLib(imports(files)),
    planted: {
      'lib/setup/a.ts': "import '../../plugins/files/index.js';\nimport '@ax-llm/ax';",
      'lib/track/a.ts': "await import('../../plugins/files/index.js');\nimport 'ax-autolog/sink';",
      'lib/journal/a.ts': "import '../../spec/a.js';",
    },
    caught: [
      'lib/setup/a.ts imports plugins/files/index.ts',
      'lib/setup/a.ts imports @ax-llm/ax',
      'lib/track/a.ts imports plugins/files/index.ts',
      'lib/track/a.ts imports ax-autolog/sink',
      'lib/journal/a.ts imports spec/a.ts',
    ],
    fine: {
      'lib/setup/a.ts': "await import('../../plugins/files/index.js');\nimport 'node:fs';",
      'lib/cli/a.ts': "await import('../../plugins/report/index.js');",
      'lib/capture/ax/a.ts': "import type { AxGen } from '@ax-llm/ax';",
    },
  },
  {
    what: 'import in a plugin of anything but its own files and the public entries',
    find: (files) => outOfPlugins(imports(files)),
    planted: {
      'plugins/files/a.ts': "import type { Sink } from '../../lib/contract/sink.js';\nimport 'ax-autolog/testing';",
      'plugins/report/page/deep/er/a.tsx': "import { x } from '../../../../files/index.js';",
    },
    caught: [
      'plugins/files/a.ts imports lib/contract/sink.ts',
      'plugins/files/a.ts imports ax-autolog/testing',
      'plugins/report/page/deep/er/a.tsx imports plugins/files/index.ts',
    ],
    fine: {
      'plugins/files/a.ts':
        "import 'ax-autolog';\nimport 'ax-autolog/analysis/node';\nimport './b.js';\nimport 'node:fs';",
      'plugins/report/page/deep/er/a.tsx': "import '../../../index.js';\nimport 'preact';",
    },
  },
  {
    what: 'plugin other than a folder with an index.ts',
    find: (files) => loosePlugins(paths(files)),
    planted: { 'plugins/console.ts': '', 'plugins/files/a.ts': '', 'plugins/otel/live/index.ts': '' },
    caught: ['plugins/console.ts', 'plugins/files/index.ts', 'plugins/otel/index.ts'],
    fine: { 'plugins/files/index.ts': '', 'plugins/files/a.ts': '' },
  },
  {
    what: 'import in ax-autolog/analysis that fails in a browser',
    find: (files) => notPure(imports(files)),
    planted: {
      'lib/analysis/history/a.ts': "import 'node:path';\nimport '../../journal/reader.js';",
      'lib/analysis/index.ts': "export * from './node.js';",
    },
    caught: [
      'lib/analysis/history/a.ts imports node:path',
      'lib/analysis/history/a.ts imports lib/journal/reader.ts',
      'lib/analysis/index.ts imports lib/analysis/node.ts',
    ],
    fine: { 'lib/analysis/node.ts': "import 'node:fs';\nimport '../journal/reader.js';\nimport './history/a.js';" },
  },
];

describe('the tree of lib/ and plugins/', () => {
  const tree: Files = new Map(
    repositoryFiles()
      .filter((path) => /^(lib|plugins)\//.test(path))
      .map((path) => [path, read(path)]),
  );

  it('is parsed: every import of the main entry leads to a file', () => {
    expect(tree.size).to.be.greaterThan(200);
    const found = importsOf(new Map([['lib/index.ts', tree.get('lib/index.ts') ?? '']]));
    expect(found.length).to.be.greaterThan(5);
    expect(found.map(({ to }) => to).filter((path) => path === null || !tree.has(path))).to.deep.equal([]);
  });

  for (const { what, find } of CHECKS) {
    it(`has no ${what}`, () => expect(find(tree).join('\n')).to.equal(''));
  }

  for (const { what, find, planted, caught, fine } of CHECKS) {
    it(`is caught: ${what}`, () => {
      const found = find(new Map(Object.entries(planted)));
      expect([...found].sort().map((line, index) => line.slice(0, [...caught].sort()[index]?.length))).to.deep.equal(
        [...caught].sort(),
      );
      expect(find(new Map(Object.entries(fine)))).to.deep.equal([]);
    });
  }
});
