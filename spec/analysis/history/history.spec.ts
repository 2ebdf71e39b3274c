import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { HistoryBuilder } from '../../../lib/analysis/history/builder.js';
import type { RunHistory } from '../../../lib/analysis/history/types.js';
import type { AnyEvent } from '../../../lib/contract/events.js';
import { anyEvents } from '../../contract/arbitrary.js';
import { story } from '../../contract/story.js';
import { fixture, RUN_ID } from '../../golden/fixture.js';

const RUNS = ['run-a', 'run-b'];

function historyOf(events: readonly AnyEvent[]): RunHistory {
  const builder = new HistoryBuilder({ runDir: '/journal/run-a', traces: 'all' });
  for (const event of events) builder.take(event);
  return builder.history();
}

/** Everything in it, traces included, as text. */
function asText(history: RunHistory): string {
  return JSON.stringify({ ...history, traces: [...history.traces] });
}

/** The same event with some members of its data gone or replaced, as a lost blob or an edited line leaves it. */
const damaged = (event: AnyEvent) =>
  fc
    .record({ keep: fc.func(fc.boolean()), instead: fc.constantFrom(null, undefined, 'text', 7, [], {}) })
    .map(({ keep, instead }) => {
      const members = Object.entries(event.data).map(([key, value]) => [key, keep(key) ? value : instead]);
      return { ...event, data: Object.fromEntries(members) } as AnyEvent;
    });

describe('history of any events in any order', () => {
  it('never throws, and is the same taken at once as event by event', () => {
    fc.assert(
      fc.property(anyEvents(RUNS), (events) => {
        const builder = new HistoryBuilder({ runDir: '/journal/run-a', traces: 'all' });
        const seen: [RunHistory, string][] = [];
        for (const event of events) {
          builder.take(event);
          const history = builder.history();
          seen.push([history, asText(history)]);
        }
        expect(builder.history()).to.deep.equal(historyOf(events));
        for (const [history, text] of seen) expect(asText(history)).to.equal(text);
      }),
      { numRuns: 300 },
    );
  });

  it('never throws on events whose data is damaged', () => {
    const events = anyEvents(RUNS).chain((all) => fc.tuple(...all.map(damaged)));
    fc.assert(
      fc.property(events, (all) => {
        expect(asText(historyOf(all))).to.be.a('string');
      }),
      { numRuns: 300 },
    );
  });

  it('holds numbers only where it says so: none of them is a text, infinite or NaN', () => {
    fc.assert(
      fc.property(anyEvents(RUNS), (events) => {
        const { trials, evaluations, compiles } = historyOf(events);
        for (const { score, exampleScores, durationMs, spent, examples } of [...trials, ...evaluations]) {
          const numbers = [
            score,
            durationMs,
            spent.cost,
            ...exampleScores,
            ...examples.map((example) => example.score),
          ];
          for (const value of [...numbers, spent.calls, spent.tokens])
            expect(value === null || Number.isFinite(value), String(value)).to.equal(true);
        }
        for (const { bests, reportedScore } of compiles)
          for (const value of [reportedScore, ...bests.map(({ score }) => score)])
            expect(value === null || Number.isFinite(value), String(value)).to.equal(true);
      }),
    );
  });

  it('takes one run only: that of the first event', () => {
    const [a, b] = [story('run-a', '11'), story('run-b', '22')];
    const mixed = a.events.flatMap((event, at) => [event, b.events[at] ?? event]);
    expect(historyOf(mixed)).to.deep.equal(historyOf(a.events));
  });

  it('leaves out types of events that it does not know', () => {
    const { events } = story('run-a', '11');
    const unknown = { ...events[3], type: 'onSomethingNewer', data: { a: 1 } } as unknown as AnyEvent;
    const { lastTime, ...with_ } = historyOf([...events, unknown]);
    const { lastTime: _, ...without } = historyOf(events);
    expect(with_).to.deep.equal(without);
    expect(lastTime).to.be.a('number');
  });
});

describe('history without a beginning', () => {
  const events = fixture();

  it('gives what is there, at every cut', () => {
    for (let from = 0; from <= events.length; from += 1) {
      const history = historyOf(events.slice(from));
      const ends = events.slice(from).filter(({ type }) => type === 'onTrialEnd');
      const ended = history.trials.filter(({ status }) => status === 'finished');
      expect(
        ended.map(({ trialId, score }) => [trialId, score]),
        `from ${from}`,
      ).to.deep.equal(ends.map(({ trialId, data }) => [trialId, (data as { score: number }).score]));
    }
  });

  it('knows a compile by its end alone', () => {
    const [compile] = historyOf(events.filter(({ type }) => type === 'onCompileEnd')).compiles;
    expect(compile).to.include({ status: 'finished', index: 0, optimizer: 'unknown', reportedScore: 0.75 });
    expect(compile?.best?.candidate.id).to.equal('57e9000000000000');
  });

  it('gives a trial of which only an example is left the number that is free', () => {
    const kept = events.filter(({ type, trialId }) => trialId !== 't1.w1' || type === 'onExampleEnd');
    const { trials } = historyOf(kept);
    expect(trials.map(({ index, trialId }) => [index, trialId])).to.deep.equal([
      [0, 't0.w1'],
      [1, 't1.w1'],
      [2, 't2.w1'],
      [3, 't3.w1'],
    ]);
    expect(trials[1]).to.include({ status: 'running', score: null });
    expect(trials[1]?.exampleScores).to.deep.equal([1, 0]);
  });
});

