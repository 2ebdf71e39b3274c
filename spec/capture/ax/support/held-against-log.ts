import * as ax from '@ax-llm/ax';
import { expect } from 'chai';
import type { AnyEvent } from '../../../../lib/contract/events.js';
import { resetWarnings } from '../../../../lib/support/warnings.js';
import { exact, questions, type ScriptOptions, scripted, twoPartProgram } from './scripted.js';
import { asLog, only, tracked } from './tracked.js';
import { capturing, type Line, readLog } from './verbose-log.js';

export type Metric = (call: { prediction: unknown; example: unknown }) => unknown;

export interface Setup {
  readonly args?: Record<string, unknown>;
  readonly options?: (seed: number) => Record<string, unknown>;
  readonly metric?: Metric;
  readonly script?: ScriptOptions;
  readonly program?: () => unknown;
  readonly train?: number;
}

export interface Outcome {
  readonly told: Line[];
  readonly derived: Line[];
  readonly events: readonly AnyEvent[];
  readonly error: unknown;
}

async function run(seed: number, setup: Setup): Promise<Outcome> {
  const { ai } = scripted(ax, { seed, ...setup.script });
  let lines: string[] = [];
  let error: unknown;
  const events = await tracked(async () => {
    const optimizer = new ax.AxGEPA({
      studentAI: ai,
      numTrials: 12,
      minibatchSize: 4,
      earlyStoppingTrials: 12,
      seed: seed + 1,
      verbose: true,
      ...setup.args,
    } as never);
    const program = setup.program?.() ?? twoPartProgram(ax);
    const options = { maxMetricCalls: 150, ...setup.options?.(seed) };
    ({ lines, error } = await capturing(() =>
      optimizer.compile(
        program as never,
        questions(setup.train ?? 10) as never,
        (setup.metric ?? exact) as never,
        options as never,
      ),
    ));
  });
  return { told: readLog(lines), derived: asLog(events), events, error };
}

/** Whatever belongs to a trial happens between its start and its end: its LM calls, too. */
function expectNested(events: readonly AnyEvent[]): void {
  const open = new Set<string>();
  for (const event of events) {
    if (event.type === 'onTrialStart') open.add(event.trialId ?? '');
    if (event.type === 'onLMCall' || event.type === 'onExampleEnd') {
      if (event.trialId !== undefined) expect(open.has(event.trialId)).to.equal(true);
      else expect(event.type === 'onLMCall' && event.data.role).to.equal('reflection');
    }
    if (event.type === 'onTrialEnd') open.delete(event.trialId ?? '');
  }
}

/** Every trial that starts ends, its size and mean are those of its examples, and its scope is that of its phase. */
function expectSound(events: readonly AnyEvent[]): void {
  const ends = only(events, 'onTrialEnd');
  expect(ends.map((end) => end.trialId)).to.have.members(only(events, 'onTrialStart').map((start) => start.trialId));
  expectNested(events);
  for (const { data, trialId } of ends) {
    const scores = events.flatMap((event) =>
      event.type === 'onExampleEnd' && event.trialId === trialId && event.data.score !== null ? [event.data.score] : [],
    );
    if (data.status === 'finished') expect(data.exampleScores.length).to.equal(data.n);
    expect(data.score).to.equal(scores.length === 0 ? null : scores.reduce((a, b) => a + b, 0) / scores.length);
    if (data.phase === 'bootstrap') continue;
    const full = /initial|validation/.test(data.phase ?? '');
    expect(data.scope).to.equal(full ? 'full' : 'minibatch');
  }
}

/** Runs GEPA for each seed and holds what was tracked against what it printed. */
export async function expectSame(seeds: readonly number[], setup: Setup): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const seed of seeds) {
    resetWarnings();
    const outcome = await run(seed, setup);
    expect(outcome.derived, `seed ${seed}`).to.deep.equal(outcome.told);
    expectSound(outcome.events);
    expect(only(outcome.events, 'onWarning'), `seed ${seed}`).to.deep.equal([]);
    outcomes.push(outcome);
  }
  return outcomes;
}

export const seeds = (count: number) => Array.from({ length: count }, (_, i) => i);
export const count = (outcomes: readonly Outcome[], kind: Line['kind'], phase?: string) =>
  outcomes
    .flatMap((one) => one.told)
    .filter((line) => line.kind === kind && (!phase || ('phase' in line && line.phase === phase))).length;
