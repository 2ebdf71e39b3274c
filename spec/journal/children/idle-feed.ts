import { JournalFeed } from '../../../lib/deliver/journal-feed.js';

/** Starts a feed whose sink never takes anything, and has nothing else to do. */
const [runDir = ''] = process.argv.slice(2);
const feed = new JournalFeed({
  runDir,
  runId: 'run',
  sink: { name: 'dead', onBatch: () => Promise.reject(new Error('no server')) },
});
feed.poke();
void feed.drain();
