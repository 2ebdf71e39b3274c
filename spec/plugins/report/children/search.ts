import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Search } from '../../../fixtures/search-journal.js';

/** Writes the journal of a search step by step, as its parent says: `round` one more candidate, `end` the end. */
const [dir = '', runId = ''] = process.argv.slice(2);
const search = new Search({ runId, trials: 1_000, isRunning: true });
const file = join(dir, runId, 'events.jsonl');
let written = 0;

function write(): void {
  appendFileSync(file, search.lines.slice(written).join(''));
  written = search.lines.length;
  process.send?.('written');
}

mkdirSync(join(dir, runId), { recursive: true });
search.begin();
search.round();
process.on('message', (message) => {
  if (message === 'round') search.round();
  else search.end();
  write();
  if (message === 'end') process.disconnect();
});
write();
