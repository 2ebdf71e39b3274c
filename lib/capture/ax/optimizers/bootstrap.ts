import type { CandidateInput, CompileTracker, EvaluationTracker } from '../../../track/types.js';
import { follow } from '../../observe/follow.js';
import { guard } from '../../observe/guard.js';
import { safeGet } from '../../observe/inspect.js';
import { endingOf, type Outcome } from '../../observe/outcome.js';
import type { ProgramDemos } from '../access/objects.js';
import { ExampleWatch, type PendingExample, traceIdOf } from '../watch/example-watch.js';
import type { CompileCall } from '../watch/optimizer-watch.js';

/** Inner methods of AxBootstrapFewShot that its trials are derived from. */
export const BOOTSTRAP_METHODS = ['compileRound'] as const;

/**
 * Records one `AxBootstrapFewShot.compile`. Each round is a trial: it runs the seed program on each example, with all
 * others as demos. Answers that reach `qualityThreshold` become the demos of the result. Each set of demos is a candidate.
 */
export class BootstrapWatch extends ExampleWatch {
  #round: { readonly trial: EvaluationTracker } | undefined;
  readonly #seed: CandidateInput;
  #last: { readonly example: unknown; readonly prediction: unknown; readonly score: unknown } | undefined;
  #collected = 0;
  #parent: string | undefined;

  constructor(compile: CompileTracker, call: CompileCall) {
    super(compile, call);
    const { texts, demos } = compile.seed ?? {};
    this.#seed = { texts: texts ?? {}, demos: demos ?? [] };
    this.#parent = compile.seed?.id;
  }

  applied(): void {}

  internal(name: string, run: () => unknown, args: unknown[]): unknown {
    if (name !== 'compileRound') return run();
    guard('opening a round', () => this.#startRound(args[2]));
    return follow(run, { thenables: 'follow', ended: (outcome) => this.#endRound(outcome) });
  }

  #startRound(round: unknown): void {
    const examples = this.call.examples;
    const trial = this.compile.startTrial({
      evaluator: 'BootstrapFewShot',
      candidate: this.#seed,
      phase: typeof round === 'number' ? `round ${round + 1}` : 'round',
      ...(Array.isArray(examples) ? { of: examples.length } : {}),
      derived: ['scope', 'candidate'],
    });
    this.#round = { trial };
  }

  protected trialFor(): EvaluationTracker | undefined {
    this.#collect();
    this.pending = [];
    return this.#round?.trial;
  }

  protected scored(pending: PendingExample, raw: unknown): void {
    this.removePending(pending);
    const { example, prediction, durationMs } = pending;
    const score = typeof raw === 'number' && Number.isFinite(raw) ? raw : null;
    pending.trial.example({ example, prediction, score, durationMs, ...traceIdOf(pending) });
    this.#last = { example, prediction, score: raw };
  }

  protected failed(pending: PendingExample): void {
    this.removePending(pending);
    const { example, prediction, error, durationMs } = pending;
    pending.trial.example({ example, prediction, score: null, error, durationMs, ...traceIdOf(pending) });
  }

  /** Records new demos. ax adds them after the metric has returned, so they are read at the next example or round end. */
  #collect(): void {
    const last = this.#last;
    this.#last = undefined;
    const traces = safeGet(this.self, 'traces');
    if (last === undefined || !Array.isArray(traces) || traces.length <= this.#collected) return;
    this.#collected = traces.length;
    const id = this.compile.propose(
      { ...this.#seed, demos: groupTraces(traces) },
      { ...(this.#parent ? { parents: [this.#parent] } : {}), by: 'bootstrap', evidence: last },
    );
    this.#parent = id;
    const score = typeof last.score === 'number' ? `score ${last.score}` : 'its score';
    const reason = `${score} reaches qualityThreshold ${String(safeGet(this.self, 'qualityThreshold'))}`;
    this.compile.accept(id, reason, { ...(this.#round ? { trialId: this.#round.trial.id } : {}), derived: ['reason'] });
  }

  finish(outcome: Outcome): Readonly<Record<string, unknown>> | undefined {
    this.#endRound(outcome);
    return undefined;
  }

  #endRound(outcome: Outcome): void {
    this.#collect();
    this.#round?.trial.end(endingOf(outcome));
    this.#round = undefined;
  }
}

/** Groups traces by program, as ax does to create demos. */
function groupTraces(traces: readonly unknown[]): ProgramDemos[] {
  const groups = new Map<string, unknown[]>();
  for (const entry of traces) {
    const id = String(safeGet(entry, 'programId'));
    groups.set(id, [...(groups.get(id) ?? []), safeGet(entry, 'trace')]);
  }
  return [...groups].map(([programId, group]) => ({ traces: group, programId }));
}
