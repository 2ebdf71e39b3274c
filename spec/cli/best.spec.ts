import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AxSerializedOptimizedProgram, axDeserializeOptimizedProgram } from '@ax-llm/ax';
import { type JsonObject, loadBest, startRun, trackCompile } from 'ax-autolog';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { BestModel } from '../../lib/contract/best-model.js';
import { type Journal, journalOf } from '../analysis/history/compiled.js';
import { type Compile, compileACE, compileBootstrap, compileCustom, compileGEPA } from '../load-best/compiles.js';
import { makeProgram, type Program, requestsOf } from '../load-best/programs.js';
import { cli } from './command-line.js';

/** The program as the compile gave it, and the journal of the compile. */
async function compiled(compile: Compile): Promise<{ readonly journal: Journal; readonly program: Program }> {
  let program: Program | undefined;
  const journal = await journalOf(async () => {
    program = await compile();
  });
  return { journal, program: program as Program };
}

/** What ax itself makes of the JSON. */
function loadedByAx(text: string): Program {
  const program = makeProgram();
  axDeserializeOptimizedProgram(JSON.parse(text) as AxSerializedOptimizedProgram).applyTo(program);
  return program;
}

describe('best', function () {
  this.timeout(60_000);

  for (const [name, compile] of [
    ['GEPA', compileGEPA],
    ['BootstrapFewShot', compileBootstrap],
    ['ACE', compileACE],
    ['a custom optimizer', compileCustom],
  ] as const) {
    it(`writes what ${name} found so that ax loads it and loadBest too: the same requests`, async () => {
      const { journal, program } = await compiled(compile);
      const expected = await requestsOf(program);
      expect(expected).to.not.deep.equal(await requestsOf(makeProgram()));
      const { code, text } = await cli(['best', 'latest', '--dir', journal.dir]);
      expect(code).to.equal(0);
      expect(await requestsOf(loadedByAx(text)), 'ax').to.deep.equal(expected);
      const file = join(journal.dir, 'out', 'winner.json');
      const written = await cli(['best', 'latest', '--dir', journal.dir, '-o', file]);
      expect(written).to.include({ code: 0, text: '', notes: `wrote ${file}` });
      expect(readFileSync(file, 'utf8').trimEnd()).to.equal(text);
      const best = await loadBest(file);
      expect(await requestsOf(best.applyTo(makeProgram())), 'loadBest').to.deep.equal(expected);
      expect(best.runId).to.equal(journal.runIds[0]);
      await journal.remove();
    });
  }

  it('names the secrets that loadBest needs, beside the JSON', async () => {
    const journal = await journalOf(async () => {
      const teleprompter = {
        async compile(program: Program): Promise<Program> {
          program.setInstruction(`Use Bearer ghp_${'a1B2c3D4e5'.repeat(4)}.`);
          return program;
        },
      };
      trackCompile(teleprompter);
      await teleprompter.compile(makeProgram());
    });
    const { code, text, notes } = await cli(['best', 'latest', '--dir', journal.dir]);
    expect(code).to.equal(0);
    expect(notes).to.contain('give its 1 secret to loadBest: AX_SECRET_1');
    expect(JSON.parse(text)).to.deep.include({ secrets: ['AX_SECRET_1'] });
    expect((await cli(['show', 'latest', '--dir', journal.dir])).text).to.contain('to loadBest: AX_SECRET_1');
    await journal.remove();
  });

  it('is what ax serialized, member by member', async () => {
    const { journal } = await compiled(compileGEPA);
    const json = (await cli(['best', 'latest', '--dir', journal.dir])).json<Record<string, JsonObject>>();
    expect(json['program']?.['componentMap']).to.be.an('object');
    for (const [member, value] of Object.entries(json['program'] ?? {}))
      expect(json[member], member).to.deep.equal(value);
    await journal.remove();
  });

  it('is the last compile of a run with several, or the one that is asked for', async () => {
    const journal = await journalOf(() =>
      startRun({ runName: 'both' }, async () => [await compileBootstrap(), await compileGEPA()]),
    );
    const optimizer = async (...args: string[]) =>
      (await cli(['best', 'latest', '--dir', journal.dir, ...args])).json<BestModel>().optimizer;
    expect([await optimizer(), await optimizer('--compile', '1')]).to.deep.equal(['GEPA', 'GEPA']);
    expect(await optimizer('--compile', '0')).to.equal('BootstrapFewShot');
    const none = await cli(['best', 'latest', '--dir', journal.dir, '--compile', '7']);
    expect(none).to.include({ code: 2, text: '' });
    expect(none.notes)
      .to.include('AXL_BEST_MISSING')
      .and.to.include('it has 2 compiles, numbered from 0, and no number 7');
    await journal.remove();
  });

  it('says why there is no winner', async () => {
    const journal = await journalOf(
      () => startRun({ runName: 'plain' }, async (run) => run.setTag('x', 'y')),
      () => compileGEPA(),
    );
    const why = async (name: string) => (await cli(['best', name, '--dir', journal.dir])).notes;
    expect(await why(journal.runIds[0] as string)).to.include("it has no compile, its kind is 'user'");
    const text = readFileSync(join(journal.runDirs[1] as string, 'events.jsonl'), 'utf8');
    mkdirSync(join(journal.dir, 'half'));
    writeFileSync(join(journal.dir, 'half', 'events.jsonl'), text.slice(0, text.indexOf('"onCompileEnd"') - 300));
    expect(await why('half')).to.include('its compile has not ended');
    await journal.remove();
  });

  it('says where it cannot write, and leaves nothing there', async () => {
    const { journal } = await compiled(compileCustom);
    const file = join(journal.dir, journal.runIds[0] as string, 'events.jsonl', 'x.json');
    const { code, notes } = await cli(['best', 'latest', '--dir', journal.dir, '-o', file]);
    expect(code).to.equal(2);
    expect(notes).to.include('AXL_BAD_OPTIONS: -o ').and.to.include('must be a file that can be written');
    expect(existsSync(file)).to.equal(false);
    await journal.remove();
  });
});
