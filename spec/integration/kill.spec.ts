import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { AnyEvent, Envelope } from 'ax-autolog';
import { readRun } from 'ax-autolog/analysis/node';
import { expect } from 'chai';
import { before, describe, it } from 'mocha';
import { random } from '../../samples/random.js';
import { expectUndisturbed, finish } from './support/faulty.js';
import { newExperiment, newFolder, startCompile } from './support/processes.js';
import { FaultyProxy, PASS } from './support/proxy.js';
import type { Dumped, Traced } from './support/read-back.js';
import { Reader } from './support/reader.js';
import { type MlflowServer, sharedServer } from './support/server.js';

const KILLS = 50;
const PARALLEL = 2;
const SHORT = { trials: 10, pauseMs: 25 } as const;

/** A moment: the n-th request to the server, and whether the server still gets it and its answer is lost. */
interface Moment {
  readonly request: number;
  readonly serverGetsIt: boolean;
  /** Milliseconds between the request and the kill: the compile goes on meanwhile. */
  readonly delayMs: number;
}

/** What one killed compile left. */
interface Killed {
  readonly experiment: string;
  readonly dir: string;
  readonly signal: NodeJS.Signals | null;
}

function moments(requests: number): Moment[] {
  const lots = random('kill -9');
  return Array.from({ length: KILLS }, () => ({
    request: lots.int(0, requests - 1),
    serverGetsIt: lots.next() < 0.5,
    delayMs: lots.next() < 0.5 ? 0 : lots.int(1, 40),
  }));
}

async function killAt(moment: Moment, server: MlflowServer): Promise<Killed> {
  const [experiment, dir] = [newExperiment('killed'), newFolder()];
  const proxy = await FaultyProxy.start(server.uri);
  try {
    const compile = startCompile({ uri: proxy.uri, experiment, dir, ...SHORT });
    proxy.rule = (_seen, index) => {
      if (index < moment.request) return PASS;
      if (index === moment.request) setTimeout(compile.kill, moment.delayMs);
      if (moment.delayMs > 0) return PASS;
      return { kind: moment.serverGetsIt ? 'lose answer' : 'hang' };
    };
    const { signal } = await compile.ended;
    proxy.heal();
    await finish(dir, proxy.uri, experiment);
    return { experiment, dir, signal };
  } finally {
    await proxy.close();
  }
}

/** The whole journal of a folder that holds one run; nothing when it was killed before the run began. */
function eventsOf(dir: string): AnyEvent[] {
  return readdirSync(dir, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap((entry) => [...readRun(join(dir, entry.name))]);
}

const trialEnds = (events: readonly AnyEvent[]) =>
  events.filter((event): event is Envelope<'onTrialEnd'> => event.type === 'onTrialEnd');

/** Steps and values of a metric, times left out. */
const points = (run: Dumped | undefined, key: string) => run?.metrics[key]?.map(([step, value]) => [step, value]);

function expectEveryTrialOnce(runs: readonly Dumped[], events: readonly AnyEvent[]): void {
  const ended = trialEnds(events).map(({ data }) => data);
  const started = events.filter(({ type }) => type === 'onTrialStart').length;
  const parents = runs.filter(({ parent }) => parent === null);
  expect(parents.map(({ name }) => name)).to.deep.equal(events.length > 0 ? ['TakeTurns'] : []);
  const children = runs.filter(({ parent }) => parent !== null);
  expect(children.length, 'child runs').to.be.within(ended.length, started);
  for (const { name, score } of ended) {
    const found = children.filter((run) => run.name === name);
    expect(
      found.map(({ status }) => status),
      `${name}`,
    ).to.deep.equal(['FINISHED']);
    expect(points(found[0], 'eval'), `${name}`).to.deep.equal([[0, score]]);
  }
  for (const key of new Set(ended.map((data) => data.key))) {
    const series = ended.filter((data) => data.key === key).map(({ step, score }) => [step, score]);
    expect(points(parents[0], `eval_${key}`), `eval_${key}`).to.deep.equal(series);
  }
}

/** Every trace of the journal is there once, whole, on the run of its trial, with the verdict that was given on it. */
function expectEveryTraceOnce(traces: readonly Traced[], runs: readonly Dumped[], events: readonly AnyEvent[]): void {
  const ended = events.filter((event): event is Envelope<'onTraceEnd'> => event.type === 'onTraceEnd');
  const verdicts = new Map<string, number | null>();
  for (const event of events) {
    if (event.type === 'onExampleEnd' && event.data.traceId) verdicts.set(event.data.traceId, event.data.score);
  }
  expect(traces.map(({ id }) => id)).to.deep.equal(ended.map(({ data }) => `tr-${data.traceId}`).sort());
  const byId = new Map(traces.map((trace) => [trace.id, trace]));
  const trialOf = new Map(runs.map(({ id, tags }) => [id, tags['ax_autolog.id']]));
  for (const { data, trialId } of ended) {
    const trace = byId.get(`tr-${data.traceId}`);
    expect(trialOf.get(trace?.run ?? ''), 'its run').to.equal(trialId);
    expect(trace?.spans.map(({ id }) => id).sort()).to.deep.equal(data.spans.map(({ spanId }) => spanId).sort());
    const verdict = verdicts.get(data.traceId);
    expect(trace?.assessments.map(({ value }) => value)).to.deep.equal(verdict === undefined ? [] : [verdict]);
  }
}

describe('kill -9 while MLflow is written to', function () {
  this.timeout(8 * 60_000);
  let server: MlflowServer;
  let reader: Reader;
  let requests = 0;

  before(async () => {
    server = await sharedServer();
    reader = new Reader(server.uri);
    const proxy = await FaultyProxy.start(server.uri);
    const experiment = newExperiment('not killed');
    await startCompile({ uri: proxy.uri, experiment, dir: newFolder(), ...SHORT }).ended;
    requests = proxy.seen.length;
    await proxy.close();
  });

  it(`at ${KILLS} moments: after sync every ended trial is there once, every point of every metric, every trace`, async () => {
    const waiting = moments(requests);
    const killed: Killed[] = [];
    const worker = async (): Promise<void> => {
      for (let moment = waiting.shift(); moment; moment = waiting.shift()) killed.push(await killAt(moment, server));
    };
    await Promise.all(Array.from({ length: PARALLEL }, worker));
    expect(killed.filter(({ signal }) => signal === 'SIGKILL').length, 'killed before the end').to.be.greaterThan(
      KILLS / 2,
    );
    let traces = 0;
    for (const { experiment, dir } of killed) {
      const [runs, events] = [await reader.dump(experiment), eventsOf(dir)];
      expectEveryTrialOnce(runs, events);
      const found = await reader.traces(experiment);
      expectEveryTraceOnce(found, runs, events);
      traces += found.length;
    }
    expect(traces, 'traces of all of them').to.be.greaterThan(KILLS * 3);
    const some = killed.filter(({ dir }, index) => index % 10 === 0 && eventsOf(dir).length > 0);
    for (const { experiment, dir } of some) await expectUndisturbed(reader, dir, server.uri, experiment);
  });
});
