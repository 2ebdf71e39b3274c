import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import {
  type AnyEvent,
  type CandidateData,
  EVENT_TYPES,
  type EventData,
  type EventType,
  type Json,
} from '../../../lib/contract/events.js';
import { type MappingOptions, RunMapper } from '../../../plugins/mlflow/mapping/mapper.js';
import { ROOT, type Write } from '../../../plugins/mlflow/mapping/writes.js';
import { anyEvents, envelope } from '../../contract/arbitrary.js';
import { fixture } from '../../golden/fixture.js';
import { expectTree } from '../../golden/golden.js';
import { kinds } from './support/kinds.js';

const OPTIONS: MappingOptions = { prompts: 'best', user: 'ada' };

function mapped(events: readonly AnyEvent[], options = OPTIONS): readonly Write[] {
  const mapper = new RunMapper(options);
  return events.flatMap((event) => mapper.take(event));
}

function lines(writes: readonly Write[]): string {
  return writes.map((write) => `${JSON.stringify(write)}\n`).join('');
}

/** Events of one run. */
function run(...events: readonly (readonly [EventType, unknown, object?])[]): readonly AnyEvent[] {
  return events.map(([type, data, place], seq) =>
    envelope(type, data as EventData[EventType], { runId: 'r', seq, ...place }),
  );
}

const START = ['onRunStart', { name: 'r', kind: 'user', tags: {}, params: {}, source: {} }] as const;
const params = (writes: readonly Write[]) =>
  new Map(writes.flatMap((write) => (write.op === 'param' ? [[write.key, write.value] as const] : [])));
const artifact = (writes: readonly Write[], path: string) => {
  const found = writes.flatMap((write) => (write.op === 'artifact' && write.path === path ? [write.content] : []));
  return JSON.parse(found.at(-1) ?? 'null') as Record<string, Json>;
};

describe('MLflow mapping', () => {
  it('golden: the journal fixture, and a compile of each kind', async () => {
    const files: Record<string, string> = { 'fixture.jsonl': lines(mapped(fixture())) };
    for (const [name, events] of Object.entries(kinds())) files[`${name}.jsonl`] = lines(mapped(events));
    await expectTree('mlflow', files);
  });

  it('takes any event, and gives the same writes for the same events', () => {
    fc.assert(
      fc.property(anyEvents(['r']), (events) => {
        expect(lines(mapped(events, { prompts: 'all' }))).to.equal(lines(mapped(events, { prompts: 'all' })));
      }),
    );
    expect(EVENT_TYPES.length).to.be.greaterThan(0);
  });

  it('writes params and datasets before the first trial', () => {
    const writes = mapped(fixture());
    const firstTrial = writes.findIndex((write) => write.op === 'open' && write.run !== ROOT);
    const before = writes.slice(0, firstTrial);
    expect(params(before).get('numTrials')).to.equal('30');
    expect(params(before).get('merge.enabled')).to.equal('false');
    expect(params(before).get('maxMetricCalls')).to.equal('20');
    expect(before.filter(({ op }) => op === 'input').length).to.equal(2);
    expect(artifact(before, 'valset.json').columns).to.deep.equal(['question', 'answer']);
  });

  it('keeps whole what is too long for a param, and says so', () => {
    const long = '🧮'.repeat(4_000);
    const writes = mapped(run(START, ['onLog', { kind: 'param', key: 'prompt', value: long }]));
    const value = params(writes).get('prompt') ?? '';
    expect(value.length).to.be.at.most(6_000);
    expect(value.isWellFormed()).to.equal(true);
    expect(value).to.contain('long_params.json');
    expect(artifact(writes, 'long_params.json')).to.deep.equal({ prompt: { key: 'prompt', value: long } });
    const key = 'k'.repeat(400);
    const other = mapped(run(START, ['onLog', { kind: 'tag', key, value: 'v'.repeat(9_000) }]));
    expect(Object.values(artifact(other, 'long_tags.json'))).to.deep.equal([{ key, value: 'v'.repeat(9_000) }]);
  });

  it('writes NaN and the infinities by name, and leaves out what is no number', () => {
    const log = (value: unknown) => ['onLog', { kind: 'metric', key: 'm', value, step: 3 }] as const;
    const writes = mapped(run(START, log('NaN'), log('Infinity'), log('-Infinity'), log(0.5), log('much'), log(null)));
    const values = writes.flatMap((write) => (write.op === 'metric' ? [write.value] : []));
    expect(values).to.deep.equal(['NaN', 'Infinity', '-Infinity', 0.5]);
  });

  it('gives every param of a program its own key, however many there are', () => {
    const traces = Array.from({ length: 60 }, (_, at) => ({ question: `q${at}`, answer: at, tags: ['a', 'b'] }));
    const candidate: CandidateData = {
      id: 'c',
      texts: { 'root::instruction': 'Größe?' },
      demos: [
        { programId: 'root', traces },
        { programId: 'root', traces },
      ],
      modelConfig: { temperature: 0.5 },
      parents: [],
    };
    const identity = {
      index: 0,
      key: 'full',
      step: 0,
      name: 'eval_full_0',
      scope: 'full',
      phase: null,
      n: 1,
      of: 1,
      candidate,
    };
    const ended = {
      ...identity,
      status: 'finished',
      score: 1,
      exampleScores: [1],
      errors: 0,
      tokens: {},
      durationMs: 1,
    };
    const found = params(
      mapped(run(START, ['onTrialStart', identity, { trialId: 't' }], ['onTrialEnd', ended, { trialId: 't' }])),
    );
    expect(found.size).to.equal(1 + 2 * 60 * 4 + 1);
    expect(found.get('root::demos.119.tags.1')).to.equal('b');
    expect(found.get('root::instruction')).to.equal('Größe?');
    expect(found.get('modelConfig.temperature')).to.equal('0.5');
  });

  it('registers every proposal only on request', () => {
    const count = (prompts: 'best' | 'all' | 'none') =>
      mapped(fixture(), { prompts }).filter(({ op }) => op === 'prompt').length;
    expect([count('none'), count('best'), count('all')]).to.deep.equal([0, 2, 4]);
  });
});
