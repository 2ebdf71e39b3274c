import * as ax from '@ax-llm/ax';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { trackCompile } from '../../../lib/index.js';
import { exact, questions, twoPartProgram, twoStepFlow } from '../../capture/ax/support/scripted.js';
import { only } from '../../capture/ax/support/tracked.js';
import { certificateOf, detailOf, heard, INSTRUCTIONS, OPTIMIZERS, outcomes, student } from './support.js';

const ALL = { returned: true, serialized: true, loaded: true, rendered: true };
const gepa = (program: unknown, options: object = {}) =>
  new ax.AxGEPA({ studentAI: student(), numTrials: 8, minibatchSize: 4, seed: 3 }).compile(
    program as never,
    questions(8) as never,
    exact as never,
    { maxMetricCalls: 90, ...options } as never,
  );

const SEED_DESCRIPTION = 'Answer every question with care.';

describe('certificate', function () {
  this.timeout(60_000);

  for (const [name, compile] of Object.entries({
    'GEPA on a program of two components': () => gepa(twoPartProgram(ax)),
    'GEPA that bootstraps demos first': () => gepa(twoPartProgram(ax), { bootstrap: true }),
    'GEPA on a program that has demos': () => {
      const program = twoPartProgram(ax);
      program.setDemos([{ programId: 'root', traces: [{ question: 'kind?', answer: 'right' }] }] as never);
      return gepa(program);
    },
    'GEPA on a program with a tool that is renamed': () =>
      gepa(
        ax.ax('"Answer." question:string -> answer:string', {
          functions: [{ name: 'look_up', description: 'Looks up.', func: () => 'x' }],
        }),
      ),
    'GEPA on an AxFlow': () => gepa(twoStepFlow(ax), { maxMetricCalls: 50 }),
  })) {
    it(`${name}: the winner is what its best trial scored, saved, loaded and rendered`, async () => {
      const events = await heard(compile);
      const certificate = certificateOf(events);
      expect(outcomes(certificate), JSON.stringify(certificate.checks)).to.deep.equal(ALL);
      expect(certificate.verdict).to.equal('certified');
      const best = only(events, 'onCompileEnd')[0]?.data.best;
      expect(certificate.candidateId).to.equal(best?.candidate.id);
      const trial = only(events, 'onTrialEnd').find(({ trialId }) => trialId === certificate.trialId);
      expect(trial?.data).to.deep.include({ scope: 'full', score: best?.score });
      expect(trial?.data.candidate?.id).to.equal(certificate.candidateId);
      expect(only(events, 'onWarning')).to.deep.equal([]);
    });
  }

  for (const [name, compile] of Object.entries({
    BootstrapFewShot: () =>
      new ax.AxBootstrapFewShot({ studentAI: student(), options: { verboseMode: false } }).compile(
        twoPartProgram(ax),
        questions(9),
        exact,
      ),
    ACE: () =>
      new ax.AxACE({ studentAI: student() }, { maxEpochs: 2 }).compile(twoPartProgram(ax), questions(5), exact),
  })) {
    it(`${name} returns a program that no trial ran: all else holds, and it says so`, async () => {
      const events = await heard(compile);
      const certificate = certificateOf(events);
      expect(outcomes(certificate)).to.deep.equal({ ...ALL, returned: null });
      expect(certificate.verdict).to.equal('incomplete');
      expect(detailOf(certificate, 'returned')).to.match(/no full evaluation|ran no trial with it/);
      expect(only(events, 'onWarning')).to.deep.equal([]);
    });
  }

  it('comes after the end of its compile and before that of its run; each compile inside another has its own', async () => {
    const events = await heard(() =>
      ax.optimize(twoPartProgram(ax), questions(6), exact, {
        studentAI: student(),
        numTrials: 3,
        seed: 5,
        maxMetricCalls: 60,
      }),
    );
    for (const runId of new Set(events.map((event) => event.runId))) {
      const order = events.filter((event) => event.runId === runId).map(({ type }) => type);
      expect(order.indexOf('onCertificate')).to.be.greaterThan(order.indexOf('onCompileEnd'));
      expect(order.at(-1)).to.equal('onRunEnd');
    }
    const compiles = only(events, 'onCompileEnd').filter(({ data }) => data.best !== null);
    expect(only(events, 'onCertificate').map(({ compileId }) => compileId)).to.have.members(
      compiles.map(({ compileId }) => compileId),
    );
  });

  for (const [name, run] of Object.entries(OPTIMIZERS)) {
    describe(name, () => {
      it('certifies the program that was returned itself', async () => {
        const certificate = certificateOf(await run((program) => ({ program })));
        expect(outcomes(certificate), JSON.stringify(certificate.checks)).to.deep.equal(ALL);
      });

      it('fails when the seed is returned in place of the winner', async () => {
        const events = await run((program) => {
          program.setInstruction(INSTRUCTIONS[0] ?? '');
          return { program };
        });
        const certificate = certificateOf(events);
        expect(outcomes(certificate)).to.deep.include({ returned: false, serialized: true });
        expect(certificate.verdict).to.equal('failed');
        expect(detailOf(certificate, 'returned')).to.match(
          /was returned, whose full score is 0[.\d]*, instead of .*eval_full_/,
        );
        const warnings = only(events, 'onWarning').map(({ data }) => data);
        expect(warnings.map(({ code }) => code)).to.deep.equal(['AXL_CERTIFICATE']);
        expect(warnings[0]?.message).to.contain('instead of the candidate of eval_full_');
      });

      it('fails when the program was changed after its last evaluation, and says what differs', async () => {
        const events = await run((program, winner) => {
          program.setInstruction(`${winner} And be kind.`);
          return { program };
        });
        const certificate = certificateOf(events);
        expect(certificate.verdict).to.equal('failed');
        expect(detailOf(certificate, 'returned')).to.contain('never ran in a trial');
        expect(detailOf(certificate, 'returned')).to.contain('root::instruction is').and.contain('And be kind.');
        expect(only(events, 'onWarning').map(({ data }) => data.code)).to.deep.equal(['AXL_CERTIFICATE']);
      });

      it('fails when demos were added after the last evaluation', async () => {
        const events = await run((program) => {
          program.setDemos([{ programId: 'root', traces: [{ question: 'q', answer: 'a' }] }] as never);
          return { program };
        });
        expect(detailOf(certificateOf(events), 'returned')).to.contain('demos differ (1 instead of 0)');
      });

      it('is about the program as it was returned, whatever the user does with it next', async () => {
        const certificate = certificateOf(
          await run((program) => {
            queueMicrotask(() => queueMicrotask(() => program.setInstruction('Mine now.')));
            return { program };
          }),
        );
        expect(outcomes(certificate), JSON.stringify(certificate.checks)).to.deep.equal(ALL);
      });
    });
  }

  it("fails on ax's own GEPA where its result has the seed's texts", async () => {
    type Compile = (...args: readonly unknown[]) => Promise<{ optimizedProgram: object }>;
    const Gepa = ax.AxGEPA as unknown as new (args: object) => { compile: Compile };
    class Swapped extends Gepa {
      override compile: Compile = async (...args) => {
        const result = await Gepa.prototype.compile.call(this, ...args);
        const componentMap = { 'root::instruction': 'Answer in one line.', 'root::description': SEED_DESCRIPTION };
        return { ...result, optimizedProgram: { ...result.optimizedProgram, componentMap } };
      };
    }
    const optimizer = new Swapped({ studentAI: student(), numTrials: 12, minibatchSize: 4, seed: 9 });
    trackCompile(optimizer);
    const events = await heard(() =>
      optimizer.compile(twoPartProgram(ax), questions(10), exact, { maxMetricCalls: 150 }),
    );
    const certificate = certificateOf(events);
    expect(certificate.verdict).to.equal('failed');
    expect(detailOf(certificate, 'returned')).to.contain('the seed was returned');
  });

  it('knows a program by its demos whatever else their examples hold: ax keeps only the fields of the signature', async () => {
    const traces = questions(2).map((example) => ({ ...example, source: 'a page that the program never sees' }));
    const demos = [{ programId: 'root', traces }];
    class Chooses extends ax.AxBaseOptimizer {
      async compile(...[program, examples, metric]: Parameters<ax.AxBaseOptimizer['compile']>): Promise<never> {
        program.setDemos(demos as never);
        for (const example of examples)
          await metric({ prediction: await program.forward(this.studentAI, example), example });
        return { demos, bestScore: 1 } as never;
      }
    }
    const events = await heard(() =>
      new Chooses({ studentAI: student() }).compile(twoPartProgram(ax) as never, questions(6) as never, exact as never),
    );
    const certificate = certificateOf(events);
    expect(outcomes(certificate), JSON.stringify(certificate.checks)).to.deep.equal(ALL);
  });

  it('fails to load what depends on something that was not saved', async () => {
    class Leaves extends ax.AxBaseOptimizer {
      async compile(...[program, examples, metric]: Parameters<ax.AxBaseOptimizer['compile']>): Promise<never> {
        // It improves two components and only hands out one of them.
        const own = program as unknown as ReturnType<typeof twoPartProgram>;
        own.setInstruction(INSTRUCTIONS[2] ?? '');
        own.setDescription('Be careful with every question.');
        for (const example of examples)
          await metric({ prediction: await program.forward(this.studentAI, example), example });
        const componentMap = { 'root::instruction': INSTRUCTIONS[2] };
        return { optimizedProgram: { componentMap, bestScore: 1 } } as never;
      }
    }
    const events = await heard(() =>
      new Leaves({ studentAI: student() }).compile(twoPartProgram(ax) as never, questions(6) as never, exact as never),
    );
    const certificate = certificateOf(events);
    expect(outcomes(certificate)).to.deep.equal({ returned: true, serialized: true, loaded: false, rendered: false });
    expect(detailOf(certificate, 'loaded')).to.contain('root::description is');
    expect(detailOf(certificate, 'rendered')).to.match(
      /sends a different request than the best trial: message 0 \(system\) has/,
    );
  });
});
