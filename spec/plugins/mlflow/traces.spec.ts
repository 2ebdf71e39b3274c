import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { AnyEvent } from '../../../lib/contract/events.js';
import { RunMapper } from '../../../plugins/mlflow/mapping/mapper.js';
import { ROOT, type TraceWrite, type Write } from '../../../plugins/mlflow/mapping/writes.js';
import { call, evalEnd, evalStart, example, start, type Tell, told, traceIdOf } from './support/traced.js';

function mapped(events: readonly AnyEvent[]): readonly Write[] {
  const mapper = new RunMapper({ prompts: 'none' });
  return events.flatMap((event) => mapper.take(event));
}

const isTrace = (write: Write): write is TraceWrite => write.op === 'trace';
const tracesOf = (tell: (add: Tell) => void): readonly TraceWrite[] => mapped(told(tell)).filter(isTrace);
const only = (traces: readonly TraceWrite[]): TraceWrite => {
  expect(traces.length).to.equal(1);
  return traces[0] as TraceWrite;
};

/** The evaluation of examples whose traces are these. */
function evaluated(tell: (add: Tell) => void, metric: string | null = 'exact'): readonly TraceWrite[] {
  return tracesOf((add) => {
    start(add);
    evalStart(add, 'e0', metric);
    tell((type, data, place = { evalId: 'e0' }) => add(type, data, place));
    evalEnd(add, 'e0');
    add('onRunEnd', { status: 'finished', durationMs: 9 });
  });
}

