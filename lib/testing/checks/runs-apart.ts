import type { ContractCheck } from '../check.js';
import { interleave, story } from '../events/story.js';
import { type MakeSubject, using, WITHOUT_JOURNAL } from '../subject.js';
import { send } from './send.js';
import { mustNotShow, mustShow, shown } from './shows.js';

/** Returns the checks that events of one run, or of one sink, do not appear in another. */
export function runsApartChecks(make: MakeSubject): ContractCheck[] {
  return [
    {
      name: 'keeps the events of interleaved runs apart',
      run: () =>
        using(make, WITHOUT_JOURNAL, async (subject) => {
          const [a, b] = [story('run-a', '11'), story('run-b', '22')];
          await send(subject.sink, interleave(a, b));
          const [ofA, ofB] = [await shown(subject, a.runId), await shown(subject, b.runId)];
          mustShow(ofA, a.runId, a.scores);
          mustNotShow(ofA, a.runId, b.scores);
          mustShow(ofB, b.runId, b.scores);
          mustNotShow(ofB, b.runId, a.scores);
        }),
    },
    {
      name: 'works side by side with another of its kind',
      run: () =>
        using(make, WITHOUT_JOURNAL, (one) =>
          using(make, WITHOUT_JOURNAL, async (other) => {
            const [a, b] = [story('run-a', '11'), story('run-b', '22')];
            await Promise.all([send(one.sink, a.events), send(other.sink, b.events)]);
            mustShow(await shown(one, a.runId), a.runId, [a.scores[1]]);
            mustShow(await shown(other, b.runId), b.runId, [b.scores[1]]);
            mustNotShow(await shown(one, b.runId), b.runId, [b.scores[1]]);
          }),
        ),
    },
  ];
}
