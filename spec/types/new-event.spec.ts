import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const COMPILER = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');
const run = promisify(execFile);

/** Readers that have to decide what a new event is to them, and the table of the events itself. */
const READERS = [
  'lib/contract/events.ts',
  'lib/contract/schema/events.ts',
  'lib/record/content/table.ts',
  'lib/analysis/history/builder.ts',
  'lib/analysis/history/compile.ts',
  'lib/analysis/history/evaluation.ts',
  'lib/analysis/history/run.ts',
  'lib/analysis/history/trial.ts',
  'lib/analysis/statistics/live.ts',
  'lib/testing/events/arbitrary.ts',
  'plugins/console/descriptions.ts',
  'plugins/console/index.ts',
  'plugins/console/lines.ts',
  'plugins/console/news.ts',
  'plugins/console/progress-book.ts',
  'plugins/console/progress.ts',
  'plugins/files/candidates.ts',
  'plugins/files/evaluations.ts',
  'plugins/files/metrics.ts',
  'plugins/files/params.ts',
  'plugins/files/run-record.ts',
  'plugins/mlflow/mapping/mapper.ts',
  'plugins/otel/run-spans.ts',
  'plugins/report/sink.ts',
];

describe('a new event', function () {
  this.timeout(120_000);
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'new-event-'));
    for (const part of ['lib', 'plugins', 'package.json']) {
      cpSync(join(ROOT, part), join(folder, part), { recursive: true });
    }
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'junction');
    const config = JSON.parse(readFileSync(join(ROOT, 'tsconfig.json'), 'utf8')) as object;
    const adapted = { ...config, include: ['lib', 'plugins'], exclude: ['plugins/report/page'] };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(adapted));
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** Compiles the copy. Returns the errors, one a line. */
  async function compile(...options: readonly string[]): Promise<readonly string[]> {
    const args = [COMPILER, '-p', folder, '--pretty', 'false', ...options];
    const { stdout } = await run(process.execPath, args, { cwd: folder }).catch((error: { stdout: string }) => error);
    return stdout.split('\n').filter((line) => /^\S.*: error /.test(line));
  }

  /** Replaces text that is in a file of the copy exactly once. */
  function replace(path: string, text: string, by: string): void {
    const parts = readFileSync(join(folder, path), 'utf8').split(text);
    expect(parts, `'${text}' in ${path}`).to.have.length(2);
    writeFileSync(join(folder, path), parts.join(by));
  }

  function addEvent(): void {
    const start = 'export interface EventData {\n';
    replace('lib/contract/event-data.ts', start, `${start}  onSomethingNew: { readonly what: string };\n`);
  }

  /** Registers a sink with the hook, in a process of its own. Returns what is said of it. */
  async function registered(): Promise<string> {
    const module = pathToFileURL(join(folder, 'dist/lib/deliver/registry.js')).href;
    const script = `
      const { registry } = await import('${module}');
      try { registry.register({ name: 'mine', onSomethingNew() {} }); console.log('registered'); }
      catch (error) { console.log(error.code, error.message); }
      process.exit();`;
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], { cwd: folder });
    return stdout.trim();
  }

  it('leaves nothing to report as long as there is none', async () => {
    expect(await compile()).to.deep.equal([]);
    expect(await registered()).to.match(/^AXL_SINK_INVALID .*onSomethingNew/);
  });

  it('is a compile error in the table of events and in each reader of events', async () => {
    addEvent();
    const errors = await compile('--noEmit');
    const files = errors.map((line) => line.slice(0, line.indexOf('(')));
    expect(files).to.include.members(READERS);
    expect(errors.filter((line) => !line.includes("'onSomethingNew'"))).to.deep.equal([]);
  });

  it('has no member that is not checked when it is read', async () => {
    const start = 'export interface EndData {\n';
    replace('lib/contract/values.ts', start, `${start}  readonly later?: string;\n`);
    const errors = (await compile('--noEmit')).filter((line) => line.startsWith('lib/contract/schema/'));
    expect(errors.join('\n')).to.contain("'later'");
    expect(errors).to.have.length(2);
  });

  it('is not content by accident: a new field is a compile error in the table of what is captured', async () => {
    replace(
      'lib/contract/event-data.ts',
      '    readonly cached: boolean;\n',
      '    readonly cached: boolean;\n    readonly text: string;\n',
    );
    const errors = await compile('--noEmit');
    expect(errors.map((line) => line.slice(0, line.indexOf('(')))).to.include('lib/record/content/table.ts');
  });

  it('has a hook that register() takes as soon as it is in the table', async () => {
    addEvent();
    replace('lib/contract/events.ts', '  onRunStart: true,\n', '  onRunStart: true,\n  onSomethingNew: true,\n');
    const errors = await compile();
    expect(errors.filter((line) => line.startsWith('lib/contract/events.ts'))).to.deep.equal([]);
    expect(await registered()).to.equal('registered');
  });
});
