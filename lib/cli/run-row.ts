import { mainCompile, outcomeOf } from '../analysis/history/outcome.js';
import type { RunHistory } from '../analysis/history/types.js';
import { readRunHistory } from '../analysis/node.js';
import { AutologError } from '../contract/errors.js';
import type { RunKind, Status, TokensByRole } from '../contract/events.js';
import { hasLiveWriter } from '../journal/alive.js';

/** What a list says of a run. */
export interface RunRow {
  readonly runId: string;
  readonly runDir: string;
  readonly name: string;
  /** `null` where the journal cannot be read. */
  readonly kind: RunKind | null;
  /** `unreadable`: `problem` says why. */
  readonly status: Status | 'running' | 'unreadable';
  /** Whether the process of a run that has not ended may be there; `false` for one that has. */
  readonly alive: boolean;
  /** Milliseconds since the Unix epoch. */
  readonly startTime: number | null;
  readonly endTime: number | null;
  /** Until its end, or its last event; in milliseconds. */
  readonly durationMs: number | null;
  /** Labels of the optimizers, in order. */
  readonly optimizers: readonly string[];
  /** Of the main compile's full evaluations. */
  readonly seedScore: number | null;
  /** Of the main compile's full evaluations; of the last evaluation, where nothing was compiled. */
  readonly bestScore: number | null;
  readonly trials: number;
  readonly evaluations: number;
  readonly calls: number;
  readonly tokens: number;
  /** In US dollars; `null` where no call had a price. */
  readonly cost: number | null;
  /** Why it cannot be read, or what of it. */
  readonly problem: string | null;
}

/** Reads what a list says of a run, without its details. Never throws for what is wrong with the journal. */
export function runRow(runId: string, runDir: string): RunRow {
  try {
    return rowOf(runId, readRunHistory(runDir, { detail: 'outline' }));
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    if (!(error instanceof AutologError) && !(error instanceof Error && 'code' in error)) throw error;
    return { ...NOTHING, runId, runDir, name: runId, problem };
  }
}

const NOTHING = {
  kind: null,
  status: 'unreadable',
  alive: false,
  startTime: null,
  endTime: null,
  durationMs: null,
  optimizers: [],
  seedScore: null,
  bestScore: null,
  trials: 0,
  evaluations: 0,
  calls: 0,
  tokens: 0,
  cost: null,
} as const;

function rowOf(runId: string, run: RunHistory): RunRow {
  const compile = mainCompile(run);
  const outcome = compile && outcomeOf(compile, run.trials);
  return {
    runId,
    runDir: run.runDir,
    name: run.name,
    kind: run.kind,
    status: run.status,
    alive: run.status === 'running' && hasLiveWriter(run.runDir),
    startTime: run.startTime,
    endTime: run.endTime,
    durationMs: (run.endTime ?? run.lastTime) - run.startTime,
    optimizers: run.compiles.map(({ optimizer }) => optimizer),
    seedScore: outcome?.seed ?? null,
    bestScore: compile ? (outcome?.best ?? null) : (run.evaluations.at(-1)?.score ?? null),
    trials: run.trials.length,
    evaluations: run.evaluations.length,
    ...spentIn(run.tokens),
    problem: run.problems[0]?.message ?? null,
  };
}

/** All LM calls together. */
export function spentIn(tokens: TokensByRole): Pick<RunRow, 'calls' | 'tokens' | 'cost'> {
  const all = Object.values(tokens);
  const costs = all.flatMap(({ cost }) => (cost === undefined ? [] : [cost]));
  return {
    calls: all.reduce((sum, { calls }) => sum + calls, 0),
    tokens: all.reduce((sum, { total }) => sum + total, 0),
    cost: costs.length === 0 ? null : costs.reduce((sum, cost) => sum + cost, 0),
  };
}
