import { type AxAIService, AxBootstrapFewShot } from '@ax-llm/ax';
import { type AutologOptions, autolog, Evaluate, registry, startRun, trackCompile } from 'ax-autolog';
import { recorder } from 'ax-autolog/testing';
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import type { Problem } from '../../samples/gsm8k/data.js';
import { exactAnswer } from '../../samples/gsm8k/metric.js';
import { type ChainOfThought, chainOfThought, SEED_INSTRUCTION } from '../../samples/gsm8k/program.js';
import { type SimulatedLM, startSimulatedLM } from '../../samples/lm/simulated-lm.js';
import { test, train } from '../samples/support.js';
import { newExperiment } from './support/processes.js';
import { Reader } from './support/reader.js';
import { type MlflowServer, sharedServer } from './support/server.js';
import { trackLive } from './support/tracking.js';

const dataset = train.slice(0, 12);

/** As the optimizer of MLflow's own test: evaluates in full and on one example, twice each. */
@trackCompile()
class EvaluatesTwice {
  async compile(
    program: ChainOfThought,
    trainset: Problem[],
    options: { readonly valset: Problem[]; ai: AxAIService },
  ) {
    const evaluator = new Evaluate({ devset: options.valset, metric: exactAnswer });
    for (let i = 0; i < 2; i += 1) {
      await evaluator.evaluate(program, { ai: options.ai, metricKey: 'eval_full' });
      await evaluator.evaluate(program, { ai: options.ai, devset: trainset.slice(0, 1), metricKey: 'eval_minibatch' });
    }
    return program;
  }
}

@trackCompile()
class Inner {
  compile(program: ChainOfThought): ChainOfThought {
    return program;
  }
}

@trackCompile()
class Outer {
  async compile(program: ChainOfThought): Promise<ChainOfThought> {
    return new Inner().compile(program);
  }
}

/** What MLflow's own test suite asks of `mlflow.dspy.autolog`, asked here. */
describe('behaviours that MLflow tests for dspy autolog', function () {
  this.timeout(60_000);
  let server: MlflowServer;
  let reader: Reader;
  let lm: SimulatedLM;
  let experiment = '';

  before(async () => {
    server = await sharedServer();
    reader = new Reader(server.uri);
    lm = await startSimulatedLM({ problems: [...train, ...test] });
  });
  after(() => lm.close());

  const track = async (switches: AutologOptions, body: () => unknown) => {
    experiment = newExperiment('behaviours');
    const { warnings } = await trackLive({ uri: server.uri, experiment }, switches, body);
    expect(warnings).to.deep.equal([]);
    return reader.dump(experiment);
  };
  const bootstrap = () =>
    new AxBootstrapFewShot({ studentAI: lm.ai, options: { maxRounds: 1 } }).compile(
      chainOfThought(),
      dataset,
      exactAnswer,
    );
  const evaluate = () =>
    new Evaluate({ devset: dataset, metric: exactAnswer }).evaluate(chainOfThought(), { ai: lm.ai });

  it('a compile has a run with hyperparameters and best_model.json when logCompiles is on', async () => {
    const [run] = await track({ logCompiles: true }, bootstrap);
    expect(run).to.include({ status: 'FINISHED', parent: null });
    expect(run?.params).to.include({ maxRounds: '1' });
    expect(Object.keys(run?.artifacts ?? {})).to.include.members(['best_model.json', 'trainset.json']);
  });

  it('a compile has no run when logCompiles is off', async () => {
    expect(await track({ logCompiles: false, logEvals: true }, bootstrap)).to.deep.equal([]);
  });

  it('nothing is written after autolog({ disable: true })', async () => {
    const runs = await track({ logCompiles: true, logEvals: true }, async () => {
      await bootstrap();
      autolog({ disable: true });
      await bootstrap();
      await evaluate();
    });
    expect(runs.filter(({ parent }) => parent === null).map(({ name }) => name)).to.have.length(1);
  });

  it('a compile inside a compile is part of the outer run', async () => {
    const runs = await track({}, () => new Outer().compile(chainOfThought()));
    expect(runs.map(({ name, parent }) => ({ name, parent }))).to.deep.equal([{ name: 'Outer', parent: null }]);
    expect(Object.keys(runs[0]?.artifacts ?? {})).to.include('best_model.json');
  });

  it('an evaluation alone has its own run with model.json, score and program when logEvals is on', async () => {
    const runs = await track({ logEvals: true }, evaluate);
    const { score } = await evaluate();
    expect(runs.map(({ name, status, parent }) => ({ name, status, parent }))).to.deep.equal([
      { name: 'eval', status: 'FINISHED', parent: null },
    ]);
    expect(runs[0]?.metrics['eval']?.map(([step, value]) => [step, value])).to.deep.equal([[0, score]]);
    expect(Object.keys(runs[0]?.artifacts ?? {})).to.include.members(['model.json', 'result_table.json']);
    expect(Object.values(runs[0]?.params ?? {})).to.include(SEED_INSTRUCTION);
  });

  it('an evaluation has no run when logEvals is off', async () => {
    expect(await track({ logCompiles: true, logEvals: false }, evaluate)).to.deep.equal([]);
  });

  it('evaluations of a compile are its children, in order, and two series on the parent', async () => {
    const runs = await track({ logCompiles: true, logEvals: true }, () =>
      new EvaluatesTwice().compile(chainOfThought(), dataset, { valset: dataset, ai: lm.ai }),
    );
    const [root, ...children] = runs;
    const names = ['eval_full_0', 'eval_minibatch_0', 'eval_full_1', 'eval_minibatch_1'];
    expect(children.map(({ name }) => name)).to.deep.equal(names);
    expect(await reader.search(experiment, `tags.mlflow.parentRunId = '${root?.id}'`)).to.deep.equal(names);
    for (const key of ['eval_full', 'eval_minibatch']) {
      const scores = children.filter(({ name }) => name.startsWith(key)).map((run) => run.metrics['eval']?.[0]?.[1]);
      expect(root?.metrics[key]?.map(([step, value]) => [step, value])).to.deep.equal(scores.map((s, i) => [i, s]));
    }
    for (const child of children) {
      expect(child).to.include({ parent: root?.id, status: 'FINISHED' });
      expect(Object.keys(child.artifacts)).to.include('model.json');
      expect(Object.values(child.params)).to.include(SEED_INSTRUCTION);
    }
    expect(Object.keys(root?.artifacts ?? {})).to.include.members(['best_model.json', 'trainset.json', 'valset.json']);
  });

  it('an evaluation inside a run of the user makes none of its own', async () => {
    const runs = await track({ logEvals: true }, () => startRun({ runName: 'mine' }, evaluate));
    expect(runs.map(({ name }) => name)).to.deep.equal(['mine']);
    expect(runs[0]?.metrics).to.have.property('eval');
  });

  it('sinks that the user registered stay, whatever autolog is told', async () => {
    const mine = recorder('mine');
    const unregister = registry.register(mine);
    autolog({ disable: true });
    expect(registry.names).to.include('mine');
    await unregister();
  });
});
