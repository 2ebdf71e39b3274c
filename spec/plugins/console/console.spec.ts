import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { AnyEvent, EventData } from '../../../lib/contract/events.js';
import { deliver } from '../../../lib/deliver/hooks.js';
import { type ConsoleOptions, consoleSink } from '../../../plugins/console/index.js';
import { envelope } from '../../contract/arbitrary.js';
import { type Capture, capture } from '../../contract/output.js';
import { type Story, story } from '../../contract/story.js';
import { tell } from './tell.js';

const ERASE = '\r\u001b[2K';

/** A story whose compile start says something else. */
function withStart(of: Story, change: Partial<EventData['onCompileStart']>): readonly AnyEvent[] {
  return of.events.map((event) =>
    event.type === 'onCompileStart' ? { ...event, data: { ...event.data, ...change } } : event,
  );
}

/** The progress lines drawn so far. */
function drawn(stream: Capture): string[] {
  return stream.raw.split(ERASE).filter((part) => part !== '' && !part.includes('\n'));
}

/** Everything up to the end of the compile, with time for the last line to be drawn. */
async function watch(options: ConsoleOptions, events: readonly AnyEvent[]): Promise<void> {
  const sink = consoleSink(options);
  await tell(sink, events);
  await new Promise((resolve) => setTimeout(resolve, 120));
}

