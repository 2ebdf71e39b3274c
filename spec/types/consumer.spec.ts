import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { describe, it } from 'mocha';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const CONSUMER = join(ROOT, 'spec/types/consumer');
const require = createRequire(import.meta.url);
const run = promisify(execFile);

const COMPILERS = { 'typescript-5': '5.9.', 'typescript-6': '6.', typescript: '7.' };

function folderOf(compiler: string): string {
  return dirname(require.resolve(`${compiler}/package.json`));
}

/** Type-checks a consumer's project, our declarations included. Returns what the compiler says. */
async function check(compiler: string, project: string): Promise<string> {
  try {
    const { stdout } = await run(process.execPath, [join(folderOf(compiler), 'bin/tsc'), '-p', project], { cwd: ROOT });
    return stdout;
  } catch (error) {
    const { stdout, stderr } = error as { readonly stdout?: string; readonly stderr?: string };
    return `${stdout ?? ''}${stderr ?? ''}` || String(error);
  }
}

describe('an application that uses the public types', function () {
  this.timeout(120_000);

  for (const [compiler, version] of Object.entries(COMPILERS)) {
    for (const mode of ['standard', 'legacy']) {
      it(`type-checks under ${mode} decorators with TypeScript ${version}x, and its wrong uses do not`, async () => {
        const installed = JSON.parse(readFileSync(join(folderOf(compiler), 'package.json'), 'utf8')) as {
          readonly version: string;
        };
        expect(installed.version.startsWith(version), `${compiler} is ${installed.version}`).to.equal(true);
        expect(await check(compiler, join(CONSUMER, mode))).to.equal('');
      });
    }
  }

  it('names at least twenty wrong uses, each of which must be an error', () => {
    const wrong = ['standard', 'legacy'].flatMap((mode) =>
      readFileSync(join(CONSUMER, mode, 'use.ts'), 'utf8').match(/@ts-expect-error/g),
    );
    expect(wrong.length).to.be.at.least(20);
  });
});
