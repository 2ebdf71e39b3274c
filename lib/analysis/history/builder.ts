import { type EventHandlers, handle } from '../../contract/event-table.js';
import type { AnyEvent, Envelope, EventData, TraceData } from '../../contract/events.js';
import { CompileDraft } from './compile.js';
import { EvaluationDraft } from './evaluation.js';
import { RunDraft } from './run.js';
import { Spending } from './spending.js';
import { TrialDraft } from './trial.js';
import type { Decision, RunHistory } from './types.js';
import { AppendOnlyList, isObject, textOf } from './values.js';

/** Options of {@link HistoryBuilder} and `readHistory`. */
export interface HistoryOptions {
  /** The run's folder. It is not read; it only appears in the history. */
  readonly runDir: string;
  /** Id of the run. Default: the run of the first event, or the folder's name before any event. */
  readonly runId?: string;
  /** Whether to keep traces. They make up most of a journal. Default `none`. */
  readonly traces?: 'none' | 'all';
  /**
   * Whether to keep the examples of trials and evaluations. Without them, `exampleScores` is filled when the trial or
   * evaluation ends. Default true.
   */
  readonly examples?: boolean;
}

/**
 * Builds the history of a run from its events, one at a time. `history()` can be called at any time and returns a
 * snapshot that later events do not change. Two snapshots share the parts that no event has touched in between, so a
 * live page can call it often.
 *
 * Events of other runs and of unknown types are ignored. A compile, trial or evaluation whose start is missing is built
 * from its other events.
 *
 * @experimental
 */
