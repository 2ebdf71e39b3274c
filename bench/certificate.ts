/**
 * Measures the cost of a certificate: before and at the end of a compile, and afterwards while the run waits for it.
 */
import * as ax from '@ax-llm/ax';
import { beforeCompile, bestOf } from '../lib/capture/ax/index.js';
import { Candidates } from '../lib/track/candidates.js';
import type { ReturnedProgram } from '../lib/track/types.js';
import { type Row, report, summarize } from './measure.js';

const REPEATS = 200;

const examples = Array.from({ length: 40 }, (_, i) => ({ question: `${'How much is it? '.repeat(20)}${i}` }));

function program(demos: number): ax.AxGen<{ question: string }, { answer: string }> {
  const made = ax.ax('"Answer every question with care." question:string -> answer:string');
  made.setInstruction('Think step by step, then answer in one line.');
  const traces = Array.from({ length: demos }, (_, i) => ({
    question: `${'q'.repeat(400)}${i}`,
    answer: 'a'.repeat(100),
  }));
  if (demos > 0) made.setDemos([{ programId: 'root', traces }] as never);
  return made as never;
}

async function measure(name: string, demos: number): Promise<Row> {
  const [before, end, afterwards]: number[][] = [[], [], []];
  const timed = <T>(times: number[] | undefined, fn: () => T): T => {
    const started = performance.now();
    const value = fn();
    times?.push((performance.now() - started) * 1_000);
    return value;
  };
  for (let i = 0; i < REPEATS; i += 1) {
    const subject = program(demos);
    const candidates = new Candidates();
    const checkReturned = timed(before, () => beforeCompile(subject, examples));
    const best = bestOf({ program: subject }, subject);
    if (!checkReturned || !best) throw new Error('there is nothing to certify');
    const candidate = candidates.identify(best.candidate);
    const { check }: ReturnedProgram = timed(end, () => checkReturned({ program: subject }, best));
    if (typeof check === 'string') throw new Error(check);
    const started = performance.now();
    await check({ ...best, secrets: [] }, candidate, candidate, (state) => candidates.identify(state).id);
    afterwards?.push((performance.now() - started) * 1_000);
  }
  const medians = { 'before µs': before, 'at the end µs': end, 'afterwards µs': afterwards };
  const rows = Object.entries(medians).map(([column, times]) => [column, summarize(times ?? []).median] as const);
  return { name, ...Object.fromEntries(rows) };
}

report([await measure('a program of two texts', 0), await measure('the same with 16 demos of 500 characters', 16)]);
