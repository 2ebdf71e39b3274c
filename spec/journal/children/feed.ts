import { appendFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { JournalFeed } from '../../../lib/deliver/journal-feed.js';

/** Feeds a run into a file, slowly enough to be killed on the way. */
const [runDir = '', out = ''] = process.argv.slice(2);
const feed = new JournalFeed({
  runDir,
  runId: 'run',
  batchSize: 5,
  sink: {
    name: 'file',
    target: 'file',
    async onBatch(events) {
      await pause(2);
      appendFileSync(out, events.map((each) => `${each.seq}\n`).join(''));
      process.stdout.write('batch\n');
    },
  },
});
await Promise.race([feed.drain(), pause(60_000)]);
await feed.stop();
process.exit(0);
