import { expect } from 'chai';
import { describe, it } from 'mocha';
import { linesMatching, read, repositoryFiles } from './tree.js';

const OWN = 'spec/repository/';
const files = repositoryFiles();
const text = files.filter((path) => !path.startsWith(OWN) && !/\.(png|gz|tgz)$/.test(path));
const source = text.filter((path) => /\.(tsx?|mts|cts|js|mjs|cjs)$/.test(path));
const specs = source.filter((path) => path.startsWith('spec/'));
/** The only files that may write to the terminal of whoever runs the package. */
const TERMINAL = ['lib/support/terminal.ts', 'lib/cli/output.ts', 'plugins/console/index.ts'];
const shipped = source.filter((path) => /^(lib|plugins)\//.test(path));

/** One thing that no line of these files may say, with a line that it must catch. */
const FORBIDDEN: readonly { what: string; paths: readonly string[]; pattern: RegExp; caught: string }[] = [
  {
    what: 'a path of somebody’s machine',
    paths: text,
    pattern: /(^|[\s'"`(=:])\/(work|root|tmp|Users|home)\/(?!someone\b)\w/,
    caught: "const folder = '/tmp/x';",
  },
  {
    what: 'a package registry',
    paths: text,
    pattern: /registry\.(npmjs|yarnpkg|npmmirror)|"resolved": "http/,
    caught: '"resolved": "https://example.org/x.tgz"',
  },
  {
    what: 'an address other than 127.0.0.1',
    paths: text,
    pattern: /(?<![\d.])(?!127\.0\.0\.1(?![\d.]))(?:\d{1,3}\.){3}\d{1,3}(?![\d.])/,
    caught: "listen(80, '0.0.0.0')",
  },
  { what: 'a focused test', paths: specs, pattern: /\b(describe|context|it)\.only\(/, caught: "it.only('x', f)" },
  {
    what: 'a skipped test',
    paths: specs,
    pattern: /\b(describe|context|it)\.skip\(|\bthis\.skip\(|\bx(it|describe)\(/,
    caught: 'this.skip()',
  },
  {
    what: 'an unfinished note',
    paths: text.filter((path) => path !== 'package-lock.json'),
    pattern: /\b(TODO|FIXME|XXX)\b/,
    caught: '// TODO',
  },
  {
    what: 'a switched-off type check',
    paths: source.filter((path) => !path.startsWith('spec/types/')),
    pattern: /@ts-(ignore|nocheck|expect-error)/,
    caught: '// @ts-ignore',
  },
  {
    what: 'a switched-off rule of structure',
    paths: source,
    pattern:
      /biome-ignore.*(noRestrictedImports|noImportCycles|noExplicitAny|noExcessiveLines|noFocusedTests|noSkippedTests)/,
    caught: '// biome-ignore lint/suspicious/noExplicitAny: reason',
  },
  {
    what: 'a call to Math.random where users’ runs pass',
    paths: shipped,
    pattern: /\bMath\.random\(/,
    caught: 'Math.random()',
  },
  {
    what: 'a way to a terminal around the functions that make text safe for it',
    paths: shipped.filter((path) => !TERMINAL.includes(path)),
    pattern: /^(?!\s*(\*|\/\/)).*(\bprocess\.(stdout|stderr|emitWarning)\b(?!\.isTTY)|\bconsole\.\w|\bnode:console\b)/,
    caught: '  process.stdout.write(text);',
  },
  {
    what: 'an import of ax as a value when the module loads',
    paths: shipped,
    pattern: /^(import (?!type\b)|export (?!type\b)).*from '@ax-llm\/ax|^import '@ax-llm\/ax/,
    caught: "import { AxGen } from '@ax-llm/ax';",
  },
];

describe('text of the repository', () => {
  for (const { what, paths, pattern, caught } of FORBIDDEN) {
    it(`has nowhere ${what}`, () => {
      expect(caught, 'the pattern catches its example').to.match(pattern);
      expect(paths, 'there are files to look at').to.not.deep.equal([]);
      expect(linesMatching(paths, pattern)).to.deep.equal([]);
    });
  }

  it('allows the loopback address and versions', () => {
    const address = FORBIDDEN.find(({ what }) => what.startsWith('an address'))?.pattern;
    for (const fine of ['http://127.0.0.1:80', 'version 24.0.21', '1.2.3']) expect(fine).to.not.match(address ?? /x/);
  });

  it('has no file that a clone does not need', () => {
    expect(files.filter((path) => /(^|\/)(node_modules|dist|\.ax-autolog|\.claude)\//.test(path))).to.deep.equal([]);
    expect(files.filter((path) => read(path).length > 1_000_000)).to.deep.equal([]);
  });
});
