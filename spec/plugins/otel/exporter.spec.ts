import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as axModule from '@ax-llm/ax';
import { ax } from '@ax-llm/ax';
import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { JournalFeed } from '../../../lib/deliver/journal-feed.js';
import { type AnyEvent, Evaluate, replay } from '../../../lib/index.js';
import { RunJournal } from '../../../lib/journal/writer.js';
import { flush } from '../../../lib/setup/shutdown.js';
import { otel } from '../../../plugins/otel/index.js';
import { exact, questions, scripted } from '../../capture/ax/support/scripted.js';
import { handBatch } from '../../fixtures/hand-batch.js';
import { startTracking } from '../../fixtures/tracking.js';
import { type Keeping, keeping } from './support/exporters.js';
import { idOf, tree } from './support/sdk.js';
import { tracedRun } from './support/traces.js';

const RUN_ID = 'run-a';

describe('otel, to an exporter', () => {
  let dir: string;

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'otel-'));
  });

  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  /** Writes events into the run's journal, as its process does. */
  function write(events: readonly AnyEvent[]): string {
    const journal = new RunJournal({
      dir,
      runId: RUN_ID,
      writer: 'w1',
      durability: 'process',
      onProblem: () => undefined,
    });
    for (const event of events) journal.append(event, true);
    journal.close();
    return journal.runDir;
  }

  const ids = ({ spans }: Keeping): string[] => spans.map((span) => idOf(span as never));

  it('gives traces the ids that they have in the journal', async () => {
    const exporter = keeping();
    const tracking = startTracking({ logEvals: true, sinks: [otel({ exporter })] });
    const program = ax('question:string -> answer:string');
    await new Evaluate({ devset: questions(6), metric: exact, numThreads: 3 }).evaluate(program, {
      ai: scripted(axModule).ai,
    });
    await flush();
    const told = tracking.seen
      .of('onTraceEnd')
      .flatMap(({ data }) => data.spans.map((s) => `${data.traceId}/${s.spanId}`));
    await tracking.stop();
    expect(ids(exporter))
      .to.include.members(told)
      .and.to.have.length(told.length + 1);
    expect(tree(exporter.spans as never))
      .to.include('evaluate eval')
      .and.include('  chat scripted-1');
  });

  it('gives a replay the same spans as the run itself, and again', async () => {
    const live = keeping();
    const sink = otel({ exporter: live });
    await handBatch(sink, tracedRun(RUN_ID), { runDir: null, runId: RUN_ID });
    const runDir = write(tracedRun(RUN_ID));
    const replayed = keeping();
    const second = otel({ exporter: replayed });
    for (const _time of ['once', 'twice']) {
      expect((await replay(runDir, second)).problems).to.deep.equal([]);
      expect(JSON.stringify(replayed.spans.splice(0))).to.equal(JSON.stringify(live.spans));
    }
  });

  it('exports again what an exporter did not take, nothing twice, and lets the run wait for nothing', async () => {
    let attempts = 0;
    const exporter = keeping(() => (attempts++ % 3 === 2 ? null : new Error('the collector is away')));
    const runDir = write(tracedRun(RUN_ID));
    const problems: string[] = [];
    const feed = new JournalFeed({
      runDir,
      runId: RUN_ID,
      sink: otel({ exporter }),
      batchSize: 4,
      onProblem: (code, message) => problems.push(`${code} ${message}`),
    });
    await feed.drain();
    await feed.stop();
    const whole = keeping();
    await replay(runDir, otel({ exporter: whole }));
    expect(ids(exporter).sort()).to.deep.equal(ids(whole).sort());
    expect(problems.join()).to.include('AXL_OTEL_EXPORT').and.include('the collector is away');
  });

  it('carries on for a process that died, with every span once, wherever that was', async () => {
    const events = tracedRun(RUN_ID);
    const runDir = write(events);
    const whole = keeping();
    await replay(runDir, otel({ exporter: whole }));
    for (let at = 1; at < events.length; at += 1) {
      const exporter = keeping();
      await handBatch(otel({ exporter }), events.slice(0, at), { runDir, runId: RUN_ID });
      const before = exporter.spans.length;
      await handBatch(otel({ exporter }), events.slice(at), { runDir, runId: RUN_ID });
      expect(JSON.stringify(exporter.spans), `died after ${at}, with ${before} spans`).to.equal(
        JSON.stringify(whole.spans),
      );
    }
  });

  it('carries on with a run that several processes write, each from where it was', async () => {
    const events = tracedRun(RUN_ID);
    const other = events.map((event) => ({
      ...event,
      writer: 'w2',
      compileId: event.compileId && 'c0.w2',
      trialId: event.trialId && 't0.w2',
      evalId: event.evalId && 'e0.w2',
    }));
    const both = events.slice(1, -1).flatMap((event, i) => [event, other[i + 1] as AnyEvent]);
    const all = [events[0] as AnyEvent, ...both, events.at(-1) as AnyEvent];
    const runDir = write(events);
    const second = new RunJournal({
      dir,
      runId: RUN_ID,
      writer: 'w2',
      durability: 'process',
      onProblem: () => undefined,
    });
    for (const event of other.slice(0, -1)) second.append(event as AnyEvent, true);
    second.close();
    const whole = keeping();
    await handBatch(otel({ exporter: whole }), all, { runDir: null, runId: RUN_ID });
    for (let at = 1; at < all.length; at += 3) {
      const exporter = keeping();
      await handBatch(otel({ exporter }), all.slice(0, at), { runDir, runId: RUN_ID });
      await handBatch(otel({ exporter }), all.slice(at), { runDir, runId: RUN_ID });
      expect(ids(exporter).sort(), `after ${at}`).to.deep.equal(ids(whole).sort());
    }
  });

  it('keeps how far it came for each receiver, without credentials of the address in the name', () => {
    const sink = otel({ url: 'http://user:secret@127.0.0.1:4318/v1/traces?key=secret' });
    expect(sink.target).to.equal('otel:http://127.0.0.1:4318/v1/traces');
    expect(otel({ exporter: keeping(), name: 'backup' }).target).to.equal('backup');
  });

  it('leaves out the one span that the receiver refuses, says so, and delivers the others', async () => {
    const refused = Object.assign(new Error('invalid span'), { code: 400 });
    const exporter = keeping((spans) => (spans.some(({ name }) => name === 'optimize GEPA') ? refused : null));
    const warnings: string[] = [];
    const sink = otel({ exporter });
    await sink.setup?.({ journalDir: null, warn: (code, message) => warnings.push(`${code} ${message}`) });
    await handBatch(sink, tracedRun(RUN_ID), { runDir: null, runId: RUN_ID });
    const whole = keeping();
    await handBatch(otel({ exporter: whole }), tracedRun(RUN_ID), { runDir: null, runId: RUN_ID });
    const others = whole.spans.filter(({ name }) => name !== 'optimize GEPA');
    expect(ids(exporter).sort()).to.deep.equal(others.map((span) => idOf(span as never)).sort());
    expect(warnings).to.have.length(1);
    expect(warnings[0]).to.include('AXL_OTEL_REFUSED').and.include('invalid span');
  });

  for (const [how, answer] of [
    [
      'throws',
      () => {
        throw new Error('broken exporter');
      },
    ],
    ['never answers', () => undefined],
  ] as const) {
    it(`rejects the batch when the exporter ${how}, so that it comes again`, async () => {
      const sink = otel({ exporter: keeping(answer), timeoutMs: 20 });
      const error = await Promise.resolve(handBatch(sink, tracedRun(RUN_ID), { runDir: null, runId: RUN_ID })).then(
        () => null,
        (thrown: Error) => thrown,
      );
      expect(error).to.have.property('code', 'AXL_OTEL_EXPORT');
    });
  }

  it('sends at most 512 spans at once', async () => {
    const exporter = keeping();
    const by = (writer: string) => tracedRun(RUN_ID).map((event) => ({ ...event, writer }));
    const many = Array.from({ length: 100 }, (_, i) => by(`w${i}`)).flat();
    const sink = otel({ exporter });
    await handBatch(sink, many, { runDir: null, runId: RUN_ID });
    expect(Math.max(...exporter.calls)).to.equal(512);
    expect(exporter.spans).to.have.length(1_200);
  });

  it('flushes an exporter of the user’s and does not shut it down', async () => {
    const exporter = keeping();
    const sink = otel({ exporter });
    await sink.flush?.();
    await sink.close?.();
    expect([exporter.flushed, exporter.shutDown]).to.deep.equal([1, 0]);
  });

  it('says of each resource what service it is of', async () => {
    const exporter = keeping();
    const resource = { 'service.name': 'tutor', 'deployment.environment.name': 'test' };
    await handBatch(otel({ exporter, resource }), tracedRun(RUN_ID), { runDir: null, runId: RUN_ID });
    expect(exporter.spans[0]?.resource.attributes).to.deep.equal(resource);
  });
});
