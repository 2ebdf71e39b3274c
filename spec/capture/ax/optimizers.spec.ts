import * as ax from '@ax-llm/ax';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { during, roles, service } from './support/during.js';
import { tracker } from './support/lib.js';
import { exact, percent, questions, scripted, twoPartProgram } from './support/scripted.js';
import { seeded } from './support/seeded.js';
import { only } from './support/tracked.js';

describe('AxGEPA', () => {
  it('tells parents, merges, the front and the best as its result has them', async () => {
    for (let seed = 0; seed < 20; seed += 1) {
      let result: ax.AxParetoResult | undefined;
      const events = await during(async () => {
        const optimizer = new ax.AxGEPA({
          studentAI: scripted(ax, { seed }).ai,
          numTrials: 12,
          minibatchSize: 4,
          seed: seed + 1,
        });
        result = (await optimizer.compile(twoPartProgram(ax), questions(10), exact, { maxMetricCalls: 150 })) as never;
      });
      const end = only(events, 'onCompileEnd')[0]?.data;
      expect(end?.best?.candidate.texts).to.deep.equal(result?.optimizedProgram?.componentMap);
      expect(end?.best?.score).to.equal(result?.bestScore);
      expect(end?.reportedScore).to.equal(result?.bestScore);
      expect(only(events, 'onBestChanged').at(-1)?.data.score).to.equal(result?.bestScore);
      const front = only(events, 'onParetoChanged').at(-1)?.data.front ?? [];
      expect(front.map((point) => point.scores)).to.deep.equal(result?.paretoFront.map((point) => point.scores));
      const known = new Set([only(events, 'onCompileStart')[0]?.data.seed?.id]);
      for (const { data } of only(events, 'onCandidateProposed')) {
        expect(data.candidate.parents.length).to.equal(data.by === 'merge' ? 2 : 1);
        for (const parent of data.candidate.parents) expect(known.has(parent)).to.equal(true);
        expect(data.changed.length).to.be.greaterThan(0);
        known.add(data.candidate.id);
      }
    }
  });

  it('shows what the reflection saw', async () => {
    const events = await during(() =>
      new ax.AxGEPA({ studentAI: service(), numTrials: 2, minibatchSize: 3, seed: 2 }).compile(
        twoPartProgram(ax),
        questions(5),
        exact,
        {
          maxMetricCalls: 30,
          feedbackFn: () => 'look again',
        } as never,
      ),
    );
    const { data } = only(events, 'onCandidateProposed')[0] ?? expect.fail();
    const evidence = data.evidence as { components: unknown[]; examples: { score: number }[]; feedback: unknown[] };
    expect(evidence.components).to.have.length(1);
    expect(evidence.examples.map((one) => one.score)).to.deep.equal(only(events, 'onTrialEnd')[1]?.data.exampleScores);
    expect(evidence.feedback).to.have.length(3);
  });
});

