import { spawnSync } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { pino } from 'pino';
import type { SpanData } from '../../../lib/contract/events.js';
import { type ConsoleOptions, consoleSink } from '../../../plugins/console/index.js';
import { envelope } from '../../contract/arbitrary.js';
import { capture } from '../../contract/output.js';
import { story } from '../../contract/story.js';
import { tell } from './tell.js';

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

  it('of traces, and of the run of predictions, are details', async () => {
    const start = envelope(
      'onRunStart',
      { name: 'predictions', kind: 'predictions', tags: {}, params: {}, source: {} },
      { runId: 'run-p', seq: 0 },
    );
    const span: SpanData = {
      spanId: '00f067aa0ba902b7',
      parentId: null,
      name: 'AxGen.forward',
      type: 'LLM',
      startTime: 1,
      durationMs: 2,
      status: 'failed',
      inputs: { question: 'private' },
      outputs: null,
      error: { name: 'Error', message: 'down' },
      attributes: {},
      events: [],
    };
    const trace = envelope(
      'onTraceEnd',
      {
        traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
        name: 'AxGen.forward',
        role: 'task',
        status: 'failed',
        startTime: 1,
        durationMs: 2,
        tokens: { calls: 1, prompt: 2, completion: 3, total: 5 },
        spans: [span],
        dropped: 0,
      },
      { runId: 'run-p', seq: 1 },
    );
    const end = envelope('onRunEnd', { status: 'finished', durationMs: 3 }, { runId: 'run-p', seq: 2 });
    const stream = capture();
    await tell(consoleSink({ stream }), [start, trace, end]);
    expect(stream.raw).to.equal('');
    await tell(consoleSink({ stream, level: 'debug' }), [start, trace, end]);
    const lines = stream.raw
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ event, level }) => [event, level])).to.deep.equal([
      ['onRunStart', 20],
      ['onTraceEnd', 20],
      ['onRunEnd', 20],
    ]);
    expect(lines[1]).to.deep.include({
      msg: 'trace of AxGen.forward failed',
      traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
      spans: 1,
    });
    expect(lines[1].error).to.include({ name: 'Error', message: 'down' });
    expect(stream.raw).to.not.contain('private');
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
    const module = new URL('../../../plugins/console/index.js', import.meta.url).href;
    const events = JSON.stringify(story('run-a', '11').events.slice(0, 5));
    const code = `
      const { consoleSink } = await import(${JSON.stringify(module)});
      const sink = consoleSink({ stream: { isTTY: true, columns: 80, write() {} } });
      for (const event of ${events}) sink[event.type](event);`;
    const { status, signal } = spawnSync(process.execPath, ['--input-type=module', '-e', code], { timeout: 20_000 });
    expect({ status, signal }).to.deep.equal({ status: 0, signal: null });
  });

  it('refuses options it cannot use', () => {
    for (const options of [null, 'debug', { logger: {} }, { stream: {} }, { level: 'loud' }]) {
      expect(() => consoleSink(options as unknown as ConsoleOptions)).to.throw('AXL_BAD_OPTIONS');
    }
    const typo = { colour: false } as ConsoleOptions;
    expect(() => consoleSink(typo)).to.throw(/AXL_BAD_OPTIONS.*logger, stream, progress, color.*'colour'/);
  });
});
