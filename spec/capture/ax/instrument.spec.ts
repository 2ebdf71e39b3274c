import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esm from '@ax-llm/ax';
import { expect } from 'chai';
import { after, describe, it } from 'mocha';
import { instrumentOptimizer, instrumentProgram, instrumentService, restoreAx } from '../../../lib/capture/ax/index.js';
import { autolog } from '../../../lib/setup/autolog.js';
import { exact, questions, scripted, twoPartProgram } from './support/scripted.js';
import { tracked } from './support/tracked.js';

const require = createRequire(import.meta.url);
const cjs = require('@ax-llm/ax') as typeof esm;

/** Every property of every class that ax exports. */
function descriptorsOf(...builds: (typeof esm)[]): unknown[] {
  return builds.flatMap((build) =>
    Object.entries(build).flatMap(([name, value]) => {
      const prototype = (value as { prototype?: object } | undefined)?.prototype;
      if (typeof value !== 'function' || !prototype) return [];
      return [value, prototype].map((object) => [
        name,
        Reflect.ownKeys(object).map((key) => [key, Object.getOwnPropertyDescriptor(object, key)]),
      ]);
    }),
  );
}

/** Same functions, same attributes, same order. */
function expectIdentical(now: unknown[], then: unknown[]): void {
  expect(now).to.deep.equal(then);
}

describe('instrumenting ax', () => {
  const sink = { name: 'some', onTrialEnd: () => {} };
  const switchOn = () => autolog({ logCompiles: true, logEvals: true, sinks: [sink], journal: false, silent: true });

  it('is undone exactly by disable, in both builds, as often as one likes', () => {
    const original = descriptorsOf(esm, cjs);
    for (let round = 0; round < 3; round += 1) {
      switchOn();
      switchOn();
      expect(descriptorsOf(esm)).to.not.deep.equal(original.slice(0, descriptorsOf(esm).length));
      autolog({ disable: true });
      expectIdentical(descriptorsOf(esm, cjs), original);
    }
  });

  it('takes effect at once, for the very next line', async () => {
    const { forward } = esm.AxGen.prototype;
    switchOn();
    expect(esm.AxGen.prototype.forward).to.not.equal(forward);
    autolog({ disable: true });
    expect(esm.AxGen.prototype.forward).to.equal(forward);
  });

  it('keeps name, length, attributes and the kind of every method', () => {
    const shape = (build: typeof esm) =>
      [
        'AxGen',
        'AxFlow',
        'AxAgent',
        'AxGEPA',
        'AxBootstrapFewShot',
        'AxACE',
        'AxBaseOptimizer',
        'AxBaseAI',
        'AxTestPrompt',
      ].map((name) => {
        const { prototype } = build[name as 'AxGen'];
        return Reflect.ownKeys(prototype).map((key) => {
          const { value, ...attributes } = Object.getOwnPropertyDescriptor(prototype, key) ?? {};
          if (typeof value !== 'function' || key === 'constructor') return [key, attributes];
          return [
            key,
            value.name,
            value.length,
            Reflect.ownKeys(value),
            Object.prototype.toString.call(value),
            attributes,
          ];
        });
      });
    const original = shape(esm);
    switchOn();
    try {
      expect(shape(esm)).to.deep.equal(original);
    } finally {
      autolog({ disable: true });
    }
  });

  it('leaves what somebody replaced after us to them', () => {
    const original = Object.getOwnPropertyDescriptor(esm.AxGen.prototype, 'forward') as PropertyDescriptor;
    switchOn();
    const ours = esm.AxGen.prototype.forward;
    const theirs = function forward(this: esm.AxGen, ...args: Parameters<typeof ours>) {
      return ours.apply(this, args);
    };
    esm.AxGen.prototype.forward = theirs as never;
    autolog({ disable: true });
    expect(esm.AxGen.prototype.forward).to.equal(theirs);
    Object.defineProperty(esm.AxGen.prototype, 'forward', original);
  });

  it('reaches the copy that an object is made of, without an import', () => {
    class Own extends esm.AxMockAIService<string> {
      override chat(...args: Parameters<esm.AxMockAIService<string>['chat']>) {
        return super.chat(...args);
      }
    }
    class Mine extends cjs.AxGEPA {
      override compile(...args: Parameters<esm.AxGEPA['compile']>) {
        return super.compile(...args) as never;
      }
    }
    const original = [...descriptorsOf(esm, cjs), ...descriptorsOf({ Own, Mine } as never)];
    instrumentProgram(cjs.ax('question:string -> answer:string'));
    instrumentService(new Own());
    instrumentOptimizer(new Mine({ studentAI: scripted(cjs).ai }));
    expect(esm.AxGen.prototype.forward).to.equal(
      Object.getOwnPropertyDescriptor(esm.AxGen.prototype, 'forward')?.value,
    );
    expect(descriptorsOf(esm, cjs)).to.not.deep.equal(original.slice(0, -4));
    expect(String(Own.prototype.chat)).to.not.contain('super');
    restoreAx();
    expectIdentical([...descriptorsOf(esm, cjs), ...descriptorsOf({ Own, Mine } as never)], original);
  });

  it('does nothing to objects that are no programs, services or optimizers', () => {
    for (const value of [
      undefined,
      null,
      1,
      'x',
      {},
      [],
      () => {},
      Object.freeze({ forward: () => {}, chat: () => {} }),
    ]) {
      instrumentProgram(value);
      instrumentService(value);
      instrumentOptimizer(value);
    }
    restoreAx();
  });

  it('lets promises settle as they do: a rejection that nobody handles stays unhandled', async () => {
    const script = `
      import * as ax from '@ax-llm/ax';
      import { autolog } from 'ax-autolog';
      autolog({ logCompiles: true, sinks: [{ name: 's', onTrialEnd() {} }], journal: false });
      new ax.AxGEPA({ studentAI: new ax.AxMockAIService({}) }).compile(ax.ax('question:string -> answer:string'), [], () => 1);
    `;
    expect(() => inApp({ 'app.mjs': script })).to.throw(/At least 1 example/);
  });

  it('counts one check when tracking is off: patched functions call the original straight away', async () => {
    switchOn();
    const patched = esm.AxGen.prototype.forward;
    autolog({ disable: true });
    const { ai } = scripted(esm);
    const result = await patched.call(twoPartProgram(esm) as never, ai, {
      question: 'kind-instruction number 1',
    } as never);
    expect(result).to.have.property('answer');
  });
});

