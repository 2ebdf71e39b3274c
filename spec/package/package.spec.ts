import { readdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { publint } from 'publint';
import { ROOT, readJson } from '../repository/tree.js';
import { type Consumer, journaled, makeConsumer } from './consumer.js';

interface Manifest {
  readonly version: string;
  readonly exports: Record<string, string | { readonly types: string; readonly default: string }>;
  readonly scripts: Record<string, string>;
}

/** What attw finds. */
interface Attw {
  readonly analysis: {
    readonly entrypoints: Readonly<Record<string, unknown>>;
    readonly problems: readonly { readonly kind: string; readonly resolutionOption?: string }[];
  };
}

const manifest = readJson<Manifest>('package.json');
const entries = Object.keys(manifest.exports).map((key) => key.replace(/^\./, 'ax-autolog'));
/** Entries that give values; `register` acts when it is loaded, and is loaded by `--import`. */
const importable = entries.filter((entry) => !/(register|package\.json)$/.test(entry));

/** What `import 'ax-autolog'` may load: a new dependency or an eager plugin shows here. */
const MAIN_ENTRY_BUDGET = { modules: 230, bytes: 800_000 };

const TSC = join(ROOT, 'node_modules/typescript/bin/tsc');
const OPTIONS = [
  '--strict',
  '--module',
  'nodenext',
  '--target',
  'es2022',
  '--lib',
  'es2023,esnext.decorators,dom',
  '--types',
  'node',
];
const TYPES = ['--typeRoots', join(ROOT, 'node_modules/@types')];

describe('the packed package', function () {
  this.timeout(300_000);
  let consumer: Consumer;

  before(() => {
    consumer = makeConsumer();
  });

  after(() => consumer?.remove());

  it('holds what a consumer needs, and nothing else', () => {
    const allowed =
      /^(package\.json|README\.md|LICENSE|CHANGELOG\.md|docs\/errors\.md|dist\/(lib|plugins)\/.+\.(js|d\.ts)(\.map)?|(lib|plugins)\/.+\.ts|dist\/plugins\/report\/page\/(main\.css|NOTICES\.txt)|plugins\/report\/page\/.+\.(tsx|css|json))$/;
    expect(consumer.packed.filter((path) => !allowed.test(path))).to.deep.equal([]);
    expect(consumer.packed).to.include.members(['README.md', 'LICENSE', 'CHANGELOG.md', 'docs/errors.md']);
    const targets = Object.values(manifest.exports).flatMap((target) =>
      typeof target === 'string' ? [target] : [target.types, target.default],
    );
    expect(consumer.packed).to.include.members(targets.map((target) => target.replace('./', '')));
  });

  it('holds the source of every compiled file', () => {
    const compiled = consumer.packed.filter((path) => /^dist\/.*\.js$/.test(path));
    const sources = compiled.map((path) => path.replace(/^dist\//, '').replace(/\.js$/, '.ts'));
    expect(compiled).to.not.deep.equal([]);
    expect(consumer.packed).to.include.members(sources);
  });

  it('is built by npm before it is packed', () => {
    expect(manifest.scripts['prepack']).to.equal(manifest.scripts['build']);
  });

  it('satisfies publint', async () => {
    const { messages } = await publint({ pkgDir: consumer.installed, level: 'suggestion', strict: true, pack: false });
    expect(messages).to.deep.equal([]);
  });

  it('has types that resolve as its code does (attw)', () => {
    const attw = join(ROOT, 'node_modules/@arethetypeswrong/cli/dist/index.js');
    // The profile has no `node10`, but attw counts this one problem there, too: `node10` knows no package that imports itself.
    const args = ['--profile', 'esm-only', '--format', 'json', '--ignore-rules', 'internal-resolution-error'];
    const output = consumer.node([attw, consumer.tarball, ...args]); // ends with exit code 1 when there is a problem
    const { analysis } = JSON.parse(output) as Attw;
    expect(Object.keys(analysis.entrypoints).map((key) => key.replace(/^\./, 'ax-autolog'))).to.have.members(entries);
    const internal = analysis.problems.filter(({ kind }) => kind === 'InternalResolutionError');
    expect(internal.filter(({ resolutionOption }) => resolutionOption !== 'node10')).to.deep.equal([]);
  });

  it('can be imported by every path it exports', () => {
    const script = `for (const entry of ${JSON.stringify(importable)}) {
      const names = Object.keys(await import(entry));
      if (names.length === 0) throw new Error(entry + ' exports nothing');
      console.log(entry);
    }`;
    expect(consumer.node(['--input-type=module', '-e', script]).trim().split('\n')).to.deep.equal(importable);
  });

  it('can be required, and is the same module as when imported', () => {
    const script = `const required = ${JSON.stringify(importable)}.map((entry) => [entry, require(entry)]);
      Promise.all(required.map(async ([entry, names]) => {
        const imported = await import(entry);
        for (const name of Object.keys(imported)) if (imported[name] !== names[name]) throw new Error(entry + ' ' + name);
        console.log(entry);
      }));`;
    const output = consumer.node(['--no-warnings', '-e', script]).trim().split('\n');
    expect(output.sort()).to.deep.equal([...importable].sort());
  });

  it('names its version', () => {
    const script = "console.log(require('ax-autolog/package.json').version)";
    expect(consumer.node(['-e', script]).trim()).to.equal(manifest.version);
  });

  it('loads little: no ax, no plugin, no dependency of one', () => {
    const urls = JSON.parse(consumer.node(['--no-warnings', 'loaded.mjs', 'ax-autolog'])) as string[];
    const paths = urls.map((url) => fileURLToPath(url)).filter((path) => path.includes('node_modules'));
    const own = paths.filter((path) => path.startsWith(join(consumer.installed, 'dist/lib')));
    expect(own).to.not.deep.equal([]);
    expect(paths.filter((path) => !own.includes(path))).to.deep.equal([]);
    expect(own.length).to.be.at.most(MAIN_ENTRY_BUDGET.modules);
    const bytes = own.reduce((sum, path) => sum + statSync(path).size, 0);
    expect(bytes).to.be.at.most(MAIN_ENTRY_BUDGET.bytes);
  });

  it('has all that a report needs, with nothing more installed', () => {
    const dir = join(consumer.folder, 'runs-report');
    consumer.node(['--import', 'ax-autolog/register', 'app.mjs'], {
      AX_AUTOLOG_DIR: dir,
      AX_AUTOLOG_LOG_COMPILES: 'true',
    });
    const file = join(consumer.folder, 'report.html');
    const main = join(consumer.installed, 'dist/lib/cli/main.js');
    expect(consumer.node([main, 'report', 'latest', '--dir', dir, '-o', file]).trim()).to.equal(file);
    expect(readFileSync(file, 'utf8')).to.include('BootstrapFewShot').and.include('Apache License');
  });

  it('loads nothing of OpenTelemetry before otel() is called', () => {
    const script = `import { createRequire } from 'node:module';
      const { otel } = await import('ax-autolog/plugins/otel');
      const loaded = () => Object.keys(createRequire(import.meta.url).cache).filter((path) => path.includes('opentelemetry'));
      const before = loaded().length;
      otel();
      console.log(JSON.stringify({ before, after: loaded().length > 0 }));`;
    expect(JSON.parse(consumer.node(['--input-type=module', '-e', script]))).to.deep.equal({ before: 0, after: true });
    const urls = JSON.parse(consumer.node(['--no-warnings', 'loaded.mjs', 'ax-autolog/plugins/otel'])) as string[];
    expect(urls.filter((url) => url.includes('opentelemetry'))).to.deep.equal([]);
  });

  for (const how of ['provider', 'exporter', 'url']) {
    it(`writes spans of an app to OpenTelemetry by ${how}`, () => {
      const { spans, ids } = JSON.parse(consumer.node(['otel.mjs', how], { AX_AUTOLOG_DIR: `otel-${how}` })) as {
        spans: string[];
        ids: boolean;
      };
      expect(spans.join()).to.match(/chat .*invoke_workflow AxGen/);
      expect(ids, 'the ids are those of the journal').to.equal(true);
    });
  }

  it('says what to install where OpenTelemetry is missing, and feeds an exporter without it', () => {
    const [there, away] = ['node_modules/@opentelemetry', 'node_modules/.opentelemetry'];
    renameSync(join(consumer.folder, there), join(consumer.folder, away));
    try {
      const said = JSON.parse(consumer.node(['otel-missing.mjs'])) as Record<string, unknown>;
      expect(said).to.deep.equal({ provider: 'AXL_OTEL_MISSING', url: 'AXL_OTEL_MISSING', spans: 1 });
    } finally {
      renameSync(join(consumer.folder, away), join(consumer.folder, there));
    }
  });

  it('says what to install where fast-check is missing, and checks of a sink what needs none', () => {
    const { passed, failed } = JSON.parse(consumer.node(['contract.mjs'])) as {
      passed: number;
      failed: { name: string; code: string; message: string }[];
    };
    expect(passed).to.be.greaterThan(5);
    expect([...new Set(failed.map(({ code }) => code))]).to.deep.equal(['AXL_TESTING_MISSING']);
    expect(failed.every(({ name }) => name.startsWith('takes '))).to.equal(true);
    expect(failed[0]?.message).to.include('npm install --save-dev fast-check');
  });

  for (const mode of [[], ['--experimentalDecorators']]) {
    it(`tracks a class decorated in a TypeScript project (${mode[0] ?? 'standard decorators'})`, () => {
      const output = mode.length === 0 ? 'standard' : 'legacy';
      consumer.write('package.json', JSON.stringify({ name: 'consumer', private: true, type: 'module' }));
      consumer.node([TSC, ...OPTIONS, ...TYPES, ...mode, '--outDir', output, 'decorated.ts']);
      const result = JSON.parse(consumer.node([`${output}/decorated.js`], { AX_AUTOLOG_JOURNAL: 'false' }));
      expect(result).to.deep.equal({ best: { guess: 1 }, trials: [0, 0.5, 1], ended: ['finished'] });
    });
  }

  for (const app of ['app.mjs', 'app.cjs']) {
    it(`tracks ${app} by node --import ax-autolog/register, without a line in it`, () => {
      const dir = join(consumer.folder, `runs-${app}`);
      const env = { AX_AUTOLOG_DIR: dir, AX_AUTOLOG_LOG_COMPILES: 'true' };
      const output = consumer.node(['--import', 'ax-autolog/register', app], env);
      expect(JSON.parse(output)).to.deep.equal(JSON.parse(consumer.node([app])));
      const files = (readdirSync(dir, { recursive: true }) as string[]).filter((path) => path.endsWith('events.jsonl'));
      const events = journaled(dir, files);
      const started = events.filter(({ type }) => type === 'onCompileStart');
      const ended = events.filter(({ type }) => type === 'onCompileEnd');
      expect(started.map(({ data }) => data['optimizer'])).to.deep.equal(['BootstrapFewShot']);
      expect(ended.map(({ data }) => data['status'])).to.deep.equal(['finished']);
      expect(events.some(({ type }) => type === 'onTrialEnd')).to.equal(true);
    });
  }

  it('makes every example of the documentation type-check', () => {
    const pages = [
      'README.md',
      ...(readdirSync(join(ROOT, 'docs'), { recursive: true }) as string[]).map((path) => `docs/${path}`),
    ];
    const written = pages
      .filter((path) => path.endsWith('.md'))
      .flatMap((path) =>
        [...readFileSync(join(ROOT, path), 'utf8').matchAll(/^```ts\n([\s\S]*?)^```/gm)].map((match, index) => {
          const file = `examples/${path.replace(/\W/g, '-')}-${index}.ts`;
          consumer.write(file, `${match[1]}\nexport {};\n`);
          return file;
        }),
      );
    expect(written.length).to.be.greaterThan(5);
    consumer.node([TSC, ...OPTIONS, ...TYPES, '--noEmit', '--skipLibCheck', 'documentation.d.ts', ...written]);
  });
});