describe('AxBootstrapFewShot', () => {
  it('has one trial for each round, and a candidate for each demo it keeps', async () => {
    let result: { demos?: unknown; stats: { totalCalls: number }; bestScore: number } | undefined;
    const events = await during(async () => {
      const optimizer = new ax.AxBootstrapFewShot({
        studentAI: service(),
        teacherAI: service('teacher'),
        options: { verboseMode: false, maxDemos: 3, maxRounds: 2 },
      });
      result = await optimizer.compile(twoPartProgram(ax), questions(9), exact);
    });
    const trials = only(events, 'onTrialEnd');
    expect(trials.map((trial) => trial.data.phase)).to.deep.equal(['round 1', 'round 2']);
    expect(trials.reduce((sum, trial) => sum + (trial.data.n ?? 0), 0)).to.equal(result?.stats.totalCalls);
    expect(roles(events)).to.deep.equal({ teacher: result?.stats.totalCalls });
    const proposed = only(events, 'onCandidateProposed');
    expect(proposed.length).to.equal(only(events, 'onCandidateAccepted').length);
    const end = only(events, 'onCompileEnd')[0]?.data;
    expect(end?.best?.format).to.equal('demos');
    expect(end?.best?.program).to.deep.equal({ demos: result?.demos });
    expect(end?.best?.candidate.id).to.equal(proposed.at(-1)?.data.candidate.id);
    expect(end?.reportedScore).to.equal(result?.bestScore);
  });

  it('records examples whose program or metric failed as errors', async () => {
    const metric = (call: { prediction: unknown; example: unknown }) => {
      if (percent('hard', call.example) < 40) throw new Error('cannot be scored');
      return exact(call);
    };
    const compile = () =>
      new ax.AxBootstrapFewShot({ studentAI: service(), options: { verboseMode: false } }).compile(
        twoPartProgram(ax),
        questions(9),
        metric,
      );
    // It ends at its fourth demo: whether a hard question comes before that is chance.
    const events = await during(() => seeded(1, compile));
    const failed = only(events, 'onExampleEnd').filter((one) => one.data.error);
    expect(failed.length).to.be.greaterThan(0);
    expect(failed.every((one) => one.data.score === null)).to.equal(true);
  });
});

