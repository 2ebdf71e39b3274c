import { writeSync } from 'node:fs';
import { RunJournal } from '../../../lib/journal/writer.js';
import { event } from '../events.js';

/** Writes events into a run, each durable one acknowledged on stdout behind the append, until it is killed or done. */
const [dir = '', writer = '', count = '0'] = process.argv.slice(2);
const journal = new RunJournal({
  dir,
  runId: 'run',
  writer,
  onProblem: (code, message) => writeSync(2, `${code} ${message}\n`),
});
for (let seq = 0; seq < Number(count); seq += 1) {
  const durable = seq % 3 === 2;
  journal.append(event(seq, { writer, data: { text: 'x'.repeat(300) } }), durable);
  if (durable) writeSync(1, `${seq}\n`);
}
journal.close();
