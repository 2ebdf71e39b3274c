import {
  type AnyEvent,
  type CandidateData,
  type Envelope,
  type EventHandlers,
  handle,
  safeName,
} from 'ax-autolog/sink';
import { putExamples } from './datasets.js';
import { UniqueNames } from './names.js';
import { isoTime } from './places.js';
import { byIndex, RESULT_COLUMNS, resultRow } from './results.js';
import { GrowingTable } from './table.js';
import { jsonText, type OutputTree } from './tree.js';

/** A trial or evaluation that has not ended. */
interface Open {
  folder: string;
  readonly results: GrowingTable;
}

/**
 * Writes `trials/003-full/` and, for evaluations outside a compile, `evals/000-eval/`: the candidate (`candidate.json`), the
 * outcome (`trial.json` or `eval.json`) and each example's result (`results.csv`). While a trial runs whose series is not
 * known yet, its folder is `trials/003-running/`.
 */
export class Evaluations {
  /** `null`: the event is not about one trial or evaluation. */
  static readonly #handlers: EventHandlers<void, [evaluations: Evaluations]> = {
    onRunStart: null,
    onCompileStart: null,
    onEvalStart: (event, evaluations) => evaluations.#startEval(event),
    onTrialStart: (event, evaluations) => evaluations.#startTrial(event),
    onExampleEnd: (event, evaluations) => evaluations.#example(event),
    onTrialEnd: (event, evaluations) => evaluations.#endTrial(event),
    onCandidateProposed: null,
    onCandidateAccepted: (event, evaluations) => evaluations.#decide(event),
    onCandidateRejected: (event, evaluations) => evaluations.#decide(event),
    onBestChanged: null,
    onParetoChanged: null,
    onCertificate: null,
    onTraceEnd: null,
    onLMCall: null,
    onLog: null,
    onProgress: null,
    onWarning: null,
    onEvalEnd: (event, evaluations) => evaluations.#endEval(event),
    onCompileEnd: null,
    onRunEnd: null,
  };

  readonly #open = new Map<string, Open>();
  readonly #names = new UniqueNames();
  readonly #started = new Map<string, Record<string, unknown>>();

  readonly #tree: OutputTree;

  constructor(tree: OutputTree) {
    this.#tree = tree;
  }

  take(event: AnyEvent): void {
    handle(Evaluations.#handlers, event, this);
  }

  #startTrial(event: Envelope<'onTrialStart'>): void {
    const { candidate, ...identity } = event.data;
    const folder = this.#move(event, `trials/${numbered(identity.index, identity.key ?? 'running')}`).folder;
    const record = { ...placed(event), ...identity, status: 'running', startedAt: isoTime(event.time) };
    this.#put(folder, 'trial.json', event.trialId ?? '', record);
    this.#putCandidate(folder, candidate);
  }

  #endTrial(event: Envelope<'onTrialEnd'>): void {
    const { candidate, exampleScores, ...about } = event.data;
    const { folder, results } = this.#move(event, `trials/${numbered(about.index, about.key ?? 'unknown')}`);
    const scores = results.size < (exampleScores?.length ?? 0) ? { exampleScores } : {};
    const record = { ...this.#started.get(event.trialId ?? ''), ...placed(event), ...about, ...scores };
    this.#put(folder, 'trial.json', event.trialId ?? '', { ...record, endedAt: isoTime(event.time) });
    this.#putCandidate(folder, candidate);
    this.#finish(event.trialId ?? '', folder, results);
  }

  #startEval(event: Envelope<'onEvalStart'>): void {
    const { candidate, devset, lms, hyperparameters, options, ...about } = event.data;
    const { folder } = this.#move(event, `evals/${numbered(about.index, about.key)}`);
    const settings = { hyperparameters, options, lms };
    const record = { ...placed(event), ...about, status: 'running', startedAt: isoTime(event.time), ...settings };
    this.#put(folder, 'eval.json', event.evalId ?? '', record);
    this.#putCandidate(folder, candidate);
    putExamples(this.#tree, `${folder}/devset.jsonl`, devset);
  }

  #endEval(event: Envelope<'onEvalEnd'>): void {
    const { exampleScores, ...about } = event.data;
    const { folder, results } = this.#opened(event);
    const scores = results.size < (exampleScores?.length ?? 0) ? { exampleScores } : {};
    const record = { ...this.#started.get(event.evalId ?? ''), ...placed(event), ...about, ...scores };
    this.#put(folder, 'eval.json', event.evalId ?? '', { ...record, endedAt: isoTime(event.time) });
    this.#finish(event.evalId ?? '', folder, results);
  }

  #example(event: Envelope<'onExampleEnd'>): void {
    this.#opened(event).results.add(resultRow(event.data));
  }

  /** Adds a decision to its trial, if it names one. `candidates.csv` has all decisions. */
  #decide(event: Envelope<'onCandidateAccepted' | 'onCandidateRejected'>): void {
    const id = event.data.trialId ?? '';
    const [folder, record] = [this.#names.get(id), this.#started.get(id)];
    if (folder === undefined || record === undefined) return;
    const decision = event.type === 'onCandidateAccepted' ? 'accepted' : 'rejected';
    this.#put(folder, 'trial.json', id, { ...record, decision, reason: event.data.reason });
  }

  /** Returns the open trial or evaluation of an event. If its start is missing, it is opened now. */
  #opened(event: AnyEvent): Open {
    const id = event.trialId ?? event.evalId ?? '';
    const known = this.#open.get(id);
    if (known) return known;
    const parent = event.trialId === undefined ? 'evals' : 'trials';
    const folder = this.#names.get(id) ?? this.#names.assign(id, `${parent}/unknown-${safeName(id)}`);
    const opened = { folder, results: new GrowingTable(RESULT_COLUMNS, true) };
    this.#open.set(id, opened);
    this.#tree.table(`${folder}/results.csv`, opened.results);
    return opened;
  }

  /** Names the folder of a trial or evaluation, and removes the folder of its former name. */
  #move(event: AnyEvent, wanted: string): Open {
    const id = event.trialId ?? event.evalId ?? '';
    const former = this.#open.get(id)?.folder;
    const folder = this.#names.assign(id, wanted);
    const opened = this.#opened(event);
    if (former === undefined || former === folder) return opened;
    this.#tree.release(`${former}/results.csv`);
    this.#tree.removeFolder(former);
    opened.folder = folder;
    this.#tree.table(`${folder}/results.csv`, opened.results);
    return opened;
  }

  #finish(id: string, folder: string, results: GrowingTable): void {
    this.#open.delete(id);
    this.#tree.release(`${folder}/results.csv`);
    if (results.size > 0) this.#tree.put(`${folder}/results.csv`, () => results.render(byIndex));
  }

  #put(folder: string, file: string, id: string, record: Record<string, unknown>): void {
    this.#started.set(id, record);
    this.#tree.put(`${folder}/${file}`, () => jsonText(record));
  }

  #putCandidate(folder: string, candidate: CandidateData | null | undefined): void {
    if (candidate) this.#tree.put(`${folder}/candidate.json`, () => jsonText(candidate));
  }
}

function placed({ trialId, evalId, compileId, candidateId }: AnyEvent): Record<string, unknown> {
  return { trialId, evalId, compileId, candidateId };
}

function numbered(index: number, key: string): string {
  return `${String(index).padStart(3, '0')}-${safeName(key)}`;
}
