import { expect } from 'chai';
import { before, describe, it } from 'mocha';
import { random } from '../../samples/random.js';
import { expectUndisturbed, finish } from './support/faulty.js';
import { newExperiment, newFolder, startCompile } from './support/processes.js';
import { FaultyProxy, PASS, type SeenRequest, type Verdict } from './support/proxy.js';
import { Reader } from './support/reader.js';
import { type MlflowServer, sharedServer } from './support/server.js';

type Rule = (seen: SeenRequest, index: number) => Verdict;

const HTML = '<!doctype html><html><body><h1>Welcome to nginx!</h1></body></html>';
const always =
  (verdict: Verdict): Rule =>
  () =>
    verdict;
const from =
  (start: number, verdict: Verdict): Rule =>
  (_seen, index) =>
    index >= start ? verdict : PASS;

/** One request in three goes wrong, each in a way of its own. */
function flaky(): Rule {
  const lots = random('flaky');
  const ways: readonly Verdict[] = [
    { kind: 'answer', status: 503, body: 'try later' },
    { kind: 'answer', status: 429, headers: { 'retry-after': '0' } },
    { kind: 'lose answer' },
    { kind: 'reset' },
  ];
  return () => (lots.next() < 1 / 3 ? lots.pick(ways) : PASS);
}

const ERROR: Verdict = { kind: 'answer', status: 500, body: HTML, headers: { 'content-type': 'text/html' } };
const LATER: Verdict = { kind: 'answer', status: 429, body: '{}', headers: { 'retry-after': '1' } };
const RUBBISH: Verdict = { kind: 'answer', status: 200, body: HTML, headers: { 'content-type': 'text/html' } };
const TRUNCATED: Verdict = { kind: 'answer', status: 200, body: '{"run": {"info": {"run_' };
const HANG: Verdict = { kind: 'hang' };
const MIDDLE = 12;
const AT_ONCE = 4;

const FAULTS: Readonly<Record<string, () => Rule>> = {
  'answers 500 all the time': () => always(ERROR),
  'answers 500 from the middle on': () => from(MIDDLE, ERROR),
  'answers 429 with Retry-After all the time': () => always(LATER),
  'answers 429 with Retry-After from the middle on': () => from(MIDDLE, LATER),
  'answers 200 with another page all the time': () => always(RUBBISH),
  'answers 200 with another page from the middle on': () => from(MIDDLE, RUBBISH),
  'answers 200 with half a JSON text from the middle on': () => from(MIDDLE, TRUNCATED),
  'never answers': () => always(HANG),
  'never answers from the middle on': () => from(MIDDLE, HANG),
  'fails one request in three': flaky,
};

/** Starts `body` for each name, a few at a time, and returns the promise of each. */
function startAll(names: readonly string[], body: (name: string) => Promise<void>): Map<string, Promise<void>> {
  const lanes = Array.from({ length: AT_ONCE }, () => Promise.resolve());
  return new Map(
    names.map((name, index) => {
      const lane = index % AT_ONCE;
      const outcome = (lanes[lane] ?? Promise.resolve()).then(() => body(name));
      lanes[lane] = outcome.catch(() => undefined);
      return [name, outcome];
    }),
  );
}

describe('an MLflow server in trouble', function () {
  this.timeout(240_000);
  let server: MlflowServer;
  let reader: Reader;
  /** Most of their time is waiting. */
  let outcomes: Map<string, Promise<void>>;

  before(async () => {
    server = await sharedServer();
    reader = new Reader(server.uri);
    outcomes = startAll(Object.keys(FAULTS), makesGood);
  });

  const makesGood = async (what: string): Promise<void> => {
    const proxy = await FaultyProxy.start(server.uri);
    try {
      proxy.rule = FAULTS[what]?.() ?? always(ERROR);
      const [experiment, dir] = [newExperiment('faults'), newFolder()];
      const hangs = what.startsWith('never answers');
      // Long enough for the twelfth request to be on its way before the last trial ends.
      const pauseMs = hangs ? 400 : 30;
      const compile = startCompile({ uri: proxy.uri, experiment, dir, trials: 12, pauseMs });
      await compile.said('compiled');
      if (hangs) expect(proxy.hanging, 'requests that hang').to.be.greaterThan(0);
      const { code, stderr } = await compile.ended;
      expect(code, stderr).to.equal(0);
      proxy.heal();
      await finish(dir, proxy.uri, experiment);
      await expectUndisturbed(reader, dir, server.uri, experiment);
    } finally {
      await proxy.close();
    }
  };

  for (const what of Object.keys(FAULTS)) {
    it(`that ${what}: the compile resolves, and one sync makes good`, () => outcomes.get(what));
  }

  it('that is down for the whole compile: the compile resolves, and one sync makes good', async () => {
    const [experiment, dir] = [newExperiment('down'), newFolder()];
    await server.kill();
    try {
      const compile = startCompile({ uri: server.uri, experiment, dir });
      await compile.said('compiled');
      const { code, stderr } = await compile.ended;
      expect(code, stderr).to.equal(0);
    } finally {
      await server.up();
    }
    await finish(dir, server.uri, experiment);
    await expectUndisturbed(reader, dir, server.uri, experiment);
  });

  it('that is killed in the middle and started again on the same database: one sync makes good', async () => {
    const [experiment, dir] = [newExperiment('crash'), newFolder()];
    const proxy = await FaultyProxy.start(server.uri);
    let killed: Promise<void> | undefined;
    proxy.rule = async (_seen, index) => {
      if (index < MIDDLE) return PASS;
      killed ??= server.kill();
      await killed;
      return { kind: 'reset' };
    };
    try {
      const compile = startCompile({ uri: proxy.uri, experiment, dir, trials: 12 });
      await compile.said('compiled');
      await compile.ended;
      expect(killed, 'the server was killed').to.not.equal(undefined);
      await killed;
      await server.up();
      proxy.heal();
      await finish(dir, proxy.uri, experiment);
      await expectUndisturbed(reader, dir, server.uri, experiment);
    } finally {
      await server.up();
      await proxy.close();
    }
  });

  it('that was never there when the journal was written: sync brings all of it, twice changes nothing', async () => {
    const [experiment, dir] = [newExperiment('late'), newFolder()];
    await startCompile({ uri: 'none', experiment, dir }).ended;
    await finish(dir, server.uri, experiment);
    const first = await reader.dump(experiment);
    expect(first.length).to.be.greaterThan(1);
    await finish(dir, server.uri, experiment);
    expect(await reader.dump(experiment)).to.deep.equal(first);
  });
});
