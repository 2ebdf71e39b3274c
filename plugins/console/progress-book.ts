import { type AnyEvent, type Envelope, type EventHandlers, handle, type JsonObject } from 'ax-autolog/sink';
import { type Progress, update } from './progress.js';

/** Settings that limit a compile. The first one that is set counts: a budget of metric calls, or a number of trials. */
const TOTALS: readonly (readonly [name: string, of: 'examples' | 'trials'])[] = [
  ['maxMetricCalls', 'examples'],
  ['numTrials', 'trials'],
  ['maxTrials', 'trials'],
  ['maxRounds', 'trials'],
  ['maxEpochs', 'trials'],
];

/** Keeps the progress of every compile and evaluation that is running. */
export class ProgressBook {
  /** `null`: the event neither starts a compile or evaluation nor ends a run. */
  static readonly #handlers: EventHandlers<void, [book: ProgressBook]> = {
    onRunStart: ({ runId, data }, book) => void book.#runNames.set(runId, data.name),
    onCompileStart: (event, book) => book.#startCompile(event),
    onEvalStart: (event, book) => book.#startEval(event),
    onTrialStart: null,
    onExampleEnd: null,
    onTrialEnd: null,
    onCandidateProposed: null,
    onCandidateAccepted: null,
    onCandidateRejected: null,
    onBestChanged: null,
    onParetoChanged: null,
    onCertificate: null,
    onTraceEnd: null,
    onLMCall: null,
    onLog: null,
    onProgress: null,
    onWarning: null,
    onEvalEnd: null,
    onCompileEnd: null,
    onRunEnd: ({ runId }, book) => book.#forgetRun(runId),
  };

  readonly #byId = new Map<string, Progress>();
  readonly #outer = new Map<string, string>();
  readonly #runNames = new Map<string, string>();

  /**
   * Updates the compile or evaluation that the event belongs to and returns its progress, or `null` if the event belongs to
   * none that is running.
   */
  take(event: AnyEvent): Progress | null {
    handle(ProgressBook.#handlers, event, this);
    const progress = this.#of(event);
    if (!progress) return null;
    update(progress, event);
    return progress;
  }

  /** The compile or evaluation that had the latest event, or `null`. */
  get latest(): Progress | null {
    let latest: Progress | null = null;
    for (const progress of this.#byId.values()) if (!latest || progress.lastTime >= latest.lastTime) latest = progress;
    return latest;
  }

  get size(): number {
    return this.#byId.size;
  }

  /** Running compiles that have ended at least one trial. */
  get unfinished(): Progress[] {
    return [...this.#byId.values()].filter(({ kind, trials }) => kind === 'compile' && trials.length > 0);
  }

  end(progress: Progress): void {
    this.#byId.delete(progress.id);
    for (const [inner, outer] of this.#outer) if (outer === progress.id) this.#outer.delete(inner);
  }

  nameOf(runId: string): string {
    return this.#runNames.get(runId) ?? runId;
  }

  #of(event: AnyEvent): Progress | null {
    const id = event.compileId ?? event.evalId;
    if (id !== undefined) return this.#byId.get(this.#outer.get(id) ?? id) ?? null;
    if (event.type !== 'onLMCall') return null;
    const ofRun = [...this.#byId.values()].filter((progress) => progress.runId === event.runId);
    return ofRun.length === 1 ? (ofRun[0] ?? null) : null;
  }

  #startCompile({ compileId = '', runId, time, data }: Envelope<'onCompileStart'>): void {
    const parent = data.parentCompileId;
    const root = parent === undefined ? undefined : (this.#outer.get(parent) ?? parent);
    if (root !== undefined && this.#byId.has(root)) {
      this.#outer.set(compileId, root);
      return;
    }
    const total = totalOf(data.options) ?? totalOf(data.hyperparameters);
    this.#byId.set(
      compileId,
      begin({ kind: 'compile', id: compileId, runId, label: data.optimizer, startedAt: time, total }),
    );
  }

  #startEval({ evalId = '', runId, time, data }: Envelope<'onEvalStart'>): void {
    const total = data.devset ? { of: 'examples' as const, count: data.devset.size } : null;
    this.#byId.set(evalId, begin({ kind: 'eval', id: evalId, runId, label: data.name, startedAt: time, total }));
  }

  #forgetRun(runId: string): void {
    this.#runNames.delete(runId);
    for (const progress of [...this.#byId.values()]) if (progress.runId === runId) this.end(progress);
  }
}

type Beginning = Pick<Progress, 'kind' | 'id' | 'runId' | 'label' | 'startedAt' | 'total'>;

function begin(about: Beginning): Progress {
  const nothing = { reported: null, trial: null, score: null, best: null, bestTrial: null };
  const counts = { started: 0, examples: 0, scored: 0, calls: 0, tokens: 0 };
  return { ...about, lastTime: about.startedAt, trials: [], decisions: new Map(), ...nothing, ...counts };
}

function totalOf(settings: JsonObject | undefined): Progress['total'] {
  for (const [name, of] of TOTALS) {
    const count = settings?.[name];
    if (typeof count === 'number' && Number.isFinite(count) && count > 0) return { of, count };
  }
  return null;
}
