import { execFileSync } from 'node:child_process';
import { writeSync } from 'node:fs';
import { flushAllJournals } from '../../../lib/journal/writer.js';
import { event, journalIn } from '../events.js';

/**
 * Writes 50 events while no file of this process may grow beyond 4 KB, as on a full disk; then lifts the limit. Prints
 * the problems and the bytes that waited before and after.
 */
const [dir = ''] = process.argv.slice(2);
const limitFiles = (bytes: string): unknown =>
  execFileSync('prlimit', ['--pid', String(process.pid), `--fsize=${bytes}:unlimited`]);

// Without a listener the signal ends the process; with one, the write fails.
process.on('SIGXFSZ', () => undefined);
const { journal, problems } = journalIn(dir);
limitFiles('4096');
for (let seq = 0; seq < 50; seq += 1) {
  journal.append(event(seq, { data: { text: 'x'.repeat(300) } }), seq % 2 === 0);
}
const pending = journal.bytesPending;
limitFiles('unlimited');
flushAllJournals();
writeSync(1, `${JSON.stringify({ problems, pending, after: journal.bytesPending })}\n`);
journal.close();
process.exit(0);
