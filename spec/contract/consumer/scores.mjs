// A sink as somebody else would write and test it, in plain JavaScript.
import { defineSink } from 'ax-autolog';

/** Makes subjects of a sink that keeps the scores of trials by event. With `forgets`, of one that loses every score. */
export function makeSubject({ forgets = false } = {}) {
  const scores = new Map();
  const open = () =>
    defineSink({
      name: 'scores',
      delivery: 'journal',
      onTrialEnd: ({ runId, writer, seq, data }) => {
        if (!forgets) scores.set(`${runId}/${writer}/${seq}`, { runId, score: data.score });
      },
    });
  const read = (runId) => {
    const rows = [...scores.values()].filter((row) => row.runId === runId);
    return rows.map(({ score }) => String(score)).join('\n');
  };
  return { sink: open(), read, reopen: open };
}

/** The subject that the environment asks for. */
export const subject = () => makeSubject({ forgets: process.env.SINK === 'broken' });
