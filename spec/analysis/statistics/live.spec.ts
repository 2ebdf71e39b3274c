import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import type { TrialHistory } from '../../../lib/analysis/history/types.js';
import { LiveScores } from '../../../lib/analysis/statistics/live.js';
import { compileVerdicts } from '../../../lib/analysis/statistics/verdicts.js';
import type { AnyEvent, EventData, EventType } from '../../../lib/contract/events.js';
import { anyEvents, envelope } from '../../contract/arbitrary.js';
import { candidate, compile, scores, trial } from './histories.js';

/** The events that a process tells of these trials. */
function eventsOf(trials: readonly TrialHistory[]): readonly AnyEvent[] {
  const events: AnyEvent[] = [];
  const add = (type: EventType, data: unknown, place: object = {}): void => {
    const at = { runId: 'r', seq: events.length, compileId: 'c0', ...place };
    events.push(envelope(type, data as EventData[EventType], at));
  };
  add('onCompileStart', { index: 0, seed: candidate('seed') });
  for (const { trialId, candidateId, examples, ...data } of trials) {
    for (const { index, exampleId, score } of examples) add('onExampleEnd', { index, exampleId, score }, { trialId });
    add('onTrialEnd', { ...data, candidate: candidate(candidateId ?? '') }, { trialId });
  }
  return events;
}

const options = { resamples: 199 };
const results = fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 3, maxLength: 12 });
const anyTrial = fc.tuple(
  fc.constantFrom('seed', 'a', 'b', 'c'),
  fc.constantFrom('full' as const, 'minibatch' as const),
  fc.constantFrom('finished' as const, 'failed' as const),
  results,
);

describe('scores as they come', () => {
  it('come to the same verdict as the whole history, whatever the order of candidates', () => {
    fc.assert(
      fc.property(fc.array(anyTrial, { maxLength: 10 }), (list) => {
        const trials = list.map(([id, scope, status, values], index) =>
          trial(
            index,
            id,
            scope,
            scores(values.length, (i) => values[i] ?? 0),
            { status },
          ),
        );
        const live = new LiveScores(options);
        for (const event of eventsOf(trials)) live.take(event);
        const { best, seedIsBest, candidates, versusSeed } = compileVerdicts(compile(), trials, [], options);
        expect(live.end('c0')).to.deep.equal({ best, seedIsBest, candidates, versusSeed });
        expect(live.end('c0'), 'it is forgotten').to.equal(null);
      }),
    );
  });

  it('use what an evaluator told where it told no example', () => {
    const trials = [trial(0, 'seed', 'full', {}, { score: 0.25 }), trial(1, 'a', 'full', {}, { score: 0.5 })];
    const live = new LiveScores();
    for (const event of eventsOf(trials)) live.take(event);
    const best = { candidateId: 'a', trialId: 't1', score: 0.5, interval: null };
    expect(live.end('c0')).to.deep.equal({ best, seedIsBest: false, candidates: 1, versusSeed: null });
  });

  it('take any event', () => {
    fc.assert(
      fc.property(anyEvents(['r']), (events) => {
        const live = new LiveScores(options);
        for (const event of events) live.take(event);
        for (const { compileId } of events) if (compileId !== undefined) live.end(compileId);
      }),
    );
  });
});
