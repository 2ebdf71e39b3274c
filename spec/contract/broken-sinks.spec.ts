import type { AnyEvent, Sink } from 'ax-autolog';
import { EVENT_TYPES } from 'ax-autolog';
import { type MakeSubject, sinkContract } from 'ax-autolog/testing';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { batch, keyOf, putScore, Scoreboard, scoreboardSubject, throwing, withFaults } from './support/scoreboard.js';

/** A sink that breaks the contract, and the checks that must notice it. */
interface Broken {
  readonly what: string;
  readonly make: MakeSubject;
  readonly caughtBy: readonly string[];
}

const AGAIN = 'shows nothing twice when each batch comes again';
const KILLED = 'shows nothing twice when the process is killed after each batch';
const RESTARTED = 'carries on in another process where it was closed';
const APART = 'keeps the events of interleaved runs apart';
const JOURNALS_APART = 'keeps the runs of two journals apart';
const EACH_TYPE = EVENT_TYPES.map((type) => `takes ${type} alone, with and without its optional fields`);
const ANY = 'takes any events in any order, without changing them';
const SHAPE = 'is an object with a name, and every hook it has is a function';

const shared = new Scoreboard();

const BROKEN: readonly Broken[] = [
  {
    what: 'loses the trials of the second half',
    make: withFaults((board) => batch((event) => event.seq < 8 && putScore(board, event))),
    caughtBy: [
      APART,
      'leaves the finished trials readable when a run never ends',
      'shows a run that is replayed from its journal',
    ],
  },
  {
    what: 'mixes runs',
    make: () => {
      const board = new Scoreboard();
      const sink: Sink = { name: 'mixing', delivery: 'journal', ...batch((event) => putScore(board, event)) };
      const read = () => [...board.rows.values()].map(({ text }) => text).join();
      return { sink, read, reopen: () => sink };
    },
    caughtBy: [APART, JOURNALS_APART],
  },
  {
    what: 'shares its memory with others of its kind',
    make: () => ({
      sink: { name: 'sharing', delivery: 'journal', ...batch((event) => putScore(shared, event)) },
      read: (runId) => shared.of(runId),
    }),
    caughtBy: ['works side by side with another of its kind'],
  },
  {
    what: 'throws on a second close',
    make: withFaults(() => {
      let closed = false;
      return {
        close: () => {
          if (closed) throw new Error('closed already');
          closed = true;
        },
      };
    }),
    caughtBy: ['can be closed twice, and flushed after that'],
  },
  {
    what: 'throws when it is flushed before anything came',
    make: withFaults((board) => ({
      flush: () => {
        if (board.rows.size === 0) throw new Error('nothing to flush');
      },
    })),
    caughtBy: ['can be flushed and closed without ever having received anything'],
  },
  {
    what: 'changes events',
    make: withFaults(() => batch((event) => Object.assign(event.data, { seen: true }))),
    caughtBy: [ANY, ...EACH_TYPE],
  },
  {
    what: 'changes lists of events',
    make: withFaults(() => ({ onBatch: (events) => void (events as AnyEvent[]).reverse() })),
    caughtBy: [ANY],
  },
  {
    what: 'cannot take a message without data',
    make: throwing((event) => event.type === 'onLog' && event.data.kind === 'message' && event.data.data === null),
    caughtBy: ['takes a text of a million characters'],
  },
  {
    what: 'throws on types that it does not know',
    make: throwing((event) => !EVENT_TYPES.includes(event.type)),
    caughtBy: ['ignores events of types that do not exist yet'],
  },
  {
    what: 'shows a trial when its run ends',
    make: withFaults((board) => {
      const waiting: AnyEvent[] = [];
      return batch((event) => {
        waiting.push(event);
        if (event.type === 'onRunEnd') for (const each of waiting) putScore(board, each);
      });
    }),
    caughtBy: ['leaves the finished trials readable when a run never ends', KILLED, RESTARTED],
  },
  {
    what: 'doubles what comes again',
    make: withFaults((board) => batch((event) => putNew(board, event))),
    caughtBy: [AGAIN, KILLED],
  },
  {
    what: 'knows what it has written only while it lives',
    make: withFaults((board) => {
      const known = new Set<string>();
      return batch((event) => {
        if (!known.has(keyOf(event))) putNew(board, event);
        known.add(keyOf(event));
      });
    }),
    caughtBy: [KILLED],
  },
  {
    what: 'takes a batch and writes it on close',
    make: withFaults((board) => {
      const taken: AnyEvent[] = [];
      const close = () => {
        for (const event of taken) putScore(board, event);
      };
      return { ...batch((event) => taken.push(event)), close };
    }),
    caughtBy: [KILLED],
  },
  {
    what: 'shows how its events were cut into batches',
    make: withFaults((board) => ({
      onBatch: (events) => {
        for (const event of events) putScore(board, event);
        const [first] = events;
        if (first) board.put(`batch ${keyOf(first)}`, first.runId, `${events.length} events`);
      },
    })),
    caughtBy: ['shows a run event by event as it shows it at once', 'shows a run that grows as it shows it at once'],
  },
  {
    what: 'rejects what it is fed from the journal',
    make: withFaults(() => ({
      onBatch: async (_events, { runDir }) => {
        if (runDir !== null) throw new Error('no journals');
      },
    })),
    caughtBy: ['shows a run that is replayed from its journal', AGAIN, KILLED, RESTARTED, JOURNALS_APART],
  },
  {
    what: 'has another target each time',
    make: withFaults(() => ({ target: `board ${Math.random()}` })),
    caughtBy: [RESTARTED],
  },
  {
    what: 'cannot be opened again',
    make: () => {
      const { sink, read } = scoreboardSubject();
      return { sink, read };
    },
    caughtBy: [KILLED, RESTARTED],
  },
  { what: 'has no name', make: withFaults(() => ({ name: '' })), caughtBy: [SHAPE] },
  { what: 'has a hook that is none', make: withFaults(() => ({ onLog: true as never })), caughtBy: [SHAPE] },
  {
    what: 'receives nothing',
    make: () => ({ sink: { name: 'deaf', delivery: 'journal' }, read: () => '' }),
    caughtBy: [SHAPE, APART],
  },
  {
    what: 'is fed from memory',
    make: withFaults(() => ({ delivery: 'live' })),
    caughtBy: ["has the delivery that was passed to sinkContract(): 'journal'"],
  },
];

