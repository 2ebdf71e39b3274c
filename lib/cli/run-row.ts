import { mainCompile, outcomeOf } from '../analysis/history/outcome.js';
import type { RunHistory } from '../analysis/history/types.js';
import { readRunHistory } from '../analysis/node.js';
import { AutologError } from '../contract/errors.js';
import type { RunKind, Status, TokensByRole } from '../contract/events.js';
import { hasLiveWriter } from '../journal/alive.js';

/** Row of a run in a list. Part of the `--json` output of `ls`. */
export interface RunRow {
  readonly runId: string;
  /** The run's folder. */
  readonly runDir: string;
  /** Name of the run; its id if the journal cannot be read. */
  readonly name: string;
  /** `null` if the journal cannot be read. */
  readonly kind: RunKind | null;
  /** `unreadable` if the journal cannot be read; see `problem`. */
  readonly status: Status | 'running' | 'unreadable';
  /** Whether the run is running and its process may still exist. */
  readonly alive: boolean;
  /** In milliseconds since the Unix epoch. */
  readonly startTime: number | null;
  /** In milliseconds since the Unix epoch; `null` while it is running. */
  readonly endTime: number | null;
  /** Time until its end, or until its last event if it has not ended, in milliseconds. */
  readonly durationMs: number | null;
  /** Labels of the optimizers, in order. */
  readonly optimizers: readonly string[];
  /** Seed's score in the full evaluations of the main compile. */
  readonly seedScore: number | null;
  /** Best score in the full evaluations of the main compile. Without a compile: score of the last evaluation. */
  readonly bestScore: number | null;
  /** Number of trials. */
  readonly trials: number;
  /** Number of evaluations outside every compile. */
  readonly evaluations: number;
  /** Number of LM calls. */
  readonly calls: number;
  /** Tokens of all LM calls. */
  readonly tokens: number;
  /** In US dollars; `null` if no call has a known price. */
  readonly cost: number | null;
  /** Why the journal, or the first bad part of it, cannot be read; `null` if all of it can. */
  readonly problem: string | null;
}

/**
 * Reads the row of a run, without its details. A journal that cannot be read is reported in the row; it does not throw.
 */
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

/** Sums the tokens of all roles. */
export function spentIn(tokens: TokensByRole): Pick<RunRow, 'calls' | 'tokens' | 'cost'> {
  const all = Object.values(tokens);
  const costs = all.flatMap(({ cost }) => (cost === undefined ? [] : [cost]));
  return {
    calls: all.reduce((sum, { calls }) => sum + calls, 0),
    tokens: all.reduce((sum, { total }) => sum + total, 0),
    cost: costs.length === 0 ? null : costs.reduce((sum, cost) => sum + cost, 0),
  };
}
