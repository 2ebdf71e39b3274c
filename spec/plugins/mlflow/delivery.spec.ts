import { expect } from 'chai';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { AnyEvent } from '../../../lib/contract/events.js';
import { envelope } from '../../contract/arbitrary.js';
import { story } from '../../contract/story.js';
import { handBatch } from '../../fixtures/hand-batch.js';
import { fixture } from '../../golden/fixture.js';
import { FakeServer, type Fault, hangUp, json, text } from './support/fake-server.js';
import { JournalOnDisk } from './support/journal.js';

describe('MLflow delivery', () => {
  let server: FakeServer;
  const journals: JournalOnDisk[] = [];

  beforeEach(async () => {
    server = await new FakeServer().start();
  });

  afterEach(async () => {
    await server.stop();
    for (const journal of journals.splice(0)) await journal.remove();
  });

  async function journalOf(events: readonly AnyEvent[], dir?: string): Promise<JournalOnDisk> {
    const journal = await JournalOnDisk.of(events, dir);
    journals.push(journal);
    return journal;
  }

  /** What an undisturbed delivery of these events leaves on a server. */
  async function undisturbed(events: readonly AnyEvent[]): Promise<unknown> {
    const other = await new FakeServer().start();
    try {
      await (await journalOf(events)).sync(other.url);
      return other.store.summary();
    } finally {
      await other.stop();
    }
  }

  it('leaves the same on the server whatever the batches', async () => {
    const expected = await undisturbed(fixture());
    for (const size of [1, 3, 10]) {
      const other = await new FakeServer().start();
      await (await journalOf(fixture())).sync(other.url, {}, size);
      expect(other.store.summary()).to.deep.equal(expected);
      await other.stop();
    }
  });

  it('changes nothing when it is done again, with and without what was known', async () => {
    const journal = await journalOf(fixture());
    await journal.sync(server.url);
    const expected = server.store.summary();
    await journal.sync(server.url);
    expect(server.store.summary(), 'again').to.deep.equal(expected);
    await journal.forget();
    await journal.sync(server.url);
    expect(server.store.summary(), 'with all knowledge lost').to.deep.equal(expected);
  });

  const disturbances: readonly [string, Fault][] = [
    ['a create that went unanswered', { when: 'after', answer: hangUp }],
    ['a create that was answered with 500', { when: 'after', answer: text(500, 'proxy error') }],
    ['a create that was answered with rubbish', { when: 'after', answer: text(200, '<html>') }],
    ['a create that never came', { when: 'before', answer: hangUp }],
  ];
  for (const [name, fault] of disturbances) {
    it(`makes nothing twice after ${name}`, async function () {
      this.timeout(30_000);
      const expected = await undisturbed(fixture());
      const met = new Map<string, number>();
      const once = ['/runs/create', '/logged-models', '/runs/outputs', '/model-versions/create'];
      server.faults = ({ path }) => {
        const ending = once.find((end) => path.endsWith(end));
        if (ending === undefined) return undefined;
        const times = (met.get(ending) ?? 0) + 1;
        met.set(ending, times);
        return times === 1 || times === 4 ? fault : undefined;
      };
      await (await journalOf(fixture())).sync(server.url, {}, 5);
      expect(server.store.summary()).to.deep.equal(expected);
    });
  }

  it('looks for an earlier create only after one went unanswered', async () => {
    await (await journalOf(story('20261123-000000-a-000001', '11').events)).sync(server.url);
    // A journal of another process: nobody knows whether it was delivered before. One search, not one a run.
    expect(server.requests('/runs/search').length).to.equal(1);
  });

  it('ends where an undisturbed delivery ends, whatever goes wrong on the way', async function () {
    this.timeout(60_000);
    const expected = await undisturbed(fixture());
    const answers: readonly Fault['answer'][] = [
      hangUp,
      text(500, 'x'),
      json(429, {}, { 'retry-after': '0' }),
      text(200, 'rubbish'),
    ];
    await fc.assert(
      fc.asyncProperty(fc.infiniteStream(fc.nat(99)), fc.integer({ min: 1, max: 20 }), async (dice, size) => {
        const other = await new FakeServer().start();
        let left = 8;
        other.faults = () => {
          const roll = dice.next().value ?? 0;
          if (roll >= 24 || left === 0) return undefined;
          left -= 1;
          return { when: roll % 2 === 0 ? 'before' : 'after', answer: answers[roll % 4] ?? hangUp };
        };
        await (await journalOf(fixture())).sync(other.url, { retries: 1 }, size);
        await other.stop();
        expect(other.store.summary()).to.deep.equal(expected);
      }),
      { numRuns: 8 },
    );
  });

  it('carries on for a process that died at any event', async function () {
    this.timeout(60_000);
    const events = fixture();
    const expected = await undisturbed(events);
    for (let stop = 1; stop < events.length; stop += 6) {
      const other = await new FakeServer().start();
      const journal = await journalOf(events.slice(0, stop));
      await journal.sync(other.url);
      await journal.write(events);
      await journal.sync(other.url, {}, 7);
      expect(other.store.summary(), `stopped at ${stop}`).to.deep.equal(expected);
      await other.stop();
    }
  });

  it('needs few requests a trial', async () => {
    const events = fixture();
    const run = await journalOf(events);
    await run.sync(server.url, { prompts: 'none' });
    const trials = events.filter(({ type }) => type === 'onTrialEnd').length;
    for (const [id, { tags, params, points }] of server.store.runs) {
      if (!tags.has('mlflow.parentRunId')) continue;
      const batches = server.requests('/runs/log-batch').filter(({ body }) => body.includes(id)).length;
      const [onePerParams, onePerMetrics] = [Math.ceil(params.size / 100), Math.ceil(points.size / 1_000)];
      expect(batches).to.be.at.most(Math.max(onePerParams, onePerMetrics));
      expect(server.seen.filter(({ method, path }) => method === 'PUT' && path.includes(id)).length).to.equal(2);
      expect(server.requests('/runs/update').filter(({ body }) => body.includes(id)).length).to.equal(1);
    }
    expect(server.requests('/runs/create').length).to.equal(trials + 1);
    const [root] = [...server.store.runs].find(([, { tags }]) => !tags.has('mlflow.parentRunId')) ?? [];
    // One for what can be written at once, two for the numbers that are claimed by name.
    expect(server.requests('/runs/log-batch').filter(({ body }) => body.includes(root ?? '-')).length).to.equal(1);
  });

  it('waits for right credentials and keeps everything', async () => {
    server.authorization = 'Bearer right-token-of-the-server';
    const journal = await journalOf(fixture());
    const sink = journal.sink(server.url, { token: 'wrong-token-of-mine' });
    const rejected = await Promise.resolve(
      handBatch(sink, fixture(), { runDir: journal.runDir, runId: journal.runId }),
    ).then(
      () => null,
      (error: Error) => error,
    );
    sink.close?.();
    expect(rejected?.message).to.contain('AXL_MLFLOW_AUTH').and.not.to.contain('wrong-token');
    expect(server.store.runs.size).to.equal(0);
    await journal.sync(server.url, { token: 'right-token-of-the-server' });
    expect(server.store.summary()).to.deep.equal(await undisturbed(fixture()));
  });

  it('reports what is refused for good, once, and goes on with the rest', async () => {
    const events = [...fixture()];
    const at = events.findIndex(({ type }) => type === 'onRunEnd');
    const { runId } = events[0] as AnyEvent;
    const log = (key: string, value: string) => envelope('onLog', { kind: 'param', key, value }, { runId, seq: at });
    events.splice(
      at,
      1,
      log('note', 'changed'),
      { ...log('after', 'kept'), seq: at + 1 },
      {
        ...(events[at] as AnyEvent),
        seq: at + 2,
      },
    );
    const journal = await journalOf(events);
    await journal.sync(server.url);
    expect(journal.warnings.map(({ code }) => code)).to.deep.equal(['AXL_MLFLOW_REFUSED']);
    expect(journal.warnings[0]?.message).to.contain('param note');
    const root = [...server.store.runs.values()].find(({ tags }) => !tags.has('mlflow.parentRunId'));
    expect(root?.params.get('note')).to.equal('kept');
    expect(root?.params.get('after')).to.equal('kept');
    expect(root?.status).to.equal('FINISHED');
    expect(journal.problems).to.deep.equal([]);
  });

  it('leaves out events that a redaction function of 0.1.0 emptied, says so, and goes on with the rest', async () => {
    const emptied = ['onTraceEnd', 'onCertificate', 'onEvalStart', 'onEvalEnd', 'onBestChanged'];
    const events = fixture().map((event) => {
      if (!emptied.includes(event.type)) return event;
      const data = Object.fromEntries(Object.keys(event.data).map((name) => [name, '[REDACTED]']));
      return { ...event, data } as unknown as AnyEvent;
    });
    const journal = await journalOf(events);
    await journal.sync(server.url);
    expect(journal.problems).to.have.length(events.filter(({ type }) => emptied.includes(type)).length);
    for (const problem of journal.problems) expect(problem).to.match(/^AXL_JOURNAL_CORRUPT: .* got '\[REDACTED\]'/);
    const runs = [...server.store.runs.values()];
    expect(runs.filter(({ tags }) => tags.has('mlflow.parentRunId'))).to.have.length(4);
    expect(runs.every(({ status }) => status === 'FINISHED')).to.equal(true);
  });

  it('goes on where the server knows nothing of models, prompts, inputs and artifacts', async () => {
    server.faults = ({ path }) =>
      /logged-models|registered-models|log-inputs|mlflow-artifacts/.test(path)
        ? { when: 'before', answer: text(404, '<html>Not Found</html>') }
        : undefined;
    const journal = await journalOf(fixture());
    await journal.sync(server.url);
    expect(journal.problems).to.deep.equal([]);
    expect(new Set(journal.warnings.map(({ code }) => code))).to.deep.equal(new Set(['AXL_MLFLOW_REFUSED']));
    expect([...server.store.runs.values()].every(({ status }) => status === 'FINISHED')).to.equal(true);
  });

  describe('runs that others write to', () => {
    it('goes on with a run that is there, after the steps it has', async () => {
      server.store.experiments.set('e', '1');
      const created = { experiment_id: '1', run_name: 'mine', start_time: 5, tags: [] };
      server.store.handle('POST', '/api/2.0/mlflow/runs/create', JSON.stringify(created));
      const [id = ''] = server.store.runs.keys();
      const metrics = [{ key: 'eval_full', value: 0.5, timestamp: 1, step: 4 }];
      server.store.handle('POST', '/api/2.0/mlflow/runs/log-batch', JSON.stringify({ run_id: id, metrics }));
      const journal = await journalOf(joining(story('20261123-000000-a-000001', '11').events, id));
      await journal.sync(server.url);
      const [mine, ...children] = [...server.store.runs.values()];
      expect(children.map(({ name }) => name)).to.deep.equal(['eval_full_5', 'eval_full_6']);
      expect(new Set(children.map(({ tags }) => tags.get('mlflow.parentRunId')))).to.deep.equal(new Set([id]));
      expect([...(mine?.points ?? [])].filter((point) => point.startsWith('eval_full ')).length).to.equal(3);
      expect(mine?.name).to.equal('mine');
      const expected = server.store.summary();
      await journal.forget();
      await journal.sync(server.url);
      expect(server.store.summary(), 'joined again').to.deep.equal(expected);
    });

    it('gives each of several processes params of its own', async () => {
      const first = await journalOf(story('20261123-000000-a-000001', '11').events);
      await first.sync(server.url);
      const [id = ''] = server.store.runs.keys();
      for (const [runId, mark, wanted] of [
        ['20261123-000000-b-000002', '22', id],
        ['20261123-000000-c-000003', '33', '20261123-000000-a-000001'],
      ] as const) {
        await (await journalOf(joining(story(runId, mark).events, wanted))).sync(server.url);
      }
      const root = server.store.runs.get(id);
      expect(root?.params.get('optimizer')).to.equal('Opt-20261123-000000-a-000001');
      expect(root?.params.get('compile_1/optimizer')).to.equal('Opt-20261123-000000-b-000002');
      expect(root?.params.get('compile_2/optimizer')).to.equal('Opt-20261123-000000-c-000003');
      const names = [...server.store.runs.values()].slice(1).map(({ name }) => name);
      expect(names).to.deep.equal([0, 1, 2, 3, 4, 5].map((step) => `eval_full_${step}`));
    });

    it('keeps what others list in the tags of a run', async () => {
      const own = story('20261123-000000-a-000001', '11').events;
      const journal = await journalOf(own.slice(0, 4));
      await journal.sync(server.url);
      const [id = ''] = server.store.runs.keys();
      await (await journalOf(joining(story('20261123-000000-b-000002', '22').events, id))).sync(server.url);
      const theirs = { path: 'theirs.json', type: 'table' };
      const listed = () => server.store.runs.get(id)?.tags.get('mlflow.loggedArtifacts') ?? '[]';
      const more = JSON.stringify([...(JSON.parse(listed()) as unknown[]), theirs]);
      server.store.runs.get(id)?.tags.set('mlflow.loggedArtifacts', more);
      const front = envelope('onParetoChanged', { front: [] }, { runId: own[0]?.runId ?? '', seq: 4 });
      await journal.write([...own.slice(0, 4), front]);
      await journal.sync(server.url);
      const paths = (JSON.parse(listed()) as { path: string }[]).map(({ path }) => path);
      expect(paths).to.include.members(['trainset.json', 'compile_1/trainset.json', 'theirs.json', 'pareto.json']);
      expect(new Set(paths).size).to.equal(paths.length);
    });

    it('makes a run of its own where the named one is not there, and says so', async () => {
      const journal = await journalOf(joining(story('20261123-000000-a-000001', '11').events, 'f'.repeat(32)));
      await journal.sync(server.url);
      expect(journal.warnings[0]?.message).to.contain('is not on the server');
      expect(server.store.runs.size).to.equal(3);
    });

    it('nests a run in the one around it, which may not have been delivered yet', async () => {
      const outer = await journalOf(story('20261123-000000-a-000001', '11').events);
      const nested = story('20261123-000000-b-000002', '22').events.map((event) => ({
        ...event,
        parentRunId: '20261123-000000-a-000001',
      })) as readonly AnyEvent[];
      const inner = await journalOf(nested, outer.dir);
      await inner.sync(server.url);
      await outer.sync(server.url);
      const byId = new Map([...server.store.runs.values()].map((run) => [run.tags.get('ax_autolog.id'), run]));
      const parent = byId.get('20261123-000000-b-000002')?.tags.get('mlflow.parentRunId');
      expect(parent).to.equal(byId.get('20261123-000000-a-000001')?.id);
      expect(server.store.runs.size).to.equal(6);
    });
  });
});

function joining(events: readonly AnyEvent[], externalRunId: string): readonly AnyEvent[] {
  return events.map((event) =>
    event.type === 'onRunStart' ? { ...event, data: { ...event.data, externalRunId } } : event,
  );
}
