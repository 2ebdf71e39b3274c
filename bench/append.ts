/** Writes a 2 KB event to the journal, compared with the same line written by pino and by `writeSync`. */
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { Bench } from 'tinybench';
import type { AnyEvent } from '../lib/contract/events.js';
import { RunJournal } from '../lib/journal/writer.js';
import { report } from './measure.js';

const dir = mkdtempSync(join(tmpdir(), 'ax-autolog-bench-'));
const event: AnyEvent = {
  v: 1,
  seq: 0,
  time: Date.now(),
  writer: 'bench',
  runId: 'bench',
  type: 'onExampleEnd',
  data: {
    index: 0,
    exampleId: '0'.repeat(16),
    example: { question: 'q'.repeat(900) },
    prediction: { answer: 'a'.repeat(900) },
    score: 1,
    durationMs: 1,
  },
  derived: [],
};

const onProblem = (code: string, message: string): void => {
  throw new Error(`${code}: ${message}`);
};
const journal = (runId: string, durability: 'process' | 'fsync') =>
  new RunJournal({ dir, runId, writer: 'bench', durability, onProblem });
const buffered = journal('buffered', 'process');
const durable = journal('durable', 'process');
const synced = journal('synced', 'fsync');
const logger = pino({ base: null }, pino.destination({ dest: join(dir, 'pino.log'), sync: true }));
const plain = openSync(join(dir, 'plain.jsonl'), 'a');
const plainSynced = openSync(join(dir, 'plain-synced.jsonl'), 'a');

const bench = new Bench({ time: 1_000, warmupTime: 200 });
bench
  .add('JSON.stringify alone', () => void JSON.stringify(event))
  .add('JSON.stringify + writeSync', () => void writeSync(plain, `${JSON.stringify(event)}\n`))
  .add('pino, synchronous file', () => logger.info(event))
  .add('journal, detail (buffered)', () => buffered.append(event, false))
  .add('journal, durable', () => durable.append(event, true))
  .add('JSON.stringify + writeSync + fdatasync', () => {
    writeSync(plainSynced, `${JSON.stringify(event)}\n`);
    fdatasyncSync(plainSynced);
  })
  .add('journal, durable, fsync', () => synced.append(event, true));
await bench.run();

for (const each of [buffered, durable, synced]) each.close();
for (const fd of [plain, plainSynced]) closeSync(fd);
rmSync(dir, { recursive: true, force: true });

report(
  bench.tasks.map(({ name, result }) => {
    if (!('latency' in result)) throw new Error(`${name} was not measured: ${result.state}`);
    return {
      name,
      'min µs': result.latency.min * 1_000,
      'median µs': result.latency.p50 * 1_000,
      'mean µs': result.latency.mean * 1_000,
    };
  }),
);