describe('history of a known run', () => {
  const history = historyOf(fixture());

  it('says what the run is', () => {
    expect(history).to.include({ runId: RUN_ID, name: 'arithmetic', kind: 'user', status: 'finished' });
    expect(history.tags).to.deep.equal({ team: 'Größe', stage: 'draft' });
    expect(history.params).to.deep.equal({ seed: 7, note: 'kept' });
    expect((history.endTime ?? 0) - history.startTime).to.equal((fixture().length - 1) * 100);
    expect(history.warnings.map(({ code }) => code)).to.deep.equal(['AXL_SINK_TIMEOUT']);
  });

  it('keeps what was logged, without the content of artifacts', () => {
    expect(history.logs.map(({ data }) => data)).to.deep.equal([
      { kind: 'metric', key: 'cost/total', value: 0.0012, step: 0 },
      { kind: 'artifact', path: 'notes/../hello world.txt', content: null, encoding: 'utf8' },
    ]);
  });

  it('lists candidates as they appear, with how they came to be, their trials and what became of them', () => {
    const [compile] = history.compiles;
    const told = compile?.candidates.map(({ candidate, by, trialIds, decision }) => [
      candidate.id.slice(0, 4),
      by,
      trialIds,
      decision?.accepted,
    ]);
    expect(told).to.deep.equal([
      ['5eed', 'seed', ['t0.w1', 't1.w1'], undefined],
      ['57e9', 'reflection', ['t2.w1', 't3.w1'], true],
      ['5401', 'reflection', [], false],
    ]);
    expect(compile?.seed?.id).to.equal('5eed000000000000');
    expect(compile?.pareto).to.deep.equal([{ candidateId: '57e9000000000000', scores: { score: 0.75 } }]);
  });

  it('says which trials set a best, and which decided', () => {
    expect(history.trials.map(({ isBest }) => isBest)).to.deep.equal([true, false, false, true]);
    expect(history.trials.map(({ decision }) => decision?.accepted)).to.deep.equal([
      undefined,
      undefined,
      true,
      undefined,
    ]);
    expect(history.compiles[0]?.bests.map(({ score, previous }) => [score, previous])).to.deep.equal([
      [0.25, null],
      [0.75, 0.25],
    ]);
  });

  it('puts examples in order of the batch, with error and feedback', () => {
    const { examples, exampleScores } = history.trials[3] as RunHistory['trials'][number];
    expect(examples.map(({ index }) => index)).to.deep.equal([0, 1, 2, 3]);
    expect(exampleScores).to.deep.equal([1, 1, 1, null]);
    expect(examples[3]?.error?.name).to.equal('Error');
    expect(examples[0]?.feedback).to.equal('right');
  });

  it('keeps an evaluation outside of the compile apart from its trials', () => {
    const [evaluation, ...others] = history.evaluations;
    expect(others).to.deep.equal([]);
    expect(evaluation).to.include({ name: 'eval_test_0', key: 'test', score: 1, n: 2, evaluator: 'Evaluate' });
    expect(history.trials).to.have.length(4);
  });

  it('counts calls that are made inside an inner compile for the outer one too', () => {
    const events = fixture();
    const inner = events.map((event) =>
      event.type === 'onLMCall' && event.trialId === 't1.w1' ? { ...event, compileId: 'inner' } : event,
    );
    const start = events.find(({ type }) => type === 'onCompileStart') as AnyEvent;
    const nested = { ...start, compileId: 'inner', data: { ...start.data, index: 1, parentCompileId: 'c0.w1' } };
    const at = inner.indexOf(start) + 1;
    const { compiles } = historyOf([...inner.slice(0, at), nested as AnyEvent, ...inner.slice(at)]);
    expect(compiles.map(({ tokens }) => tokens.task?.calls)).to.deep.equal([12, 2]);
  });

  it('shares what no event has touched between two looks', () => {
    const builder = new HistoryBuilder({ runDir: '/journal/x' });
    const events = fixture();
    for (const event of events.slice(0, -3)) builder.take(event);
    const before = builder.history();
    for (const event of events.slice(-3)) builder.take(event);
    const after = builder.history();
    expect(after.trials[3]).to.equal(before.trials[3]);
    expect(after.compiles[0]).to.equal(before.compiles[0]);
    expect(builder.history()).to.equal(after);
  });
});