describe('MLflow traces', () => {
  describe('and the verdict on them', () => {
    it('are one write, however many examples run at once', () => {
      const written = evaluated((add) => {
        for (const number of [1, 2, 3]) add('onTraceEnd', call(number));
        for (const number of [3, 1, 2]) add('onExampleEnd', example(number, { score: number / 4 }));
      });
      expect(
        written.map(({ info }) => [info.traceId, info.tags['ax_autolog.example'], info.assessments[0]?.value]),
      ).to.deep.equal([3, 1, 2].map((number) => [`tr-${traceIdOf(number)}`, `x${number}`, number / 4]));
      expect(written.every(({ spans }) => spans.length === 1)).to.equal(true);
    });

    it('give the metric’s name and value, and the feedback as rationale', () => {
      const { info } = only(
        evaluated((add) => {
          add('onTraceEnd', call(1));
          add('onExampleEnd', example(1, { score: 0.5, feedback: 'half of it' }));
        }),
      );
      const [{ id, time, ...feedback }] = info.assessments as [TraceWrite['info']['assessments'][number]];
      expect(feedback).to.deep.equal({
        name: 'exact',
        value: 0.5,
        rationale: 'half of it',
        metadata: {},
        source: 'main.js',
      });
      expect(id).to.match(/^a-[0-9a-f]{32}$/);
      expect(time).to.be.greaterThan(info.requestTime);
    });

    it('give each objective under a name of its own', () => {
      const scores = { brevity: 0.25, exact: 1, broken: 'NaN' as unknown as number };
      const { info } = only(
        evaluated((add) => {
          add('onTraceEnd', call(1));
          add('onExampleEnd', example(1, { score: 0.625, scores }));
        }),
      );
      const values = info.assessments.map(({ name, value }) => [name, value]);
      expect(values).to.deep.equal([
        ['exact', 0.625],
        ['brevity', 0.25],
        ['exact.exact', 1],
        ['broken', 'NaN'],
      ]);
      expect(new Set(info.assessments.map(({ id }) => id)).size).to.equal(4);
    });

    it('give the error in place of the value, and what was counted', () => {
      const error = { name: 'TypeError', message: 'no number', stack: 'TypeError: no number\n    at metric' };
      const { info } = only(
        evaluated((add) => {
          add('onTraceEnd', call(1));
          add('onExampleEnd', example(1, { score: 0, error }));
        }, null),
      );
      const [given] = info.assessments;
      expect(given?.name, 'of a metric without a name').to.equal('score');
      expect(given?.value).to.equal(null);
      expect(given?.error).to.deep.equal({
        error_code: 'TypeError',
        error_message: 'no number',
        stack_trace: error.stack,
      });
      expect(given?.metadata).to.deep.equal({ 'ax_autolog.score': '0' });
    });

    it('are written without one where none comes before the evaluation ends', () => {
      const { info } = only(evaluated((add) => add('onTraceEnd', call(1))));
      expect(info.assessments).to.deep.equal([]);
    });

    it('are told apart by the prediction where several share the id of another system’s trace', () => {
      const shared = { traceId: traceIdOf(7), parentSpanId: '00000000000000ff' };
      const written = evaluated((add) => {
        for (const number of [1, 2, 3]) add('onTraceEnd', call(number, shared));
        for (const number of [2, 3, 1])
          add('onExampleEnd', example(number, { score: number / 4, traceId: traceIdOf(7) }));
      });
      expect(written.map(({ info }) => [info.requestPreview, info.assessments[0]?.value])).to.deep.equal([
        ['{"question":"q2"}', 0.5],
        ['{"question":"q3"}', 0.75],
        ['{"question":"q1"}', 0.25],
      ]);
      expect(new Set(written.map(({ info }) => info.traceId)).size).to.equal(3);
      for (const { info, spans } of written) {
        expect(`tr-${spans[0]?.traceId}`).to.equal(info.traceId);
        expect(spans[0]).to.not.have.property('parentSpanId');
      }
    });

    it('wait in bounded memory: what is too much goes first, its verdict later', () => {
      const big = { inputs: { question: 'x'.repeat(900_000) } };
      const written = evaluated((add) => {
        for (let number = 1; number <= 40; number += 1) add('onTraceEnd', call(number, {}, big));
        for (let number = 1; number <= 40; number += 1) add('onExampleEnd', example(number));
      });
      const [whole, rest] = [written.filter(({ spans }) => spans.length > 0), written.filter(({ spans }) => !spans[0])];
      expect(whole.length).to.equal(40);
      expect(rest.length).to.be.greaterThan(10);
      const judged = written.filter(({ info }) => info.assessments.length === 1);
      expect(new Set(judged.map(({ info }) => info.traceId)).size).to.equal(40);
      for (const { info } of rest) {
        expect(info.metadata, 'what is left out stays').to.deep.equal({});
        expect(info).to.not.have.any.keys('requestPreview', 'responsePreview');
      }
    });

    it('can be written before the verdict, which is then all that is left', () => {
      const events = told((add) => {
        start(add);
        evalStart(add, 'e0');
        add('onTraceEnd', call(1), { evalId: 'e0' });
        add('onExampleEnd', example(1), { evalId: 'e0' });
      });
      const mapper = new RunMapper({ prompts: 'none' });
      for (const event of events.slice(0, 3)) mapper.take(event);
      expect(mapper.oldestWaiting).to.equal(2);
      const [first] = mapper.writeWaiting().filter(isTrace);
      expect(first?.spans.length).to.equal(1);
      expect(first?.info.assessments).to.deep.equal([]);
      expect(mapper.oldestWaiting).to.equal(null);
      expect(mapper.writeWaiting()).to.deep.equal([]);
      const [second] = mapper.take(events[3] as AnyEvent).filter(isTrace);
      expect(second?.spans).to.deep.equal([]);
      expect(second?.info.traceId).to.equal(first?.info.traceId);
      expect(second?.info.assessments.length).to.equal(1);
    });
  });

  describe('belong', () => {
    const trial = {
      index: 3,
      key: 'full',
      step: 1,
      name: 'eval_full_1',
      scope: 'full',
      phase: 'x',
      n: 1,
      of: 1,
    } as const;

    it('to the run of their trial, those outside of trials to the compile’s, with their own verdicts', () => {
      const place = { compileId: 'c0', trialId: 't0', candidateId: 'c0ffee' };
      const written = tracesOf((add) => {
        start(add, 'compile');
        const about = { index: 0, optimizer: 'GEPA', method: 'compile', hyperparameters: {}, options: {}, lms: [] };
        const none = { trainset: null, valset: null, seed: null };
        add('onCompileStart', { ...about, ...none, metric: 'exact' }, { compileId: 'c0' });
        add('onTrialStart', { ...trial, candidate: null }, place);
        add('onTraceEnd', call(1), place);
        add('onTraceEnd', call(2, { role: 'reflection' }), { compileId: 'c0' });
        add('onExampleEnd', example(1), place);
        add('onTraceEnd', call(3), place);
        const result = {
          status: 'finished',
          score: 1,
          exampleScores: [1],
          errors: 0,
          tokens: {},
          durationMs: 1,
        } as const;
        add('onTrialEnd', { ...trial, candidate: null, ...result }, place);
        add('onTraceEnd', call(4), place);
        add('onTraceEnd', call(5), { trialId: 'unknown' });
      });
      const found = written.map(({ run, info }) => [run, info.traceId.at(-1), info.assessments[0]?.name]);
      expect(found).to.deep.equal([
        [ROOT, '2', undefined],
        ['t0', '1', 'exact'],
        ['t0', '3', undefined],
        ['t0', '4', undefined],
        [ROOT, '5', undefined],
      ]);
      expect(written[1]?.info.tags).to.include({
        'mlflow.traceName': 'AxGen.forward',
        'ax_autolog.trial': '3',
        'ax_autolog.scope': 'full',
        'ax_autolog.candidate': 'c0ffee',
        'ax_autolog.compile': 'c0',
        'ax_autolog.example': 'x1',
        'ax_autolog.index': '1',
        'ax_autolog.role': 'task',
      });
      expect(written[0]?.info.tags['ax_autolog.role']).to.equal('reflection');
    });

    it('to no run at all where the program was called outside of every run', () => {
      const events = told((add) => {
        start(add, 'predictions');
        add('onTraceEnd', call(1));
        add('onLMCall', {
          ...{ role: 'task', operation: 'chat', provider: 'p', model: 'm', tokens: null, cost: null },
          ...{ cached: false, durationMs: 1 },
        });
        add('onTraceEnd', call(2));
        add('onRunEnd', { status: 'finished', durationMs: 9 });
      });
      const writes = mapped(events);
      expect(writes.map(({ op, run }) => [op, run])).to.deep.equal([
        ['trace', null],
        ['trace', null],
      ]);
    });
  });
});
