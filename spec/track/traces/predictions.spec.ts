import { readdirSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import * as ax from '@ax-llm/ax';
import { expect } from 'chai';
import { afterEach, describe, it } from 'mocha';
import { activeRun, autolog, Evaluate, trackCompile } from '../../../lib/index.js';
import { listRuns } from '../../../lib/journal/runs.js';
import { files } from '../../../plugins/files/index.js';
import { model } from '../../capture/ax/support/model.js';
import { runChild } from '../../fixtures/child.js';
import { startTracking, type Tracking } from '../../fixtures/tracking.js';

const predictor = () => ax.ax('question:string -> answer:string');
const ask = () => predictor().forward(model(ax, () => 'Answer: x').ai, { question: 'q' });

describe('the run of predictions', function () {
  this.timeout(30_000);
  let tracking: Tracking;

  afterEach(() => tracking?.stop());

  it('is one for the process, opened with the first trace, ended by shutdown', async () => {
    tracking = startTracking();
    await tracking.seen.settled();
    expect(tracking.seen.events).to.deep.equal([]);
    await ask();
    await ask();
    await tracking.seen.settled();
    const { seen } = tracking;
    expect(seen.of('onRunStart').map(({ data }) => [data.name, data.kind])).to.deep.equal([
      ['predictions', 'predictions'],
    ]);
    const [run] = listRuns(tracking.dir);
    expect(run).to.include({ name: 'predictions', kind: 'predictions', status: 'running' });
    autolog({ disable: true });
    expect(listRuns(tracking.dir).map(({ status }) => status)).to.deep.equal(['finished']);
  });

  it('is nobody’s: no active run, no listener for signals, no place for compiles and evaluations', async () => {
    tracking = startTracking({ logEvals: true });
    const listeners = process.listenerCount('SIGTERM');
    const inside: unknown[] = [];
    const program = async () => {
      inside.push(activeRun());
      return ask();
    };
    class Program {
      forward = program;
    }
    await ask();
    expect(activeRun()).to.equal(undefined);
    expect(process.listenerCount('SIGTERM')).to.equal(listeners);
    @trackCompile()
    class Search {
      async compile() {
        return {};
      }
    }
    await new Search().compile();
    await new Evaluate({ devset: [{ n: 1 }], metric: () => 1 }).evaluate(new Program() as never);
    await tracking.seen.settled();
    const kinds = new Map(tracking.seen.of('onRunStart').map(({ runId, data }) => [runId, data.kind]));
    expect([...kinds.values()]).to.deep.equal(['predictions', 'compile', 'eval']);
    expect(kinds.get(tracking.seen.of('onCompileStart')[0]?.runId ?? '')).to.equal('compile');
    expect(kinds.get(tracking.seen.of('onEvalStart')[0]?.runId ?? '')).to.equal('eval');
    expect(tracking.seen.of('onRunStart').every(({ parentRunId }) => parentRunId === undefined)).to.equal(true);
    expect(tracking.seen.of('onLMCall').map(({ runId }) => kinds.get(runId))).to.deep.equal(['eval']);
  });

  it('needs autolog: a decorated class alone opens none', async () => {
    const { registry } = await import('../../../lib/deliver/registry.js');
    const { recorder } = await import('../../../lib/testing.js');
    const seen = recorder();
    // A sink is registered, and ax's classes stay instrumented from before.
    tracking = startTracking({ journal: false });
    await ask();
    await tracking.stop();
    const unregister = registry.register(seen);
    await ask();
    await seen.settled();
    await unregister();
    expect(seen.of('onTraceEnd')).to.deep.equal([]);
  });

  it('is followed by another one where the journal is another, and where it has become big', async () => {
    tracking = startTracking();
    await ask();
    const first = readdirSync(tracking.dir).filter((name) => name.includes('predictions'));
    autolog({ sinks: [tracking.seen], journal: { dir: `${tracking.dir}/other` } });
    await ask();
    await tracking.seen.settled();
    expect(first).to.have.length(1);
    expect(readdirSync(`${tracking.dir}/other`).filter((name) => name.includes('predictions'))).to.have.length(1);
    tracking.seen.clear();
    const question = 'x'.repeat(4_000_000);
    const { ai } = model(ax, () => 'Answer: x');
    for (let n = 0; n < 40; n += 1) await predictor().forward(ai, { question: `${n} ${question}` });
    await tracking.seen.settled();
    expect(tracking.seen.of('onRunEnd').map(({ data }) => data.status)).to.deep.equal(['finished']);
    expect(tracking.seen.of('onRunStart')).to.have.length(1);
  });

  it('has a readable folder that holds no more than what it is', async () => {
    tracking = startTracking({ sinks: [files()] });
    await ask();
    await tracking.seen.settled();
    const [run] = readdirSync(tracking.dir).filter((name) => name.includes('predictions'));
    expect(readdirSync(`${tracking.dir}/${run}`).filter((name) => !name.startsWith('.'))).to.have.members([
      'events.jsonl',
      'params.json',
      'run.json',
    ]);
  });

  it('ends with the process, which nothing of it holds open', async () => {
    const { code, events, stdout } = await runChild(`
      import { autolog } from 'ax-autolog';
      import { ax, AxMockAIService } from '@ax-llm/ax';
      autolog({ sinks: [] });
      const ai = new AxMockAIService({ chatResponse: { results: [{ index: 0, content: 'Answer: x' }] } });
      await ax('question:string -> answer:string').forward(ai, { question: 'q' });
      console.log(process.listenerCount('SIGINT'), process.listenerCount('SIGTERM'), process.listenerCount('SIGHUP'));
    `);
    expect(code).to.equal(0);
    expect(stdout.trim()).to.equal('0 0 0');
    expect(events.map(({ type }) => type)).to.deep.equal(['onRunStart', 'onTraceEnd', 'onRunEnd']);
    expect(events.at(-1)?.data.status).to.equal('finished');
  });
});

describe('a call that is left behind by its program', () => {
  let tracking: Tracking;

  afterEach(() => tracking.stop());

  /** A model that takes its time, and when it was asked. */
  function slow(ms: number) {
    let ask = () => {};
    const asked = new Promise<void>((resolve) => {
      ask = resolve;
    });
    const { ai: service } = model(ax, async () => {
      ask();
      await wait(ms);
      return 'Answer: late';
    });
    return { service, asked };
  }

  it('ends with the trace where it is still open, and keeps nothing open', async () => {
    tracking = startTracking({ journal: false });
    let left: Promise<unknown> = Promise.resolve();
    const program = async () => {
      const ai = slow(20);
      left = predictor().forward(ai.service, { question: 'q' });
      await ai.asked;
      return 'done';
    };
    await new Evaluate({ devset: [{ n: 1 }], metric: () => 1 }).evaluate(program);
    expect(await left).to.deep.equal({ answer: 'late' });
    await tracking.seen.settled();
    const traces = tracking.seen.of('onTraceEnd').map(({ data }) => data);
    expect(traces[0]?.spans.map(({ type, status }) => [type, status])).to.deep.equal([
      ['CHAIN', 'finished'],
      ['LLM', 'cancelled'],
      ['CHAT_MODEL', 'cancelled'],
    ]);
    expect(traces).to.have.length(1);
  });

  it('is a trace of its own where it only begins then, and says where it began', async () => {
    tracking = startTracking({ journal: false });
    let left: Promise<unknown> = Promise.resolve();
    const program = async () => {
      left = wait(10).then(() => predictor().forward(slow(1).service, { question: 'q' }));
      return 'done';
    };
    await new Evaluate({ devset: [{ n: 1 }], metric: () => 1 }).evaluate(program);
    await left;
    await tracking.seen.settled();
    const [first, second] = tracking.seen.of('onTraceEnd').map(({ data }) => data);
    expect(first?.spans).to.have.length(1);
    expect(second?.name).to.equal('AxGen.forward');
    expect(second?.spans[0]?.attributes.startedIn).to.equal(first?.traceId);
  });
});