/** Runs files as an app of its own that has ax and ax-autolog installed, and returns what its `app` prints. */
function inApp(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'ax-app-'));
  try {
    const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', '..');
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    const own = join(root, 'dist', 'lib', 'index.js');
    const support = join(root, 'dist', 'spec', 'capture', 'ax', 'support', 'scripted.js');
    for (const [name, text] of Object.entries(files)) {
      const paths = text
        .replaceAll("'ax-autolog'", JSON.stringify(own))
        .replaceAll("'scripted'", JSON.stringify(support));
      writeFileSync(join(folder, name), paths);
    }
    const main = join(folder, Object.keys(files)[0] as string);
    return execFileSync(process.execPath, [main], { cwd: folder, encoding: 'utf8', stdio: 'pipe' }).trim();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const body = `
  let trials = 0;
  autolog({ logCompiles: true, sinks: [{ name: 's', onTrialEnd() { trials += 1; } }], journal: false });
  LATE
  const { ai } = scripted(ax, { seed: 1 });
  const optimizer = new ax.AxGEPA({ studentAI: ai, numTrials: 2, minibatchSize: 2 });
  optimizer.compile(twoPartProgram(ax), questions(4), exact, { maxMetricCalls: 12 }).then(() => flush()).then(() => console.log('trials', trials));
`;

describe('an app of its own', function () {
  this.timeout(60_000);
  const esmHead =
    "import { autolog, flush } from 'ax-autolog'; import { exact, questions, scripted, twoPartProgram } from 'scripted';";
  const cjsHead =
    "const { autolog, flush } = require('ax-autolog'); const { exact, questions, scripted, twoPartProgram } = require('scripted');";

  it('as ES module, with ax imported before or after', () => {
    expect(inApp({ 'app.mjs': `import * as ax from '@ax-llm/ax'; ${esmHead} ${body.replace('LATE', '')}` })).to.match(
      /^trials [3-9]$/,
    );
    expect(
      inApp({ 'app.mjs': `${esmHead} ${body.replace('LATE', "const ax = await import('@ax-llm/ax');")}` }),
    ).to.match(/^trials [3-9]$/);
  });

  it('as CommonJS, with ax required before or after', () => {
    const early = `const ax = require('@ax-llm/ax'); ${cjsHead} ${body.replace('LATE', '')}`;
    const late = `${cjsHead} ${body.replace('LATE', "const ax = require('@ax-llm/ax');")}`;
    for (const script of [early, late]) expect(inApp({ 'app.cjs': script })).to.match(/^trials [3-9]$/);
  });

  it('in which disable puts the loader back: a build required afterwards is as ax made it', () => {
    const script = `
      const { autolog } = require('ax-autolog');
      const { createRequire } = require('node:module');
      const keys = Object.keys(require.cache).length;
      autolog({ sinks: [{ name: 's' }], journal: false });
      const path = require.resolve('@ax-llm/ax');
      const waiting = Object.keys(require.cache).includes(path) || require.cache[path] !== undefined;
      autolog({ disable: true });
      const gone = !Object.getOwnPropertyNames(require.cache).includes(path);
      const ax = require('@ax-llm/ax');
      console.log(waiting, gone, require.cache[path].exports === ax, require.cache[path].loaded, typeof ax.AxGEPA);
    `;
    expect(inApp({ 'app.cjs': script })).to.equal('false true true true function');
  });
});

describe('many compiles at once', () => {
  after(() => restoreAx());

  it('of one optimizer class and one program class do not mix', async () => {
    const events = await tracked(async () => {
      await Promise.all(
        Array.from({ length: 8 }, async (_, seed) => {
          const optimizer = new esm.AxGEPA({
            studentAI: scripted(esm, { seed }).ai,
            numTrials: 3,
            minibatchSize: 2,
            seed: seed + 1,
          });
          await optimizer.compile(twoPartProgram(esm), questions(4 + seed, seed * 100), exact, { maxMetricCalls: 40 });
        }),
      );
    });
    const sizes = new Map<string, number>();
    for (const event of events)
      if (event.type === 'onCompileStart') sizes.set(event.runId, event.data.trainset?.size ?? 0);
    expect(sizes.size).to.equal(8);
    for (const event of events) {
      if (event.type === 'onTrialEnd' && event.data.scope === 'full')
        expect(event.data.n).to.equal(Math.min(10, sizes.get(event.runId) ?? 0));
      if (event.type === 'onExampleEnd') {
        const number = Number(/\d+$/.exec((event.data.example as { question: string }).question)?.[0]);
        expect(Math.floor(number / 100)).to.equal((sizes.get(event.runId) ?? 0) - 4);
      }
    }
  });
});
