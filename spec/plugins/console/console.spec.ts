import { spawnSync } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { pino } from 'pino';
import { deliver } from '../../../lib/deliver.js';
import type { AnyEvent, EventData } from '../../../lib/events.js';
import type { Sink } from '../../../lib/sink.js';
import { type ConsoleOptions, consoleSink } from '../../../plugins/console.js';
import { envelope } from '../../contract/arbitrary.js';
import { type Capture, capture } from '../../contract/output.js';
import { type Story, story } from '../../contract/story.js';

const ERASE = '\r\u001b[2K';

async function tell(sink: Sink, events: readonly AnyEvent[]): Promise<void> {
  for (const event of events) await deliver(sink, [event], null);
}

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
    expect(stream.printed).to.include('Opt-run-a failed').and.include('AxError: the LM is gone');
  });

  it('passes no escape sequence of a model on to the terminal', async () => {
    const stream = capture(100);
    const evil = '\u001b[2J\u001b]0;owned\u0007\u009b5m';
    const json = JSON.stringify(story('run-a', '11').events).replaceAll('Answer', JSON.stringify(evil).slice(1, -1));
    const start = { optimizer: `Opt${evil}` };
    await watch({ stream, color: false }, withStart({ ...story('run-a', '11'), events: JSON.parse(json) }, start));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
    expect(stream.raw.replaceAll(ERASE, '')).to.not.match(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
    expect(stream.raw).to.not.include('owned');
  });

  it('writes lines in place of the bar with progress: false, and no table with table: false', async () => {
    const stream = capture(100);
    await tell(consoleSink({ stream, progress: false, table: false }), story('run-a', '11').events);
    for (const line of stream.raw.trimEnd().split('\n')) expect(JSON.parse(line)).to.include({ runId: 'run-a' });
  });
});

describe('console colours', () => {
  const before = { NO_COLOR: process.env.NO_COLOR, FORCE_COLOR: process.env.FORCE_COLOR };
  const clear = (): void => {
    delete process.env.NO_COLOR;
    delete process.env.FORCE_COLOR;
  };
  beforeEach(clear);
  afterEach(() => {
    clear();
    for (const [name, value] of Object.entries(before)) if (value !== undefined) process.env[name] = value;
  });

  async function colored(columns: number | null, options: ConsoleOptions = {}): Promise<boolean> {
    const stream = capture(columns);
    await tell(consoleSink({ stream, table: true, ...options }), story('run-a', '11').events);
    return stream.raw.includes('\u001b[32m');
  }

  it('are on for a terminal and off for a pipe', async () => {
    expect(await colored(80)).to.equal(true);
    expect(await colored(null)).to.equal(false);
  });

  it('follow NO_COLOR and FORCE_COLOR, and the option before both', async () => {
    process.env.FORCE_COLOR = '1';
    expect(await colored(null)).to.equal(true);
    process.env.NO_COLOR = '1';
    expect(await colored(80)).to.equal(false);
    expect(await colored(80, { color: true })).to.equal(true);
  });
});

describe('console lines', () => {
  it("go to the user's own pino logger, at its level, and nothing goes to the stream", async () => {
    const [stream, lines] = [capture(100), [] as Record<string, unknown>[]];
    const logger = pino({ level: 'info' }, { write: (line: string) => void lines.push(JSON.parse(line)) });
    await tell(consoleSink({ stream, logger, table: false }), story('run-a', '11').events);
    expect(stream.raw).to.equal('');
    const trial = lines.find((line) => line.event === 'onTrialEnd');
    expect(trial).to.include({ level: 30, runId: 'run-a', score: 0.111, scope: 'full', n: 2, status: 'finished' });
    expect(lines.map((line) => line.event)).to.not.include('onExampleEnd');
  });

  it('are info for runs, compiles, trials and the best; debug for examples and LM calls; warn for warnings', async () => {
    const stream = capture();
    const warning = envelope(
      'onWarning',
      { code: 'AXL_X', message: 'm', count: 1, data: null },
      { runId: 'run-a', seq: 99 },
    );
    await tell(consoleSink({ stream, level: 'debug' }), [...story('run-a', '11').events, warning]);
    const levels = new Map(
      stream.raw
        .trimEnd()
        .split('\n')
        .map((line) => [JSON.parse(line).event, JSON.parse(line).level]),
    );
    for (const type of ['onRunStart', 'onRunEnd', 'onCompileStart', 'onCompileEnd', 'onTrialEnd', 'onBestChanged']) {
      expect(levels.get(type), type).to.equal(30);
    }
    expect(levels.get('onExampleEnd')).to.equal(20);
    expect(levels.get('onWarning')).to.equal(40);
  });

  it('name the winner and its texts at the end of a compile', async () => {
    const stream = capture();
    await tell(consoleSink({ stream }), story('run-a', '11').events);
    const end = stream.raw.split('\n').find((line) => line.includes('onCompileEnd')) ?? '';
    expect(JSON.parse(end).winner).to.deep.equal({
      candidateId: 'run-a-1',
      score: 0.811,
      texts: { 'root::instruction': 'Answer for run-a-1.' },
    });
  });
});

describe('console and the process', () => {
  it('survives a reader that goes away', async () => {
    const stream = Object.assign(new EventEmitter(), { isTTY: true, columns: 80, write: () => true });
    const sink = consoleSink({ stream });
    const { events } = story('run-a', '11');
    await tell(sink, events.slice(0, 4));
    stream.emit('error', Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
    await tell(sink, events.slice(4));
    await sink.close?.();
    expect(stream.listenerCount('error')).to.equal(0);
  });

  it('never keeps a process alive', () => {
    const module = new URL('../../../plugins/console.js', import.meta.url).href;
    const events = JSON.stringify(story('run-a', '11').events.slice(0, 5));
    const code = `
      const { consoleSink } = await import(${JSON.stringify(module)});
      const sink = consoleSink({ stream: { isTTY: true, columns: 80, write() {} } });
      for (const event of ${events}) sink[event.type](event);`;
    const { status, signal } = spawnSync(process.execPath, ['--input-type=module', '-e', code], { timeout: 20_000 });
    expect({ status, signal }).to.deep.equal({ status: 0, signal: null });
  });

  it('refuses options it cannot use', () => {
    for (const options of [{ logger: {} }, { stream: {} }, { level: 'loud' }]) {
      expect(() => consoleSink(options as unknown as ConsoleOptions)).to.throw('AXL_BAD_OPTIONS');
    }
  });
});
