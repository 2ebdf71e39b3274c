import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { AnyEvent } from '../../../lib/contract/events.js';
import { WRITER } from '../../../lib/support/ids.js';
import { FakeServer, hangUp, text } from './support/fake-server.js';
import type { StoredTrace } from './support/fake-traces.js';
import { JournalOnDisk } from './support/journal.js';
import { call, evalEnd, evalStart, example, start, told, traceIdOf } from './support/traced.js';

const EVAL = { evalId: 'e0' };

/** An evaluation of so many examples, each with its trace. */
function evaluation(count: number, writer = 'w1', root: object = {}): readonly AnyEvent[] {
  return told((add) => {
    start(add);
    evalStart(add, 'e0');
    for (let number = 1; number <= count; number += 1) {
      add('onTraceEnd', call(number, {}, root), EVAL);
      add('onExampleEnd', example(number), EVAL);
    }
    evalEnd(add, 'e0');
    add('onRunEnd', { status: 'finished', durationMs: 9 });
  }, writer);
}

describe('MLflow traces on their way', () => {
  let server: FakeServer;
  const journals: JournalOnDisk[] = [];

  beforeEach(async () => {
    server = await new FakeServer().start();
  });
  afterEach(async () => {
    await server.stop();
    for (const journal of journals.splice(0)) await journal.remove();
  });

  const journalOf = async (events: readonly AnyEvent[]): Promise<JournalOnDisk> => {
    const journal = await JournalOnDisk.of(events);
    journals.push(journal);
    return journal;
  };
  const infos = () => server.requests('/api/3.0/mlflow/traces');
  const spanCalls = () => server.requests('/v1/traces');
  const stored = (number: number): StoredTrace | undefined =>
    server.store.tracing.traces.get(`tr-${traceIdOf(number)}`);

  it('take one call each with their assessments, and one for the spans of many', async () => {
    await (await journalOf(evaluation(200))).sync(server.url);
    expect(infos().length).to.equal(200);
    expect(spanCalls().length).to.equal(1);
    expect(spanCalls()[0]?.headers).to.include({ 'x-mlflow-experiment-id': '1', 'content-encoding': 'gzip' });
    const traces = [...server.store.tracing.traces.values()];
    expect(traces.map(({ assessments, spans }) => [assessments.size, spans.size])).to.deep.equal(
      Array.from({ length: 200 }, () => [1, 1]),
    );
  });

  it('go in calls of about a megabyte', async () => {
    await (await journalOf(evaluation(10, 'w1', { inputs: { question: 'x'.repeat(300_000) } }))).sync(server.url);
    expect(spanCalls().length).to.equal(4);
    for (const { body } of spanCalls()) expect(body.length).to.be.at.most(1_050_000);
  });

  it('are tied to their run, as are their assessments', async () => {
    await (await journalOf(evaluation(1))).sync(server.url);
    const [runId = ''] = server.store.runs.keys();
    const trace = stored(1);
    expect(trace?.metadata.get('mlflow.sourceRun')).to.equal(runId);
    const [assessment] = trace?.assessments.values() ?? [];
    expect(assessment?.metadata).to.deep.equal({ 'mlflow.assessment.sourceRunId': runId });
  });

  it('leave the same, once, whatever answers are lost', async function () {
    this.timeout(30_000);
    await (await journalOf(evaluation(20))).sync(server.url);
    const expected = server.store.summary();
    for (const when of ['before', 'after'] as const) {
      const other = await new FakeServer().start();
      let met = 0;
      other.faults = ({ path }) => {
        if (!path.endsWith('/traces')) return undefined;
        met += 1;
        return met % 4 === 1 && met < 40 ? { when, answer: hangUp } : undefined;
      };
      await (await journalOf(evaluation(20))).sync(other.url, { retries: 2 }, 7);
      expect(other.store.summary()).to.deep.equal(expected);
      await other.stop();
    }
  });

  it('that the server refuses are found and reported; the others arrive', async () => {
    server.store.tracing.refusedSpans.add('bad');
    const events = evaluation(60).map((event) =>
      event.type === 'onTraceEnd' && event.data.traceId === traceIdOf(23)
        ? { ...event, data: call(23, {}, { name: 'bad' }) }
        : event,
    );
    const journal = await journalOf(events);
    await journal.sync(server.url);
    expect(journal.problems).to.deep.equal([]);
    expect(journal.warnings.map(({ code }) => code)).to.deep.equal(['AXL_MLFLOW_REFUSED']);
    expect(journal.warnings[0]?.message).to.include(`span bad of trace tr-${traceIdOf(23)}`);
    expect(spanCalls().length).to.be.lessThan(20);
    for (let number = 1; number <= 60; number += 1) {
      expect(stored(number)?.spans.size, String(number)).to.equal(number === 23 ? 0 : 1);
      expect(stored(number)?.assessments.size, String(number)).to.equal(1);
    }
  });

  for (const [what, where] of [
    ['of traces', '/api/3.0/mlflow/traces'],
    ['of their spans', '/v1/traces'],
  ] as const) {
    it(`are given up, with one warning, where the server knows nothing ${what}; the run arrives`, async () => {
      server.faults = ({ path }) =>
        path === where ? { when: 'before', answer: text(404, '<html>Not Found</html>') } : undefined;
      const journal = await journalOf(evaluation(50));
      await journal.sync(server.url, {}, 20);
      expect(journal.warnings.map(({ code }) => code)).to.deep.equal(['AXL_MLFLOW_REFUSED']);
      expect(server.requests(where).length).to.be.at.most(4);
      const given = [...server.store.tracing.traces.values()].filter(({ assessments }) => assessments.size > 0);
      expect(given.length, 'with their assessments').to.equal(where === '/v1/traces' ? 50 : 0);
      const [run] = server.store.runs.values();
      expect([run?.status, run?.points.size ? 'scored' : '']).to.deep.equal(['FINISHED', 'scored']);
    });
  }

  it('come again when nothing of MLflow is there for a while', async () => {
    let gone = 0;
    server.faults = ({ path }) => {
      if (path.endsWith('/v1/traces') && gone === 0) gone = 1;
      if (gone === 0 || gone > 4) return undefined;
      gone += 1;
      return { when: 'before', answer: text(404, '<html>no such host</html>') };
    };
    const journal = await journalOf(evaluation(3));
    await journal.sync(server.url);
    expect([1, 2, 3].map((number) => stored(number)?.spans.size)).to.deep.equal([1, 1, 1]);
    expect(journal.warnings).to.deep.equal([]);
  });

  it('come again when somebody else than MLflow takes their spans', async () => {
    let others = 2;
    server.faults = ({ path }) => {
      if (path !== '/v1/traces' || others === 0) return undefined;
      others -= 1;
      return { when: 'before', answer: text(200, '<html>Welcome</html>', { 'content-type': 'text/html' }) };
    };
    await (await journalOf(evaluation(3))).sync(server.url);
    expect([1, 2, 3].map((number) => stored(number)?.spans.size)).to.deep.equal([1, 1, 1]);
  });

  describe('with a verdict that comes later', () => {
    const until = (writer: string, last: 'onTraceEnd' | 'onExampleEnd') => {
      const events = evaluation(1, writer);
      return events.slice(0, events.findIndex(({ type }) => type === last) + 1);
    };

    it('wait for it in the process they were made in; one that dies before leaves them to the next', async () => {
      const journal = await journalOf(until(WRITER, 'onTraceEnd'));
      await journal.sync(server.url);
      expect(infos().length, 'nothing yet').to.equal(0);
      await journal.write(until(WRITER, 'onExampleEnd'));
      await journal.sync(server.url);
      expect(infos().length, 'all in one').to.equal(1);
      expect(stored(1)?.assessments.size).to.equal(1);
      expect(stored(1)?.spans.size).to.equal(1);
      await journal.sync(server.url);
      expect(infos().length, 'and not again').to.equal(1);
    });

    it('do not wait for another process, which may be dead; the verdict is added', async () => {
      const journal = await journalOf(until('w1', 'onTraceEnd'));
      await journal.sync(server.url);
      expect(stored(1)?.spans.size).to.equal(1);
      expect(stored(1)?.assessments.size).to.equal(0);
      const before = stored(1)?.metadata.size;
      await journal.write(until('w1', 'onExampleEnd'));
      await journal.sync(server.url);
      expect(stored(1)?.assessments.size).to.equal(1);
      expect(stored(1)?.metadata.size).to.equal(before);
      expect(stored(1)?.preview).to.equal('{"question":"q1"}');
    });
  });

  describe('of program calls outside of every run', () => {
    const predictions = told((add) => {
      start(add, 'predictions');
      for (const number of [1, 2]) add('onTraceEnd', call(number));
      add('onRunEnd', { status: 'finished', durationMs: 9 });
    });

    it('are all that arrives', async () => {
      await (await journalOf(predictions)).sync(server.url);
      expect(server.store.runs.size).to.equal(0);
      expect([stored(1), stored(2)].map((trace) => trace?.metadata.has('mlflow.sourceRun'))).to.deep.equal([
        false,
        false,
      ]);
      expect(server.seen.map(({ path }) => path.split('?')[0]?.split('/').at(-1))).to.deep.equal([
        ...['get-by-name', 'create'],
        ...['traces', 'traces', 'traces'],
      ]);
    });

    it('stay outside of the run that MLFLOW_RUN_ID names', async () => {
      process.env.MLFLOW_RUN_ID = 'f'.repeat(32);
      try {
        const journal = await journalOf(predictions);
        await journal.sync(server.url);
        expect(journal.warnings).to.deep.equal([]);
      } finally {
        delete process.env.MLFLOW_RUN_ID;
      }
      expect(server.requests('/runs/get').length).to.equal(0);
      expect(stored(2)?.metadata.has('mlflow.sourceRun')).to.equal(false);
    });
  });
});
