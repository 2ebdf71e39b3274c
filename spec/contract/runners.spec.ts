import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recorder, sinkContract } from 'ax-autolog/testing';
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { ROOT } from '../repository/tree.js';

/** How a runner is started on its file of `spec/contract/consumer`, and how it prints what passed and failed. */
interface Runner {
  readonly args: readonly string[];
  readonly passed: RegExp;
  readonly failed: RegExp;
}

const bin = (path: string) => join(ROOT, 'node_modules', path);

const RUNNERS: Readonly<Record<string, Runner>> = {
  mocha: {
    args: [bin('mocha/bin/mocha.js'), '--timeout', '60000', '--no-config', 'mocha.test.mjs'],
    passed: /(\d+) passing/,
    failed: /(\d+) failing/,
  },
  'node:test': {
    args: ['--test', '--test-reporter=tap', 'node.test.mjs'],
    passed: /^# pass (\d+)$/m,
    failed: /^# fail (\d+)$/m,
  },
  vitest: {
    args: [bin('vitest/vitest.mjs'), 'run', '--root', '.', '--no-color', 'vitest.test.mjs'],
    passed: /Tests .*?(\d+) passed/,
    failed: /Tests .*?(\d+) failed/,
  },
};

const CHECKS = sinkContract(() => ({ sink: recorder(), read: () => '' }), { delivery: 'journal' }).length;

/** Settings of the runner that this suite itself runs under, which another one would take for its own. */
const INHERITED = /^(NODE_OPTIONS|NODE_TEST_CONTEXT|NODE_V8_COVERAGE|VITEST|MOCHA|AX_AUTOLOG_)/;

describe('the sink contract under the runners that a consumer may use', function () {
  this.timeout(120_000);
  let folder = '';

  before(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'ax-autolog-runners-')));
    cpSync(join(ROOT, 'spec/contract/consumer'), folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'consumer', private: true, type: 'module' }));
    mkdirSync(join(folder, 'node_modules'));
    const link = (name: string, target: string) => symlinkSync(target, join(folder, 'node_modules', name), 'junction');
    link('ax-autolog', ROOT);
    for (const name of ['mocha', 'vitest']) link(name, bin(name));
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  function run({ args, passed, failed }: Runner, sink: 'good' | 'broken') {
    const inherited = Object.entries(process.env).filter(([name]) => !INHERITED.test(name));
    const env = { ...Object.fromEntries(inherited), SINK: sink, NO_COLOR: '1', CI: '1' };
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, env, encoding: 'utf8' });
    const count = (pattern: RegExp) => Number(pattern.exec(stdout)?.[1] ?? 0);
    return { status, passed: count(passed), failed: count(failed), output: stdout + stderr };
  }

  for (const [name, runner] of Object.entries(RUNNERS)) {
    it(`${name} passes each check of a sink that holds to it`, () => {
      const { status, passed, failed, output } = run(runner, 'good');
      expect({ status, passed, failed }, output).to.deep.equal({ status: 0, passed: CHECKS, failed: 0 });
    });

    it(`${name} fails for a sink that loses its trials`, () => {
      const { status, passed, failed, output } = run(runner, 'broken');
      expect(status, output).to.not.equal(0);
      expect(failed, output).to.be.greaterThan(5);
      expect(passed + failed, output).to.equal(CHECKS);
      expect(output).to.include('must contain the score 0.111');
    });
  }
});
