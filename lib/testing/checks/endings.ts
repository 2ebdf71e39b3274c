import assert from 'node:assert/strict';
import type { ContractCheck } from '../check.js';
import { story } from '../events/story.js';
import { type MakeSubject, using, WITHOUT_JOURNAL } from '../subject.js';
import { send } from './send.js';
import { mustShow } from './shows.js';

/** Returns the checks of `flush` and `close`. */
export function endingChecks(make: MakeSubject): ContractCheck[] {
  return [
    {
      name: 'leaves the finished trials readable when a run never ends',
      run: () =>
        using(make, WITHOUT_JOURNAL, async (subject) => {
          const { runId, events, scores } = story('run-a', '11');
          await send(subject.sink, events.slice(0, -2));
          await subject.sink.flush?.();
          await subject.sink.close?.();
          mustShow(await subject.read(runId), runId, scores);
        }),
    },
    {
      name: 'can be closed twice, and flushed after that',
      run: () =>
        using(make, WITHOUT_JOURNAL, async (subject) => {
          const { runId, events, scores } = story('run-a', '11');
          await send(subject.sink, events);
          await subject.sink.close?.();
          const output = await subject.read(runId);
          await subject.sink.close?.();
          await subject.sink.flush?.();
          mustShow(output, runId, [scores[1]]);
          assert.equal(await subject.read(runId), output, 'a second close, and a flush after it, must change nothing');
        }),
    },
    {
      name: 'can be flushed and closed without ever having received anything',
      run: () =>
        using(make, WITHOUT_JOURNAL, async ({ sink }) => {
          await sink.flush?.();
          await sink.close?.();
        }),
    },
  ];
}