describe('AxACE', () => {
  it('has one trial for each epoch, and a candidate for each change of the playbook', async () => {
    let result: { bestScore: number; artifact: { history: unknown[] } } | undefined;
    const events = await during(async () => {
      result = await new ax.AxACE({ studentAI: service() }, { maxEpochs: 2 }).compile(
        twoPartProgram(ax),
        questions(4),
        exact,
      );
    });
    const trials = only(events, 'onTrialEnd');
    expect(trials.map(({ data }) => [data.phase, data.scope, data.n])).to.deep.equal([
      ['epoch 1', 'full', 4],
      ['epoch 2', 'full', 4],
    ]);
    const proposed = only(events, 'onCandidateProposed');
    expect(proposed.length).to.equal(result?.artifact.history.length);
    expect(proposed.every(({ data }) => data.by === 'curator' && data.changed.join() === 'root::description')).to.equal(
      true,
    );
    expect(Object.keys(roles(events)).sort()).to.deep.equal(['proposer', 'reflection', 'task']);
    expect(only(events, 'onCompileEnd')[0]?.data.best?.candidate.id).to.equal(proposed.at(-1)?.data.candidate.id);
    expect(only(events, 'onProgress').map(({ data }) => data.done)).to.deep.equal([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('has a failed trial when the metric throws, which ends the compile', async () => {
    const events = await during(() =>
      new ax.AxACE({ studentAI: service() })
        .compile(twoPartProgram(ax), questions(4), () => {
          throw new Error('no');
        })
        .catch(() => {}),
    );
    expect(only(events, 'onTrialEnd').map(({ data }) => data.status)).to.deep.equal(['failed']);
    expect(only(events, 'onCompileEnd')[0]?.data.status).to.equal('failed');
  });
});

describe('what ax builds on its optimizers', () => {
  it('optimize() is a bootstrap compile and a GEPA compile, in the run that is open', async () => {
    const events = await during(async () => {
      const run = tracker.startRun({ kind: 'user', name: 'both' });
      await run.within(() =>
        ax.optimize(twoPartProgram(ax), questions(6), exact, {
          studentAI: service(),
          numTrials: 2,
          maxMetricCalls: 40,
        }),
      );
      run.end({ status: 'finished' });
    });
    expect(only(events, 'onCompileStart').map(({ data }) => data.optimizer)).to.deep.equal([
      'BootstrapFewShot',
      'GEPA',
    ]);
    expect(new Set(events.map((event) => event.runId)).size).to.equal(1);
  });

  it('playbook.evolve() is an ACE compile', async () => {
    const events = await during(() =>
      ax.playbook(twoPartProgram(ax), { studentAI: service() }).evolve(questions(3), exact),
    );
    expect(only(events, 'onCompileStart').map(({ data }) => data.optimizer)).to.deep.equal(['ACE']);
  });

  it("playbook.update() outside of a compile is nobody's run: its calls are traced like any other", async () => {
    const events = await during(() =>
      ax
        .playbook(twoPartProgram(ax), { studentAI: service() })
        .update({ example: questions(1)[0] as never, prediction: {}, feedback: 'no' }),
    );
    expect(only(events, 'onRunStart').map(({ data }) => data.kind)).to.deep.equal(['predictions']);
    const traces = only(events, 'onTraceEnd').map(({ data }) => data.role);
    expect(new Set(traces)).to.deep.equal(new Set(['reflection', 'proposer']));
  });

  it('agent.optimize() is one run with a GEPA compile of the agent, whose judge is the judge', async () => {
    const events = await during(async () => {
      const agent = ax.agent('question:string -> answer:string', { ai: service(), judgeAI: service('judge') } as never);
      const tasks = [1, 2].map((number) => ({
        input: { question: `kind-instruction number ${number}` },
        criteria: 'right',
      }));
      await agent.optimize(tasks as never, { numTrials: 1, maxMetricCalls: 6, minibatchSize: 1 });
    });
    expect(only(events, 'onRunStart').map(({ data }) => data.name)).to.deep.equal(['agent.optimize']);
    expect(only(events, 'onCompileStart').map(({ data }) => data.optimizer)).to.deep.equal(['GEPA']);
    expect(only(events, 'onTrialEnd')[0]?.data).to.include({ phase: 'initial Pareto evaluation', n: 2, scope: 'full' });
    expect(roles(events).judge).to.equal(only(events, 'onExampleEnd').length);
    expect(Object.keys(only(events, 'onCompileStart')[0]?.data.seed?.texts ?? {}).length).to.be.greaterThan(0);
  }).timeout(20_000);

  it('agent.playbook().evolve() is a compile whose proposals are decided as its result says', async () => {
    let result: ax.AxAgentPlaybookEvolveResult | undefined;
    const events = await during(async () => {
      const agent = ax.agent('question:string -> answer:string', {
        ai: service(),
        judgeAI: service('judge'),
        playbook: {},
      } as never);
      const tasks = [1, 2].map((number) => ({
        input: { question: `kind-instruction number ${number}` },
        criteria: 'right',
      }));
      result = await agent.playbook().evolve(tasks as never, { maxMetricCalls: 8 });
    });
    expect(only(events, 'onCompileStart').map(({ data }) => [data.optimizer, data.trainset?.size])).to.deep.equal([
      ['AgentPlaybook', 2],
    ]);
    const decided = (type: 'onCandidateAccepted' | 'onCandidateRejected') =>
      only(events, type).map(({ data }) => data.reason);
    const reasons = (accepted: boolean) =>
      result?.outcomes.filter((one) => one.accepted === accepted).map((one) => one.reason);
    expect(result?.outcomes.length).to.be.greaterThan(0);
    expect(decided('onCandidateAccepted')).to.deep.equal(reasons(true));
    expect(decided('onCandidateRejected')).to.deep.equal(reasons(false));
    expect(only(events, 'onCompileEnd')[0]?.data.reportedScore).to.equal(result?.final.heldIn);
  }).timeout(20_000);

  it('AxTestPrompt.run() is an evaluation, in which what failed counts 0 as it does for ax', async () => {
    const metric = (call: { prediction: unknown; example: unknown }) => {
      if (percent('hard', call.example) < 40) throw new Error('cannot be scored');
      return exact(call);
    };
    const events = await during(() =>
      new ax.AxTestPrompt({ ai: service(), program: twoPartProgram(ax), examples: questions(8) }).run(metric),
    );
    const { data } = only(events, 'onEvalEnd')[0] ?? expect.fail();
    expect(data.n).to.equal(8);
    expect(data.errors).to.be.greaterThan(0);
    expect(data.exampleScores).to.not.include(null);
    expect(only(events, 'onEvalStart')[0]?.data.devset?.size).to.equal(8);
  });
});
