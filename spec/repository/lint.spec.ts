import { expect } from 'chai';
import { before, describe, it } from 'mocha';
import { lint, type Planted } from './planted.js';

/** A file that breaks one rule, and the rule that must catch it. */
interface Violation extends Planted {
  readonly rule: string;
}

const lines = (count: number, line: string) => `${line}\n`.repeat(count);

const VIOLATIONS: readonly Violation[] = [
  { path: 'lib/track/any.ts', text: 'export const planted: any = 1;\n', rule: 'lint/suspicious/noExplicitAny' },
  {
    path: 'lib/track/long-function.ts',
    text: `export function planted(): void {\n${lines(42, '  console.log(1);')}}\n`,
    rule: 'lint/complexity/noExcessiveLinesPerFunction',
  },
  {
    path: 'plugins/files/long-file.ts',
    text: `${lines(100, 'console.log(1);')}${'\n'.repeat(60)}${lines(100, 'console.log(1);')}`,
    rule: 'lint/style/noExcessiveLinesPerFile',
  },
  {
    path: 'lib/track/cycle-a.ts',
    text: "import { b } from './cycle-b.js';\nexport const a = () => b;\n",
    rule: 'lint/suspicious/noImportCycles',
  },
  {
    path: 'lib/track/cycle-b.ts',
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
    path: 'lib/track/type-import.ts',
    text: "import { Json } from './json.js';\nexport const planted: Json = null;\n",
    rule: 'lint/style/useImportType',
  },
];

describe('lint rules', () => {
  let rulesOn: (path: string) => readonly string[] = () => [];
  before(() => {
    rulesOn = lint([
      ...VIOLATIONS,
      { path: 'lib/track/clean.ts', text: "import type { Json } from './json.js';\nexport const fine: Json = null;\n" },
    ]);
  });

  for (const { path, text, rule } of VIOLATIONS) {
    it(`${rule} catches ${path}: ${text.split('\n')[0]}`, () => {
      expect(rulesOn(path)).to.include(rule);
    });
  }

  it('let a file pass that breaks none', () => {
    expect(rulesOn('lib/track/clean.ts')).to.deep.equal([]);
  });
});
