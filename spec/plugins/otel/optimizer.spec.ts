import type { AxAIService } from '@ax-llm/ax';
import * as axModule from '@ax-llm/ax';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { startRun } from '../../../lib/index.js';
import { flush } from '../../../lib/setup/shutdown.js';
import { otel } from '../../../plugins/otel/index.js';
import { exact, questions, scripted, twoPartProgram } from '../../capture/ax/support/scripted.js';
import { startTracking, type Tracking } from '../../fixtures/tracking.js';
import { eventsNamed, idOf, parentOf, type Sdk, sdk, withContextManager } from './support/sdk.js';

const O = 'gen_ai.optimization';

describe('otel, optimizer runs', function () {
  this.timeout(60_000);
  let tracking: Tracking;
  let seen: Sdk;
  let ai: AxAIService;
  let removeManager: () => void;

  beforeEach(() => {
    removeManager = withContextManager();
    seen = sdk();
    ai = scripted(axModule, { seed: 4 }).ai;
    const sinks = [otel({ tracerProvider: seen.provider })];
    tracking = startTracking({ logCompiles: true, logEvals: true, logTracesFromCompile: true, sinks });
  });

  afterEach(async () => {
    await tracking.stop();
    removeManager();
  });

  const compile = () =>
    new axModule.AxGEPA({ studentAI: ai, numTrials: 5, minibatchSize: 4, seed: 7 }).compile(
      twoPartProgram(axModule),
      questions(8),
      exact,
      { maxMetricCalls: 70 },
    );
  const withId = (key: string, id: string | undefined): ReadableSpan[] =>
    seen.spans.filter(({ attributes, name }) => attributes[key] === id && /^(evaluate|optimize) /.test(name));

  it('a compile is a trace: its span, and a span for each trial, with what was told of them', async () => {
    await compile();
    await flush();
    const optimize = seen.named('optimize GEPA');
    const trials = tracking.seen.of('onTrialEnd');
    expect(trials.length).to.be.greaterThan(3);
    for (const { trialId, data } of trials) {
      const [span, ...more] = withId(`${O}.trial.id`, trialId);
      expect(more).to.deep.equal([]);
      expect(span?.name).to.equal(`evaluate ${data.name}`);
      expect(parentOf(span as ReadableSpan)).to.equal(idOf(optimize));
      expect(span?.attributes).to.deep.include({
        [`${O}.scope`]: data.scope,
        [`${O}.series.step`]: data.step,
        [`${O}.candidate.id`]: data.candidate?.id,
        [`${O}.score`]: data.score,
        [`${O}.batch.size`]: data.n,
      });
    }
    const [end] = tracking.seen.of('onCompileEnd');
    expect(optimize.attributes[`${O}.best.score`]).to.equal(end?.data.best?.score);
    expect(optimize.attributes[`${O}.trial.count`]).to.equal(trials.length);
  });

  it('what the search decides are events of the compile’s span, in order', async () => {
    await compile();
    await flush();
    const { events } = seen.named('optimize GEPA');
    const told = tracking.seen.events.flatMap((event) => {
      if (event.type === 'onCandidateProposed') return [`${O}.candidate.proposed ${event.data.candidate.id}`];
      if (event.type === 'onCandidateAccepted') return [`${O}.candidate.decided ${event.data.candidateId} accepted`];
      if (event.type === 'onCandidateRejected') return [`${O}.candidate.decided ${event.data.candidateId} rejected`];
      return event.type === 'onBestChanged' ? [`${O}.best.changed ${event.data.candidateId}`] : [];
    });
    const seenOf = events
      .filter(({ name }) => !/pareto|certified/.test(name))
      .map(({ name, attributes = {} }) =>
        [name, attributes[`${O}.candidate.id`], attributes[`${O}.candidate.decision`]].filter(Boolean).join(' '),
      );
    expect(seenOf).to.deep.equal(told);
    expect(told.join()).to.include('decided');
  });

  it('a trial’s span ends when the trial ends, while the compile goes on', async () => {
    const ended: string[] = [];
    const metric = async (of: Parameters<typeof exact>[0]): Promise<number> => {
      await flush();
      ended.push(seen.spans.filter(({ name }) => name.startsWith('evaluate')).length.toString());
      return exact(of);
    };
    await new axModule.AxGEPA({ studentAI: ai, numTrials: 2, minibatchSize: 2, seed: 7 }).compile(
      twoPartProgram(axModule),
      questions(3),
      metric as never,
      { maxMetricCalls: 20 },
    );
    expect(new Set(ended)).to.include('1').and.include('2');
  });

  it('an example is a trace of its own, linked to its trial, and a reflection one linked to the compile', async () => {
    await compile();
    await flush();
    const told = tracking.seen.of('onTraceEnd');
    expect(new Set(told.map(({ data }) => data.role)))
      .to.include('reflection')
      .and.include('task');
    expect(new Set(told.map(({ data }) => data.traceId)).size).to.equal(told.length);
    for (const { data, trialId, compileId } of told) {
      const root = seen.spans.find((span) => idOf(span) === `${data.traceId}/${data.spans[0]?.spanId}`);
      const [owner] = trialId
        ? withId(`${O}.trial.id`, trialId)
        : withId(`${O}.compile.id`, compileId).filter(({ name }) => name.startsWith('optimize'));
      expect(
        root?.links.map(({ context }) => context.spanId),
        data.name,
      ).to.deep.equal([owner?.spanContext().spanId]);
      expect(root?.attributes[`${O}.role`]).to.equal(data.role);
      expect(root?.attributes[`${O}.trial.id`]).to.equal(trialId);
    }
    for (const { data, trialId } of tracking.seen.of('onExampleEnd')) {
      const root = seen.spans.find(
        (span) => span.spanContext().traceId === data.traceId && parentOf(span) === undefined,
      );
      const [verdict, ...more] = eventsNamed(root as ReadableSpan, 'gen_ai.evaluation.result');
      expect(more).to.deep.equal([]);
      expect(verdict?.attributes?.['gen_ai.evaluation.score.value'], `${trialId} ${data.index}`).to.equal(data.score);
    }
  });

  it('a compile is in the span of the user’s that is current when it begins', async () => {
    await seen.tracer.startActiveSpan('nightly', async (span) => {
      await compile();
      span.end();
    });
    await flush();
    expect(parentOf(seen.named('optimize GEPA'))).to.equal(idOf(seen.named('nightly')));
  });

  it('a run of the user’s is a span, to which its compiles and evaluations are linked', async () => {
    await startRun({ runName: 'sums', tags: { team: 'a' } }, compile);
    await flush();
    const run = seen.named('run sums');
    expect(run.attributes[`${O}.tags`]).to.equal('{"team":"a"}');
    const optimize = seen.named('optimize GEPA');
    expect(optimize.links.map(({ context }) => context.spanId)).to.deep.equal([run.spanContext().spanId]);
    expect(optimize.spanContext().traceId).to.not.equal(run.spanContext().traceId);
  });

  it('a compile that fails says so', async () => {
    const broken = scripted(axModule).ai;
    const optimizer = new axModule.AxGEPA({ studentAI: broken, numTrials: 2 });
    const error = await optimizer.compile(twoPartProgram(axModule), [], exact, {}).catch((thrown: Error) => thrown);
    await flush();
    const span = seen.named('optimize GEPA');
    expect(span.status).to.deep.equal({ code: 2, message: (error as Error).message });
    expect(eventsNamed(span, 'exception')).to.have.length(1);
  });
});
