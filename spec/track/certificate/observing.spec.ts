import * as ax from '@ax-llm/ax';
import { expect } from 'chai';
import { afterEach, describe, it } from 'mocha';
import { registry, trackCompile } from '../../../lib/index.js';
import { readRun } from '../../../lib/journal/reader.js';
import { listRuns } from '../../../lib/journal/runs.js';
import { autolog } from '../../../lib/setup/autolog.js';
import { optionsFromEnvironment } from '../../../lib/setup/config-file.js';
import { recorder } from '../../../lib/testing.js';
import { exact, questions, scripted, twoPartProgram } from '../../capture/ax/support/scripted.js';
import { only, tracked } from '../../capture/ax/support/tracked.js';
import { quiet } from '../../capture/ax/support/verbose-log.js';
import { runChild } from '../../fixtures/child.js';
import { startTracking, type Tracking } from '../../fixtures/tracking.js';
import { certificateOf, detailOf, heard, outcomes, student } from './support.js';

const gepa = (ai: ax.AxAIService, program: unknown) =>
  new ax.AxGEPA({ studentAI: ai, numTrials: 4, minibatchSize: 4, seed: 3 }).compile(
    program as never,
    questions(8) as never,
    exact as never,
    { maxMetricCalls: 60 } as never,
  );

/** A counter, histogram or gauge that tells of each value. */
const instrument = (seen: () => void) => ({ add: seen, record: seen });

/** Returns what it is given as its result. */
@trackCompile({ label: 'Giver' })
class Giver {
  async compile(_program: unknown, result: unknown): Promise<unknown> {
    return result;
  }
}

