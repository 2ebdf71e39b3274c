import { type ChildProcess, fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Finding } from './fuzzer.js';
import { type Job, type Message, PROGRESS } from './worker.js';

const MAIN = fileURLToPath(new URL('../main.js', import.meta.url));
/** In ms, without a word from the worker. */
const HANGS_AFTER = 20_000;
/** Processes at work. */
const PROCESSES = Math.min(2, availableParallelism());
/** In MB. Node alone needs about 60; the heap may not grow beyond the first number, the process not beyond the second. */
const MEMORY = { heap: 400, process: 900 };

/** Outcome of a job. */
export interface Outcome {
  readonly findings: readonly Finding[];
  readonly journals: number;
  readonly megabytes: number;
  readonly notes: readonly string[];
}

/** Does a job in other processes, where a hang, a crash or too much memory is a finding like any other. */
export async function fuzz(job: Job): Promise<Outcome> {
  const states = await Promise.all(parts(job).map(fuzzPart));
  const findings = states.flatMap((state) => state.findings);
  const notes = states[0]?.notes ?? [];
  const megabytes = Math.max(...states.map((state) => state.megabytes));
  if (megabytes > MEMORY.process) findings.push({ index: -1, operation: 'all', what: `took ${megabytes} MB` });
  return { findings, journals: job.to - job.from, megabytes, notes };
}

/** The job in parts of equal size, one for each process. */
function parts({ from, to, ...job }: Job): readonly Job[] {
  const size = Math.ceil((to - from) / PROCESSES);
  const starts = Array.from({ length: PROCESSES }, (_, at) => from + at * size).filter((start) => start < to);
  return starts.map((start) => ({ ...job, from: start, to: Math.min(to, start + size) }));
}

async function fuzzPart(job: Job): Promise<State> {
  const state: State = { next: job.from, operation: '', findings: [], megabytes: 0, notes: [] };
  while (state.next < job.to) await runWorker(job, state);
  return state;
}

interface State {
  /** Number of the first journal that is not done. */
  next: number;
  /** The operation under way. */
  operation: string;
  readonly findings: Finding[];
  megabytes: number;
  notes: readonly string[];
}

/** Runs a worker until it has done the job, or until a journal ends it: that one is skipped by the next worker. */
async function runWorker({ seed, to, keep }: Job, state: State): Promise<void> {
  const which = keep ? ['--only', `${state.next}`] : ['--from', `${state.next}`, '--runs', `${to - state.next}`];
  const child = fork(MAIN, ['--worker', '--seed', `${seed}`, ...which], {
    execArgv: [`--max-old-space-size=${MEMORY.heap}`],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc', 'pipe'],
  });
  let errors = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(-4_000);
  });
  child.stdio[PROGRESS]?.on('data', (operations: Buffer) => {
    state.operation = operations.toString('utf8').trimEnd().split('\n').at(-1) ?? '';
  });
  const how = await ended(child, state);
  if (/\n\s+at .+:\d+:\d+/.test(errors) && how === null)
    state.findings.push(finding(state, `writes to stderr: ${errors}`));
  if (how === null && state.next >= to) return;
  state.findings.push(finding(state, `${how ?? 'the process ended'} ${errors.trim().slice(-300)}`));
  state.next += 1;
}

function finding({ next, operation }: State, what: string): Finding {
  return { index: next, operation, what };
}

/** Resolves to how the worker failed, or `null`. */
function ended(child: ChildProcess, state: State): Promise<string | null> {
  return new Promise((resolve) => {
    let isHanging = false;
    const hang = setTimeout(() => {
      isHanging = true;
      child.kill('SIGKILL');
    }, HANGS_AFTER);
    child.on('message', (message: Message) => {
      hang.refresh();
      take(message, state);
    });
    child.once('exit', (code, signal) => {
      clearTimeout(hang);
      resolve(isHanging ? 'hangs' : code === 0 ? null : `ends the process (${signal ?? `exit code ${code}`})`);
    });
  });
}

function take(message: Message, state: State): void {
  if (message.kind === 'found') state.findings.push(message.finding);
  if (message.kind === 'ended') state.notes = message.notes;
  if (message.kind !== 'done') return;
  state.next = message.index + 1;
  state.megabytes = Math.max(state.megabytes, message.megabytes);
}

/** Does a job and prints what was found, each kind once. Returns the exit code. */
export async function watch(job: Job): Promise<number> {
  const started = Date.now();
  const { findings, journals, megabytes, notes } = await fuzz(job);
  for (const note of notes) console.log(note);
  for (const line of summary(findings, job.seed)) console.log(line);
  const seconds = ((Date.now() - started) / 1_000).toFixed(1);
  console.log(`${journals} journals of seed ${job.seed} in ${seconds} s, ${megabytes} MB: ${findings.length} findings`);
  return findings.length === 0 ? 0 : 1;
}

/** One entry for each kind of finding, with the smallest number that has it. */
export function summary(findings: readonly Finding[], seed: number): string[] {
  const kinds = new Map<string, Finding[]>();
  for (const one of findings) {
    const kind = `${one.operation} ${one.what.replaceAll(/\d+/g, '#').slice(0, 90)}`;
    kinds.set(kind, [...(kinds.get(kind) ?? []), one]);
  }
  const sorted = [...kinds.values()].sort((a, b) => b.length - a.length);
  return sorted.map(([first, ...others]) => {
    const { index, operation, what } = first as Finding;
    const more = others.length > 0 ? ` (and ${others.length} like it)` : '';
    return `${operation}: ${what}${more}\n    npm run fuzz -- --seed ${seed} --only ${index}`;
  });
}