export class HistoryBuilder {
  /** `null`: handled by the drafts of the run, its compiles, trials and evaluations, or not part of a history. */
  static readonly #handlers: EventHandlers<void, [builder: HistoryBuilder]> = {
    onRunStart: null,
    onCompileStart: null,
    onEvalStart: null,
    onTrialStart: null,
    onExampleEnd: null,
    onTrialEnd: null,
    onCandidateProposed: null,
    onCandidateAccepted: (event, builder) => builder.#decide(event),
    onCandidateRejected: (event, builder) => builder.#decide(event),
    onBestChanged: (event, builder) => builder.#setBest(event),
    onParetoChanged: null,
    onCertificate: null,
    onTraceEnd: ({ data }, builder) => builder.#trace(data),
    onLMCall: ({ data, compileId }, builder) => builder.#call(data, compileId),
    onLog: null,
    onProgress: null,
    onWarning: null,
    onEvalEnd: null,
    onCompileEnd: null,
    onRunEnd: null,
  };

  readonly #runDir: string;
  readonly #keepsTraces: boolean;
  readonly #keepsExamples: boolean;
  readonly #run = new RunDraft();
  readonly #spending = new Spending();
  readonly #compiles = new Map<string, CompileDraft>();
  readonly #trials = new Map<string, TrialDraft>();
  readonly #evaluations = new Map<string, EvaluationDraft>();
  readonly #bestTrials = new Set<string>();
  readonly #decisions = new Map<string, Decision>();
  readonly #problems = new AppendOnlyList<RunHistory['problems'][number]>();
  #traces: ReadonlyMap<string, TraceData> = new Map();
  #newTraces: TraceData[] = [];
  #runId: string | null;
  #view: RunHistory | null = null;

  /** Creates a builder for one run. */
  constructor({ runDir, runId, traces = 'none', examples = true }: HistoryOptions) {
    this.#runDir = runDir;
    this.#runId = runId ?? null;
    this.#keepsTraces = traces === 'all';
    this.#keepsExamples = examples;
  }

  /** Adds a problem met while the journal was read, e.g. with code `AXL_JOURNAL_TORN`. */
  problem(code: string, message: string): void {
    this.#problems.push({ code, message });
    this.#view = null;
  }

  /** Adds the next event of the run. Never throws. */
  take(event: AnyEvent): void {
    this.#runId ??= event.runId === '' ? null : event.runId;
    if (event.runId !== this.#runId || !isObject(event.data)) return;
    this.#view = null;
    this.#run.take(event);
    handle(HistoryBuilder.#handlers, event, this);
    if (event.type === 'onExampleEnd' && !this.#keepsExamples) return;
    if (event.compileId !== undefined) this.#compile(event.compileId, event.time).take(event);
    if (event.trialId !== undefined) this.#takeTrial(event, event.trialId);
    else if (event.evalId !== undefined) this.#takeEvaluation(event, event.evalId);
  }

  /** Returns the history so far. It returns the same object until the next event or problem. */
  history(): RunHistory {
    this.#view ??= this.#build();
    return this.#view;
  }

  #compile(compileId: string, time: number): CompileDraft {
    const compile = this.#compiles.get(compileId) ?? new CompileDraft(compileId, time);
    this.#compiles.set(compileId, compile);
    return compile;
  }

  /** Counts a call for the run, for its compile and for every compile around that one. */
  #call(data: EventData['onLMCall'], compileId: string | undefined): void {
    this.#spending.add(data);
    const counted = new Set<CompileDraft>();
    let compile = compileId === undefined ? undefined : this.#compiles.get(compileId);
    for (; compile && !counted.has(compile); compile = this.#compiles.get(compile.parentCompileId ?? '')) {
      counted.add(compile);
      compile.call(data);
    }
  }

  #trace(data: TraceData): void {
    if (this.#keepsTraces) this.#newTraces.push(data);
  }

  #setBest({ compileId, data: { trialId } }: Envelope<'onBestChanged'>): void {
    if (compileId === undefined || trialId === null) return;
    this.#bestTrials.add(trialId);
    this.#trials.get(trialId)?.touch();
  }

  #decide(event: Envelope<'onCandidateAccepted' | 'onCandidateRejected'>): void {
    const { type, compileId, data, time } = event;
    if (compileId === undefined) return;
    const trialId = textOf(data.trialId, null);
    const accepted = type === 'onCandidateAccepted';
    const derived = Array.isArray(event.derived) && event.derived.length > 0;
    const decision = { accepted, reason: textOf(data.reason, ''), trialId, time, derived };
    this.#compile(compileId, time).decided(textOf(data.candidateId, ''), decision);
    if (trialId === null) return;
    this.#decisions.set(trialId, decision);
    this.#trials.get(trialId)?.touch();
  }

  #takeTrial(event: AnyEvent, trialId: string): void {
    if (!TrialDraft.isAbout(event.type)) return;
    const { compileId = '', time } = event;
    const trial = this.#trials.get(trialId) ?? new TrialDraft(trialId, compileId, time);
    this.#trials.set(trialId, trial);
    trial.take(event, this.#spending.spent());
    if (trial.candidateId !== null) this.#compiles.get(trial.compileId)?.tried(trial.candidateId, trialId);
  }

  #takeEvaluation(event: AnyEvent, evalId: string): void {
    if (!EvaluationDraft.isAbout(event.type)) return;
    const evaluation = this.#evaluations.get(evalId) ?? new EvaluationDraft(evalId, event.time);
    this.#evaluations.set(evalId, evaluation);
    evaluation.take(event, this.#spending.spent());
  }

  #build(): RunHistory {
    const runId = this.#runId ?? lastPart(this.#runDir);
    const { name, kind, ...run } = this.#run.view();
    const spent = this.#spending.spent();
    return {
      runId,
      runDir: this.#runDir,
      name: name ?? runId,
      kind: kind ?? this.#likelyKind(),
      ...run,
      compiles: assignIndexes(this.#compiles.values()).map(({ draft, index }) => draft.view(index)),
      trials: assignIndexes(this.#trials.values()).map(({ draft, index }) =>
        draft.view(index, spent, this.#outcome(draft)),
      ),
      evaluations: assignIndexes(this.#evaluations.values()).map(({ draft, index }) => draft.view(index, spent)),
      tokens: this.#spending.byRole(),
      problems: this.#problems.view(),
      traces: this.#allTraces(),
    };
  }

  #outcome({ trialId }: TrialDraft): Pick<RunHistory['trials'][number], 'isBest' | 'decision'> {
    return { isBest: this.#bestTrials.has(trialId), decision: this.#decisions.get(trialId) ?? null };
  }

  #likelyKind(): RunHistory['kind'] {
    if (this.#compiles.size > 0) return 'compile';
    return this.#evaluations.size > 0 ? 'eval' : 'user';
  }

  #allTraces(): ReadonlyMap<string, TraceData> {
    if (this.#newTraces.length > 0) {
      const added = this.#newTraces.map((trace) => [textOf(trace.traceId, ''), trace] as const);
      this.#traces = new Map([...this.#traces, ...added]);
      this.#newTraces = [];
    }
    return this.#traces;
  }
}

interface Draft {
  readonly index: number | null;
}

/**
 * Sorts drafts by index. Drafts whose start is missing have no index: in order of appearance, each gets the lowest free
 * one.
 */
function assignIndexes<D extends Draft>(drafts: Iterable<D>): readonly { readonly index: number; readonly draft: D }[] {
  const all = [...drafts];
  const taken = new Set(all.map(({ index }) => index));
  let free = 0;
  const next = (): number => {
    while (taken.has(free)) free += 1;
    taken.add(free);
    return free;
  };
  return all.map((draft) => ({ draft, index: draft.index ?? next() })).sort((a, b) => a.index - b.index);
}

/** Returns the last part of a path. Browsers have no `node:path`. */
function lastPart(path: string): string {
  return path.split(/[\\/]/).findLast((part) => part !== '') ?? '';
}