/** Writes a line of its own each time. */
function putNew(board: Scoreboard, event: AnyEvent): void {
  if (event.type === 'onTrialEnd') board.put(`row ${board.rows.size}`, event.runId, `score ${event.data.score}`);
}

async function failures(make: MakeSubject): Promise<Map<string, Error>> {
  const failed = new Map<string, Error>();
  for (const { name, run } of sinkContract(make, { delivery: 'journal', runs: 5 })) {
    await run().catch((error: Error) => failed.set(name, error));
  }
  return failed;
}

describe('the sink contract', () => {
  const caught = new Set<string>();

  it('lets a sink pass that holds to it', async () => {
    expect([...(await failures(() => scoreboardSubject())).entries()]).to.deep.equal([]);
    expect([...(await failures(async () => scoreboardSubject())).entries()]).to.deep.equal([]);
  });

  for (const { what, make, caughtBy } of BROKEN) {
    it(`catches a sink that ${what}`, async () => {
      const names = [...(await failures(make)).keys()];
      expect(names).to.include.members([...caughtBy]);
      for (const name of caughtBy) caught.add(name);
    });
  }

  it('has no check that catches nothing', () => {
    const names = sinkContract(() => scoreboardSubject(), { delivery: 'journal' }).map(({ name }) => name);
    expect(names.filter((name) => !caught.has(name))).to.deep.equal([]);
    expect(new Set(names).size).to.equal(names.length);
  });
});
