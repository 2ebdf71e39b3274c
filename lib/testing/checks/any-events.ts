import assert from 'node:assert/strict';
import { AutologError } from '../../contract/errors.js';
import type { AnyEvent } from '../../contract/events.js';
import { EVENT_TYPES } from '../../contract/events.js';
import type { ContractCheck } from '../check.js';
import { envelope } from '../events/envelope.js';
import { story } from '../events/story.js';
import { type MakeSubject, using, WITHOUT_JOURNAL } from '../subject.js';
import type { TrySettings } from './property.js';
import { send } from './send.js';
import { mustShow, shown } from './shows.js';

/** Returns the checks that the sink accepts any events. */
export function anyEventChecks(make: MakeSubject, settings: TrySettings): ContractCheck[] {
  const take = (events: readonly AnyEvent[]) => takeUnchanged(make, events);
  return [
    ...EVENT_TYPES.map((type) => ({
      name: `takes ${type} alone, with and without its optional fields`,
      run: async () => (await loadProperty()).tryOne(type, settings, take),
    })),
    {
      name: 'takes any events in any order, without changing them',
      run: async () => (await loadProperty()).tryAny(settings, take),
    },
    { name: 'takes a text of a million characters', run: () => takesLongText(make) },
    { name: 'ignores events of types that do not exist yet', run: () => ignoresNewTypes(make) },
  ];
}

/**
 * Loads the part that needs fast-check. Only projects that test a sink have it installed.
 *
 * @throws AutologError `AXL_TESTING_MISSING` if fast-check cannot be loaded
 */
async function loadProperty(): Promise<typeof import('./property.js')> {
  try {
    return await import('./property.js');
  } catch (error) {
    throw new AutologError(
      'AXL_TESTING_MISSING',
      'sinkContract() needs the package fast-check, which cannot be loaded. Run npm install --save-dev fast-check.',
      { cause: error },
    );
  }
}

async function takeUnchanged(make: MakeSubject, events: readonly AnyEvent[]): Promise<void> {
  const before = JSON.stringify(events);
  await using(make, WITHOUT_JOURNAL, async ({ sink }) => {
    await send(sink, events);
    await sink.flush?.();
  });
  assert.equal(JSON.stringify(events), before, 'a sink must not change the events it is given');
}

async function takesLongText(make: MakeSubject): Promise<void> {
  await using(make, WITHOUT_JOURNAL, async ({ sink }) => {
    const data = { kind: 'message', message: 'x'.repeat(1_000_000), data: null } as const;
    await send(sink, [envelope('onLog', data, { runId: 'run-a', seq: 0 })]);
  });
}

async function ignoresNewTypes(make: MakeSubject): Promise<void> {
  await using(make, WITHOUT_JOURNAL, async (subject) => {
    const { runId, events, scores } = story('run-a', '11');
    const [first, ...rest] = events as [AnyEvent, ...AnyEvent[]];
    const future = { ...first, seq: 0.5, type: 'onSomethingNew', data: { anything: [1] } } as unknown as AnyEvent;
    await send(subject.sink, [first, Object.freeze(future), ...rest]);
    mustShow(await shown(subject, runId), runId, [scores[1]]);
  });
}