describe('making a certificate', function () {
  this.timeout(60_000);
  let tracking: Tracking | undefined;

  afterEach(async () => {
    await tracking?.stop();
    tracking = undefined;
  });

  it('asks nothing of the LM, of the program’s tools, memory, cache and logger, and of ax’s global hooks', async () => {
    const counts = async (certificate: boolean) => {
      const calls: Record<string, number> = {};
      const count = (name: string) => {
        calls[name] = (calls[name] ?? 0) + 1;
      };
      const service = scripted(ax, { seed: 4 });
      const mem = new ax.AxMemory();
      const tool = { name: 'look_up', description: 'Looks up.', func: () => count('tool') };
      const program = ax.ax('"Answer." question:string -> answer:string', {
        mem,
        functions: [tool],
        logger: () => count('logger'),
        cachingFunction: async () => count('cache') as never,
      });
      program.addAssert(() => {
        count('assert');
        return true;
      });
      ax.axGlobals.onUsage = () => count('usage');
      ax.axGlobals.cachingFunction = async () => count('global cache') as never;
      ax.axGlobals.tracer = { startSpan: () => count('tracer') as never } as never;
      ax.axGlobals.meter = new Proxy({}, { get: () => () => instrument(() => count('meter')) }) as never;
      try {
        autolog({ logCompiles: true, certificate, sinks: [recorder()], journal: false, silent: true });
        const result = await quiet(() => gepa(service.ai, program));
        await registry.register({ name: 'settle' })();
        return {
          calls,
          requests: service.requests.length,
          history: mem.history(0).length,
          tool: { ...tool },
          score: result.bestScore,
        };
      } finally {
        autolog({ disable: true });
        for (const name of ['onUsage', 'cachingFunction', 'tracer', 'meter'] as const) delete ax.axGlobals[name];
      }
    };
    const without = await counts(false);
    const withIt = await counts(true);
    expect(withIt.calls).to.deep.equal(without.calls);
    expect(withIt.requests).to.equal(without.requests);
    expect(withIt.history).to.equal(without.history);
    expect(JSON.stringify(withIt.tool)).to.equal(JSON.stringify(without.tool));
    expect(withIt.score).to.equal(without.score);
  });

  it('leaves the program with the texts, demos, usage and traces that the compile left it with', async () => {
    const program = twoPartProgram(ax);
    program.setDemos([{ programId: 'root', traces: [{ question: 'kind?', answer: 'right' }] }] as never);
    const state = () =>
      JSON.stringify([
        program.getOptimizableComponents(),
        program.getTraces(),
        program.getUsage(),
        program.getChatLog(),
      ]);
    let left = '';
    const events = await heard(async () => {
      await gepa(student(), program);
      left = state();
    });
    expect(outcomes(certificateOf(events))).to.deep.include({ rendered: true });
    expect(state()).to.equal(left);
  });

  it('is off with certificate: false, from code and from the environment', async () => {
    tracking = startTracking({ logCompiles: true, certificate: false });
    await quiet(() => gepa(student(), twoPartProgram(ax)));
    await tracking.seen.settled();
    expect(tracking.seen.of('onCompileEnd')).to.have.length(1);
    expect(tracking.seen.of('onCertificate')).to.deep.equal([]);
    expect(optionsFromEnvironment({ AX_AUTOLOG_CERTIFICATE: 'off' })).to.deep.equal({ certificate: false });
    expect(() => autolog({ certificate: 'yes' as never })).to.throw(
      /AXL_BAD_OPTIONS.*certificate must be a boolean, got 'yes' \(string\)/,
    );
  });

  it('reaches a sink that is unregistered as soon as the compile is done, with the end of its run', async () => {
    tracking = startTracking({ logCompiles: true });
    const seen = recorder('leaving');
    const unregister = registry.register(seen);
    await quiet(() => gepa(student(), twoPartProgram(ax)));
    await unregister();
    expect(seen.events.slice(-3).map(({ type }) => type)).to.deep.equal(['onCompileEnd', 'onCertificate', 'onRunEnd']);
  });

  it('is in the journal before the end of the run', async () => {
    tracking = startTracking({ logCompiles: true });
    await quiet(() => gepa(student(), twoPartProgram(ax)));
    await tracking.seen.settled();
    const [run] = listRuns(tracking.dir);
    const types = [...readRun(run?.runDir ?? '')].map(({ type }) => type);
    expect(types.slice(-3)).to.deep.equal(['onCompileEnd', 'onCertificate', 'onRunEnd']);
  });

  it('a process that ends at once keeps what was checked by then, and the end of its run', async () => {
    const { code, events } = await runChild(`
      import { registry, trackCompile } from 'ax-autolog';
      import { ax } from '@ax-llm/ax';
      class Tele { async compile(program) { return { program }; } }
      trackCompile()(Tele);
      registry.register({ name: 'any' });
      new Tele().compile(ax('question -> answer')).then(() => process.exit(3));
    `);
    expect(code).to.equal(3);
    const [certificate, end] = events.slice(-2);
    expect([certificate?.type, end?.type]).to.deep.equal(['onCertificate', 'onRunEnd']);
    expect(end?.data['status']).to.equal('finished');
    expect(certificate?.data['verdict']).to.equal('incomplete');
    expect(JSON.stringify(certificate?.data['checks'])).to.contain('the process ended first');
  });

  it('is not made where nothing was returned, or the compile failed', async () => {
    const events = await heard(async () => {
      await new Giver().compile(twoPartProgram(ax), undefined);
      await new Giver().compile(twoPartProgram(ax), { score: 1 });
      await new ax.AxGEPA({ studentAI: student() })
        .compile(twoPartProgram(ax), questions(8), exact, { maxMetricCalls: 2 })
        .catch(() => undefined);
    });
    expect(only(events, 'onCompileEnd')).to.have.length(3);
    expect(only(events, 'onCertificate')).to.deep.equal([]);
  });

  it('says what it cannot check: a class of the user’s own, a prompt template of his own', async () => {
    class Own {
      prompt = 'Answer.';
      async forward() {
        return {};
      }
    }
    const own = new Own();
    const certificate = certificateOf(await heard(() => new Giver().compile(own, { program: own })));
    expect(outcomes(certificate)).to.deep.equal({ returned: null, serialized: true, loaded: null, rendered: null });
    expect(certificate.verdict).to.equal('incomplete');
    expect(detailOf(certificate, 'loaded')).to.contain("not one of ax's own");
    const templated = ax.ax('question -> answer', { promptTemplate: ax.AxPromptTemplate });
    const second = certificateOf(await heard(() => new Giver().compile(templated, { program: templated })));
    expect(detailOf(second, 'rendered')).to.contain('promptTemplate');
  });

  it('holds for a program with a secret once that is given, and says so without it', async () => {
    const program = twoPartProgram(ax);
    program.setInstruction('Use the key sk-proj-abcdefghijklmnopqrstuvwxyz0123456789 for the tool.');
    const events = await heard(() => new Giver().compile(program, { program }));
    const certificate = certificateOf(events);
    expect(outcomes(certificate)).to.deep.equal({ returned: null, serialized: true, loaded: true, rendered: true });
    expect(detailOf(certificate, 'serialized')).to.contain('with its secret given');
    expect(detailOf(certificate, 'loaded')).to.contain('with its secret given');
    expect(JSON.stringify(events)).to.not.match(/sk-proj|abcdef/);
  });

  it("fails where the user's redaction takes a part of the program, which then cannot be loaded", async () => {
    const fn = (value: unknown) => (typeof value === 'string' ? value.replace('with care', '…') : value);
    const program = twoPartProgram(ax);
    program.setInstruction('Use the key sk-proj-abcdefghijklmnopqrstuvwxyz0123456789 with care.');
    const events = await tracked(() => new Giver().compile(program, { program }), { redact: { fn } });
    const certificate = certificateOf(events);
    expect(certificate.verdict).to.equal('failed');
    expect(outcomes(certificate)).to.deep.include({ serialized: false });
    expect(detailOf(certificate, 'serialized')).to.contain('changed its texts');
    expect(detailOf(certificate, 'rendered')).to.contain('than the returned program');
    expect(JSON.stringify(events)).to.not.match(/sk-proj|abcdef/);
  });

  it('fails where the program holds values that JSON cannot', async () => {
    const program = ax.ax('amount:number -> answer:string');
    program.setDemos([{ programId: 'root', traces: [{ amount: Number.POSITIVE_INFINITY, answer: 'a lot' }] }] as never);
    const certificate = certificateOf(await heard(() => new Giver().compile(program, { program })));
    expect(outcomes(certificate)).to.deep.include({ serialized: false });
    expect(detailOf(certificate, 'serialized')).to.contain('JSON cannot represent some of its values');
  });
});
