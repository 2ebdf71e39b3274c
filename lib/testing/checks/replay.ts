import assert from 'node:assert/strict';
import { replay } from '../../deliver/replay.js';
import type { ContractCheck } from '../check.js';
import { story } from '../events/story.js';
import { type MakeSubject, using } from '../subject.js';
import { DiskJournal, withJournals } from './disk-journal.js';
import { mustShow, shown } from './shows.js';

/** Returns the check that a run made without the sink can be replayed into it. */
export function replayChecks(make: MakeSubject): ContractCheck[] {
  return [
    {
      name: 'shows a run that is replayed from its journal',
      run: () =>
        withJournals(({ journalDir }) =>
          // `replay` sets the sink up.
          using(make, null, async (subject) => {
            const { runId, events, scores } = story('run-a', '11');
            const journal = new DiskJournal(journalDir, runId, 'w1');
            journal.write(events);
            const { problems } = await replay(journal.runDir, subject.sink);
            assert.deepEqual(problems, [], 'a replay must report no problems');
            mustShow(await shown(subject, runId), runId, scores);
          }),
        ),
    },
  ];
}
