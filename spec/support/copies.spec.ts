import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

interface Outcome {
  readonly events: readonly { readonly type: string; readonly runId: string; readonly data: Record<string, unknown> }[];
  readonly runs: readonly string[];
  readonly extra: unknown;
}

/**
 * Runs a program that was given two copies of the package, `a` and `b`, ax, and a recorder that is registered through
 * `a`. It returns what else is to be looked at.
 */
const PROGRAM = (body: string): string => `
import { readdirSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
const load = (copy, path) => import(pathToFileURL(process.argv[2] + '/' + copy + '/node_modules/ax-autolog/dist/lib/' + path).href);
const a = await load('a', 'index.js');
const { recorder } = await load('a', 'testing.js');
const b = await load('b', 'index.js');
const ax = await import('@ax-llm/ax');
const seen = recorder();
const decorate = (decorator, name, { prototype }) => {
  const descriptor = Object.getOwnPropertyDescriptor(prototype, name);
  Object.defineProperty(prototype, name, decorator(prototype, name, descriptor) ?? descriptor);
};
const ai = new ax.AxMockAIService({
  features: { functions: false, streaming: false },
  chatResponse: async () => ({ results: [{ index: 0, content: 'Answer: 4', finishReason: 'stop' }], modelUsage: { ai: 'mock', model: 'm', tokens: { promptTokens: 1, completionTokens: 1, totalTokens: 2 } } }),
});
const program = () => new ax.AxGen('question:string -> answer:string');
const metric = ({ prediction, example }) => (prediction.answer === example.answer ? 1 : 0);
const examples = [{ question: '2+2', answer: '4' }, { question: '1+3', answer: '4' }];
const extra = await (async () => { ${body} })();
const events = (await seen.settled()).map(({ type, runId, data }) => ({ type, runId, data }));
await a.shutdown();
const runs = readdirSync(process.env.AX_AUTOLOG_DIR).filter((name) => !name.startsWith('.'));
console.log(JSON.stringify({ events, runs, extra: extra ?? null }));
`;

describe('two copies of the package in one process', function () {
  this.timeout(60_000);
  let folder = '';

  const install = (copy: string) => {
    const target = join(folder, copy, 'node_modules/ax-autolog');
    mkdirSync(target, { recursive: true });
    cpSync(join(ROOT, 'package.json'), join(target, 'package.json'));
    for (const part of ['lib', 'plugins'])
      cpSync(join(ROOT, 'dist', part), join(target, 'dist', part), { recursive: true });
  };

  const run = (body: string): Outcome & { readonly stderr: string } => {
    const script = join(folder, 'program.mjs');
    writeFileSync(script, PROGRAM(body));
    const dir = mkdtempSync(join(folder, 'journal-'));
    const env = { ...process.env, AX_AUTOLOG_DIR: dir };
    const result = spawnSync(process.execPath, [script, folder], { cwd: folder, encoding: 'utf8', env });
    expect(result.status, result.stderr).to.equal(0);
    return { ...(JSON.parse(result.stdout.trim().split('\n').at(-1) ?? '') as Outcome), stderr: result.stderr };
  };

  const count = ({ events }: Outcome, type: string) => events.filter((event) => event.type === type).length;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'ax-autolog-copies-'));
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'dir');
    for (const copy of ['a', 'b']) install(copy);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('records a decorated call of one copy through the registry of the other, once', () => {
    const outcome = run(`
      a.registry.register(seen);
      class Search { async compile() { await this.score(); return 1; } async score() { return 0.5; } }
      decorate(b.trackTrial(), 'score', Search);
      decorate(a.trackCompile(), 'compile', Search);
      await new Search().compile();
      return b.registry.names;
    `);
    expect(outcome.extra).to.deep.equal(['recorder']);
    for (const type of ['onRunStart', 'onCompileStart', 'onTrialStart', 'onTrialEnd', 'onCompileEnd', 'onRunEnd']) {
      expect(count(outcome, type), type).to.equal(1);
    }
    expect(outcome.runs).to.have.length(1);
  });

  it("records ax's own optimizers once when both copies are switched on", () => {
    const outcome = run(`
      a.autolog({ logCompiles: true, logEvals: true, sinks: [seen] });
      b.autolog({ logCompiles: true, logEvals: true, sinks: [seen] });
      await new ax.AxBootstrapFewShot({ studentAI: ai, options: { maxRounds: 1, verboseMode: false } }).compile(program(), examples, metric);
    `);
    expect(count(outcome, 'onCompileStart')).to.equal(1);
    expect(count(outcome, 'onTrialStart')).to.equal(1);
    expect(count(outcome, 'onRunStart')).to.equal(1);
    expect(count(outcome, 'onExampleEnd')).to.equal(count(outcome, 'onLMCall'));
    expect(outcome.runs).to.have.length(1);
  });

  it("takes the examples of one copy's Evaluate for the trial that the other copy's decorator opened", () => {
    const outcome = run(`
      a.autolog({ logCompiles: true, logEvals: true, sinks: [seen] });
      class Search {
        async compile(student) { await this.score(student); return student; }
        async score(student) { return (await new b.Evaluate({ devset: examples, metric }).evaluate(student, { ai })).score; }
      }
      decorate(a.trackTrial(), 'score', Search);
      decorate(a.trackCompile(), 'compile', Search);
      await new Search().compile(program(), examples);
    `);
    expect(count(outcome, 'onTrialEnd')).to.equal(1);
    expect(count(outcome, 'onEvalStart')).to.equal(0);
    const scores = outcome.events.filter(({ type }) => type === 'onExampleEnd').map(({ data }) => data['score']);
    expect(scores).to.deep.equal([1, 1]);
    expect(outcome.runs).to.have.length(1);
  });

  it('puts ax back as it was, whichever copy is asked', () => {
    const outcome = run(`
      const before = ax.AxGen.prototype.forward;
      a.autolog({ logCompiles: true, sinks: [seen] });
      const during = ax.AxGen.prototype.forward;
      b.autolog({ disable: true });
      return [before === during, before === ax.AxGen.prototype.forward];
    `);
    expect(outcome.extra).to.deep.equal([false, true]);
  });

  it('keeps an incompatible version out, which says so once', () => {
    const file = join(folder, 'b/node_modules/ax-autolog/dist/lib/contract/version.js');
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace(/'\d+\.\d+\.\d+'/, "'0.999.0'"));
    try {
      const outcome = run(`
        a.autolog({ logCompiles: true, sinks: [seen] });
        b.autolog({ logCompiles: true, sinks: [{ name: 'other', onTrialEnd: () => {} }] });
        class Search { async compile() { return 1; } }
        decorate(b.trackCompile(), 'compile', Search);
        await new Search().compile();
        await new ax.AxBootstrapFewShot({ studentAI: ai, options: { maxRounds: 1, verboseMode: false } }).compile(program(), examples, metric);
        return a.registry.names;
      `);
      expect(outcome.extra).to.deep.equal(['recorder']);
      expect(count(outcome, 'onCompileStart')).to.equal(1);
      expect(outcome.stderr.match(/AXL_COPY_INCOMPATIBLE/g)).to.have.length(2);
      expect(outcome.stderr).to.match(
        /ax-autolog 0\.999\.0 was loaded after ax-autolog \d+\.\d+\.\d+, which already tracks/,
      );
    } finally {
      writeFileSync(file, text);
    }
  });
});
