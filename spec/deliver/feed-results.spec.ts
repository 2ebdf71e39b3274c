import { AsyncLocalStorage } from 'node:async_hooks';
import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { Sink } from '../../lib/contract/sink.js';
import { JournalFeed } from '../../lib/deliver/journal-feed.js';
import type { RunJournal } from '../../lib/journal/writer.js';
import { event, journalIn, temporaryFolder } from '../journal/events.js';

const unreadable = (property: string, on: object = {}): object =>
  Object.defineProperty(on, property, {
    get: () => {
      throw new Error('getter');
    },
  });

describe('a journal feed whose sink', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let journal: RunJournal;
  let problems: string[];
  let feed: JournalFeed | undefined;
  beforeEach(() => {
    folder = temporaryFolder();
    problems = [];
    journal = journalIn(folder.dir).journal;
    for (let seq = 0; seq < 3; seq += 1) journal.append(event(seq), false);
    journal.flush();
  });
  afterEach(async () => {
    await feed?.stop();
    folder.remove();
  });

  async function drain(hooks: Omit<Sink, 'name'>): Promise<void> {
    const onProblem = (code: string, message: string): void => void problems.push(`${code} ${message}`);
    feed = new JournalFeed({ runDir: journal.runDir, runId: 'run', sink: { name: 's', ...hooks }, onProblem });
    await feed.drain();
  }

  const FAILURES: readonly (readonly [what: string, fail: () => unknown])[] = [
    ['returns an object whose `then` throws when read', () => unreadable('then')],
    [
      'rejects with an error whose properties throw when read',
      () => Promise.reject(unreadable('message', unreadable('code', new Error('no')))),
    ],
    [
      'throws a proxy that refuses everything',
      () => {
        throw new Proxy(
          {},
          {
            get: () => {
              throw new Error('refused');
            },
            getPrototypeOf: () => {
              throw new Error('refused');
            },
          },
        );
      },
    ],
  ];

  for (const [what, fail] of FAILURES) {
    it(`${what} receives the batch again, and the failure is reported`, async () => {
      let calls = 0;
      const seen: number[] = [];
      await drain({
        onBatch: (events) => {
          calls += 1;
          if (calls === 1) return fail();
          seen.push(...events.map(({ seq }) => seq));
          return undefined;
        },
      });
      expect(seen).to.deep.equal([0, 1, 2]);
      expect(problems).to.have.length(1);
      expect(problems[0]).to.match(/^AXL_SINK_FAILED /);
    });
  }

  it('starts work of its own starts it outside of the run of the user', async () => {
    const context = new AsyncLocalStorage<string>();
    const seen: (string | undefined)[] = [];
    await context.run('of the user', () => drain({ onBatch: () => void seen.push(context.getStore()) }));
    expect(seen).to.deep.equal([undefined]);
  });
});
