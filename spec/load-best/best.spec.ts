import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { optimize } from '@ax-llm/ax';
import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { startRun } from '../../lib/capture/start-run.js';
import type { Sink } from '../../lib/contract/sink.js';
import { listRuns } from '../../lib/journal/runs.js';
import { loadBest } from '../../lib/load-best.js';
import { autolog } from '../../lib/setup/autolog.js';
import { flush, shutdown } from '../../lib/setup/shutdown.js';
import { recorder } from '../../lib/testing.js';
import { files } from '../../plugins/files/index.js';
import { cli } from '../cli/command-line.js';
import { GOLDEN } from '../golden/golden.js';
import { compileACE, compileBootstrap, compileCustom, compileGEPA } from './compiles.js';
import { EXAMPLES, makeProgram, metric, type Program, requestsOf, scriptedAI } from './programs.js';

describe('loadBest', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'best-'));
  });
  afterEach(async () => {
    autolog({ disable: true });
    await shutdown();
    await rm(dir, { recursive: true });
  });

  async function track<T>(sink: Sink, fn: () => Promise<T>): Promise<T> {
    autolog({ logCompiles: true, sinks: [sink], journal: { dir }, silent: true });
    const result = await fn();
    await flush();
    return result;
  }

  /** The folder of the only run, beside that of predictions. */
  async function runFolder(): Promise<string> {
    const runs = listRuns(dir).filter(({ kind }) => kind !== 'predictions');
    expect(runs).to.have.length(1);
    return runs[0]?.runDir ?? '';
  }

  for (const [name, compile] of [
    ['GEPA', compileGEPA],
    ['BootstrapFewShot', compileBootstrap],
    ['ACE', compileACE],
    ['a custom optimizer', compileCustom],
  ] as const) {
    for (const [source, sink] of [
      ['the files', () => files()],
      ['the journal alone', () => recorder()],
    ] as const) {
      it(`gives a fresh program the state that ${name} found, from ${source}`, async () => {
        const expected = await requestsOf(await track(sink(), compile));
        expect(expected, 'the compile changes something').to.not.deep.equal(await requestsOf(makeProgram()));
        const best = await loadBest(await runFolder());
        expect(await requestsOf(best.applyTo(makeProgram()))).to.deep.equal(expected);
      });
    }
  }

  it('gives what optimize() returned: the texts that GEPA found with the demos that it found them with', async () => {
    let returned: Program | undefined;
    await track(files(), () =>
      startRun({ runName: 'optimize' }, async () => {
        const models = { studentAI: scriptedAI().ai, teacherAI: scriptedAI().ai };
        const options = { ...models, numTrials: 3, seed: 1, maxMetricCalls: 120, bootstrap: true };
        const result = await optimize(makeProgram(), EXAMPLES, metric, options as never);
        returned = makeProgram();
        result.optimizedProgram?.applyTo(returned);
      }),
    );
    const best = await loadBest(join(await runFolder(), 'compile_1'));
    const loaded = makeProgram();
    best.applyTo(loaded);
    expect(best.score).to.be.a('number');
    expect(JSON.stringify(best.program)).to.contain('traces');
    expect(await requestsOf(loaded)).to.deep.equal(await requestsOf(returned as Program));
  });

  it('can be applied to several programs, and what they do to their state stays with them', async () => {
    await track(files(), compileCustom);
    const best = await loadBest(await runFolder());
    const first = best.applyTo(makeProgram());
    const expected = await requestsOf(first);
    first.setInstruction('Something else.');
    first.setDemos([]);
    expect(await requestsOf(best.applyTo(makeProgram()))).to.deep.equal(expected);
  });

  it('tells the compiles of one run apart, with the files and without', async () => {
    for (const sink of [files(), recorder()]) {
      const [first, second] = await track(sink, () =>
        startRun({ runName: 'both' }, async () => [await compileCustom(), await compileBootstrap()] as const),
      );
      const folder = await runFolder();
      const load = async (path: string) => requestsOf((await loadBest(path)).applyTo(makeProgram()));
      expect(await load(folder)).to.deep.equal(await requestsOf(first));
      expect(await load(join(folder, 'compile_1'))).to.deep.equal(await requestsOf(second));
      await shutdown();
      await rm(folder, { recursive: true });
    }
  });

  for (const [source, sink] of [
    ['the files', () => files()],
    ['the journal alone', () => recorder()],
  ] as const) {
    it(`refuses a program that was recorded without its demos or texts, from ${source}`, async () => {
      for (const [compile, capture, missing] of [
        [compileBootstrap, { inputs: false }, 'demos'],
        [compileBootstrap, { outputs: false }, 'demos'],
        [compileCustom, { prompts: false }, 'texts'],
        [compileACE, { inputs: false, outputs: false, prompts: false }, 'texts'],
      ] as const) {
        autolog({ logCompiles: true, sinks: [sink()], journal: { dir }, capture });
        await compile();
        await flush();
        const folder = await runFolder();
        const error = await loadBest(folder).catch((thrown: Error & { code?: string }) => thrown);
        expect(error).to.have.property('code', 'AXL_BEST_INCOMPLETE');
        expect(error).to.have.property('message').that.includes(missing);
        const { code, text, notes } = await cli(['best', folder]);
        expect(code).to.not.equal(0);
        expect(text).to.equal('');
        expect(notes).to.include('AXL_BEST_INCOMPLETE');
        await shutdown();
        await rm(folder, { recursive: true });
      }
    });
  }

  it('gives a program whose state has no demos, although no content was captured', async () => {
    const capture = { inputs: false, outputs: false };
    autolog({ logCompiles: true, sinks: [files()], journal: { dir }, capture });
    const expected = await requestsOf(await compileGEPA());
    await flush();
    expect(await requestsOf((await loadBest(await runFolder())).applyTo(makeProgram()))).to.deep.equal(expected);
  });

  it('says what it loaded', async () => {
    const path = join(GOLDEN, 'files', 'best_model.json');
    const best = await loadBest(path);
    expect(best).to.deep.include({ path, format: 'ax-optimized-program', score: 0.75, optimizer: 'GEPA' });
    expect(best.componentMap).to.deep.equal(best.candidate.texts);
    const fromJournal = await loadBest(join(GOLDEN, 'journal'));
    expect(fromJournal.program).to.deep.equal(best.program);
  });

  describe('without a best program', () => {
    async function failure(path: string): Promise<Error & { code?: string }> {
      return await loadBest(path).then(
        () => expect.fail('loaded'),
        (error: Error) => error,
      );
    }

    it('names what is in the folder', async () => {
      await writeFile(join(dir, 'notes.txt'), '');
      const error = await failure(dir);
      expect(error.code).to.equal('AXL_BEST_MISSING');
      expect(error.message).to.include('notes.txt');
    });

    it('names the folders that have one', async () => {
      await mkdir(join(dir, 'run-1', 'compile_1'), { recursive: true });
      await writeFile(join(dir, 'run-1', 'compile_1', 'best_model.json'), '{}');
      expect((await failure(dir)).message).to.include(join(dir, 'run-1', 'compile_1'));
    });

    it('says when there is no such folder, and when it got no path', async () => {
      expect(await failure(join(dir, 'nowhere'))).to.have.property('code', 'AXL_BEST_MISSING');
      expect(await failure('')).to.have.property('code', 'AXL_BAD_OPTIONS');
    });

    it('refuses a file of another kind or of a newer version, and says why', async () => {
      const good = JSON.parse(await readFile(join(GOLDEN, 'files', 'best_model.json'), 'utf8'));
      for (const [content, why] of [
        ['{', 'not JSON'],
        ['[]', 'expected an object'],
        ['{}', 'no version'],
        [JSON.stringify({ ...good, v: 2 }), 'version 2'],
        [JSON.stringify({ ...good, format: 'pickle' }), 'pickle'],
        [JSON.stringify({ ...good, score: 'high' }), 'score'],
        [JSON.stringify({ ...good, candidate: null }), 'candidate'],
        [JSON.stringify({ ...good, program: undefined }), 'program'],
      ] as const) {
        await writeFile(join(dir, 'best_model.json'), content);
        const error = await failure(dir);
        expect(error.code, why).to.equal('AXL_BEST_FORMAT');
        expect(error.message).to.include(why);
      }
    });

    it('refuses a program that it does not fit, and names what is missing', async () => {
      const best = await loadBest(join(GOLDEN, 'files'));
      expect(() => best.applyTo({}))
        .to.throw('root::instruction')
        .with.property('code', 'AXL_BEST_FORMAT');
    });
  });
});