describe('console on a terminal', () => {
  it('shows trial, score, best, calls, tokens, time and time left on one line', async () => {
    const stream = capture(160);
    const call = { operation: 'chat', provider: 'p', model: 'm', cost: null, cached: false, durationMs: 1 };
    const tokens = { prompt: 1_000, completion: 500, total: 1_500 };
    const data = { role: 'task', ...call, tokens } as const;
    const { events, runId } = story('run-a', '11');
    const lmCall = envelope('onLMCall', data, { runId, seq: 8, compileId: 'c0.run-a' });
    await watch({ stream, color: false }, [
      ...withStart(story('run-a', '11'), { hyperparameters: { numTrials: 4 } }).slice(0, 7),
      lmCall,
    ]);
    expect(drawn(stream).at(-1)).to.equal(
      'Opt-run-a █████░░░░░░░░░░░░░░░ 25% trial 1 eval_full_0 score 0.111 best 0.111 1 calls 1.5k tokens 0.7s 2.1s left',
    );
    expect(events).to.have.length.above(7);
  });

  it('shows no time left where nobody knows the total', async () => {
    const stream = capture(160);
    await watch({ stream }, withStart(story('run-a', '11'), { hyperparameters: {} }).slice(0, 8));
    expect(drawn(stream).at(-1)).to.include('best 0.111').and.not.include('left').and.not.include('%');
  });

  it('takes the total from the budget of metric calls', async () => {
    const stream = capture(160);
    await watch({ stream }, withStart(story('run-a', '11'), { options: { maxMetricCalls: 8 } }).slice(0, 7));
    expect(drawn(stream).at(-1)).to.include('25%').and.include('left');
  });

  it('takes the total from what the optimizer reports', async () => {
    const stream = capture(160);
    const progress = envelope(
      'onProgress',
      { name: 'RoundProgress', done: 3, total: 4, data: null },
      { runId: 'run-a', seq: 9, compileId: 'c0.run-a' },
    );
    await watch({ stream }, [...withStart(story('run-a', '11'), { hyperparameters: {} }).slice(0, 7), progress]);
    expect(drawn(stream).at(-1)).to.include('75%').and.include('left');
  });

  it('leaves nothing of the line behind when the compile ends, and prints the table and the winner', async () => {
    const stream = capture(100);
    const sink = consoleSink({ stream, color: false });
    await tell(sink, story('run-a', '11').events);
    await sink.close?.();
    const lines = stream.printed.split('\n');
    expect(lines.some((line) => /^1 +eval_full_1 +full +2 +0\.811 +\* +run-a-1/.test(line))).to.equal(true);
    expect(stream.printed).to.include('winner run-a-1, score 0.811').and.include('Answer for run-a-1.');
    expect(stream.printed).to.not.include('░');
    expect(stream.printed.endsWith('\n')).to.equal(true);
  });

  it('draws nothing of a compile once its table is printed', async () => {
    const stream = capture(100);
    await watch({ stream, color: false }, story('run-a', '11').events.slice(0, -1));
    expect(stream.raw.slice(stream.raw.indexOf('winner'))).to.not.include('Opt-run-a');
  });

  it('shows a decision with the trial that decided it, else with the last trial of the candidate', async () => {
    const stream = capture(100);
    const decided = (candidateId: string, trialId: string | null, seq: number): AnyEvent =>
      envelope(
        'onCandidateAccepted',
        { candidateId, trialId, reason: 'r' },
        { runId: 'run-a', seq, compileId: 'c0.run-a' },
      );
    const { events } = story('run-a', '11');
    const end = events.length - 2;
    await tell(consoleSink({ stream, color: false }), [
      ...events.slice(0, end),
      decided('someone else', 't0.run-a', 90),
      decided('run-a-1', null, 91),
      ...events.slice(end),
    ]);
    expect(stream.printed.match(/accepted/g)).to.have.length(2);
  });

  it('leaves what the program prints whole', async () => {
    const stream = capture(100);
    const sink = consoleSink({ stream, color: false });
    for (const event of story('run-a', '11').events) {
      await deliver(sink, [event], null);
      stream.write(`printed by the program after ${event.seq}\n`);
    }
    for (const event of story('run-a', '11').events) {
      expect(stream.printed).to.include(`printed by the program after ${event.seq}\n`);
    }
  });

  it('names how many others are going on', async () => {
    const stream = capture(160);
    const [a, b] = [story('run-a', '11'), story('run-b', '22')];
    await watch({ stream }, [...a.events.slice(0, 3), ...b.events.slice(0, 4)]);
    expect(drawn(stream).at(-1)).to.include('Opt-run-b +1');
  });

  it('shows a compile inside another as part of it', async () => {
    const stream = capture(120);
    const outer = story('run-a', '11').events;
    const start = outer.find((event) => event.type === 'onCompileStart');
    if (start?.type !== 'onCompileStart') throw new Error('no compile');
    const inner = {
      ...start,
      compileId: 'inner',
      data: { ...start.data, optimizer: 'Inner', parentCompileId: 'c0.run-a' },
    };
    const trialOfInner = outer
      .filter((event) => event.trialId === 't0.run-a')
      .map((event) => ({ ...event, compileId: 'inner' }));
    const sink = consoleSink({ stream, color: false });
    await tell(sink, [...outer.slice(0, 2), inner, ...trialOfInner, ...outer.slice(7)]);
    await sink.close?.();
    expect(stream.printed).to.include('Opt-run-a finished').and.not.include('Inner finished');
    expect(stream.printed).to.include('eval_full_0').and.include('eval_full_1');
  });

  it('says why a compile failed', async () => {
    const stream = capture(100);
    const error = { name: 'AxError', message: 'the \u001b[31mLM\u001b[0m is gone' };
    const events = story('run-a', '11').events.map((event) =>
      event.type === 'onCompileEnd'
        ? { ...event, data: { ...event.data, status: 'failed' as const, best: null, error } }
        : event,
    );
    await tell(consoleSink({ stream, color: false }), events);
    expect(stream.printed).to.include('Opt-run-a failed').and.include('AxError: the \\u001b[31mLM\\u001b[0m is gone');
  });

  it('passes no escape sequence of a model on to the terminal', async () => {
    const stream = capture(100);
    const evil = '\u001b[2J\u001b]0;owned\u0007\u009b5m';
    const json = JSON.stringify(story('run-a', '11').events).replaceAll('Answer', JSON.stringify(evil).slice(1, -1));
    const start = { optimizer: `Opt${evil}` };
    await watch({ stream, color: false }, withStart({ ...story('run-a', '11'), events: JSON.parse(json) }, start));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
    expect(stream.raw.replaceAll(ERASE, '')).to.not.match(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
    expect(stream.raw).to.include('\\u001b]0;owned\\u0007');
  });

  it('writes lines in place of the bar with progress: false, and no table with table: false', async () => {
    const stream = capture(100);
    await tell(consoleSink({ stream, progress: false, table: false }), story('run-a', '11').events);
    for (const line of stream.raw.trimEnd().split('\n')) expect(JSON.parse(line)).to.include({ runId: 'run-a' });
  });
});
