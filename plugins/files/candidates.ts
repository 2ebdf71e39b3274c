import { csv } from 'ax-autolog/analysis';
import {
  type AnyEvent,
  type CandidateData,
  type Envelope,
  type EventHandlers,
  handle,
  type Json,
  safeName,
} from 'ax-autolog/sink';
import { UniqueNames } from './names.js';
import type { Places } from './places.js';
import { jsonText, type OutputTree } from './tree.js';

const COLUMNS = [
  'candidateId',
  'by',
  'status',
  'reason',
  'fullScore',
  'trials',
  'best',
  'parents',
  'changed',
  'compileId',
];

interface Candidate {
  readonly [column: string]: Json | undefined;
  readonly candidateId: string;
  readonly compileId: string;
  by: string;
  status: string;
  reason: string;
  fullScore: number | null;
  trials: number;
  best: boolean;
  parents: string;
  changed: string;
}

/**
 * Writes `candidates.csv`: every candidate, its status and the reason. `candidates/<id>.json` has its texts and demos and the
 * evidence that the proposer used; `pareto.json` is the current front.
 */
export class Candidates {
  /** `null`: the event is not about a candidate. */
  static readonly #handlers: EventHandlers<void, [candidates: Candidates]> = {
    onRunStart: null,
    onCompileStart: (event, candidates) => candidates.#seed(event, event.data.seed),
    onEvalStart: null,
    onTrialStart: null,
    onExampleEnd: null,
    onTrialEnd: (event, candidates) => candidates.#evaluated(event),
    onCandidateProposed: (event, candidates) => candidates.#propose(event),
    onCandidateAccepted: (event, candidates) => candidates.#decide(event, 'accepted'),
    onCandidateRejected: (event, candidates) => candidates.#decide(event, 'rejected'),
    onBestChanged: (event, candidates) => candidates.#best(event),
    onParetoChanged: (event, candidates) => candidates.#front(event),
    onCertificate: null,
    onTraceEnd: null,
    onLMCall: null,
    onLog: null,
    onProgress: null,
    onWarning: null,
    onEvalEnd: null,
    onCompileEnd: null,
    onRunEnd: null,
  };

  readonly #names = new UniqueNames();
  readonly #rows = new Map<string, Candidate>();
  /** Each row as CSV text, cached because a search changes one of many rows at a time. */
  readonly #lines = new Map<Candidate, string>();

  readonly #tree: OutputTree;
  readonly #places: Places;

  constructor(tree: OutputTree, places: Places) {
    this.#tree = tree;
    this.#places = places;
  }

  take(event: AnyEvent): void {
    handle(Candidates.#handlers, event, this);
  }

  #seed(event: AnyEvent, candidate: CandidateData | null | undefined): void {
    if (!candidate) return;
    this.#set(event, candidate.id, { by: 'seed' });
    this.#putCandidate(candidate, { by: 'seed' });
  }

  #propose(event: Envelope<'onCandidateProposed'>): void {
    const { candidate, by, changed, evidence } = event.data;
    this.#set(event, candidate.id, { by, parents: candidate.parents.join(' '), changed: changed.join(' ') });
    this.#putCandidate(candidate, { by, changed, evidence });
  }

  #decide(event: Envelope<'onCandidateAccepted' | 'onCandidateRejected'>, status: string): void {
    const { candidateId, reason } = event.data;
    this.#set(event, candidateId, { status, reason });
  }

  #evaluated(event: Envelope<'onTrialEnd'>): void {
    const id = event.data.candidate?.id ?? event.candidateId;
    if (id === undefined) return;
    const { scope, score } = event.data;
    const row = this.#row(event, id);
    this.#set(event, id, { trials: row.trials + 1, fullScore: scope === 'full' ? score : row.fullScore });
  }

  #best(event: Envelope<'onBestChanged'>): void {
    for (const row of this.#rows.values()) {
      if (!row.best || row.compileId !== (event.compileId ?? '')) continue;
      row.best = false;
      this.#lines.set(row, csv(COLUMNS, [row], false));
    }
    this.#set(event, event.data.candidateId, { best: true });
  }

  #front(event: Envelope<'onParetoChanged'>): void {
    this.#tree.put(`${this.#places.ofCompile(event)}pareto.json`, () => jsonText(event.data));
  }

  #set(event: AnyEvent, id: string, about: Partial<Candidate>): void {
    const row = Object.assign(this.#row(event, id), about);
    this.#lines.set(row, csv(COLUMNS, [row], false));
    this.#tree.put('candidates.csv', () => csv(COLUMNS, []) + [...this.#lines.values()].join(''));
  }

  #row(event: AnyEvent, candidateId: string): Candidate {
    const compileId = event.compileId ?? '';
    const key = `${compileId} ${candidateId}`;
    const known = this.#rows.get(key) ?? {
      candidateId,
      compileId,
      by: '',
      status: '',
      reason: '',
      fullScore: null,
      trials: 0,
      best: false,
      parents: '',
      changed: '',
    };
    this.#rows.set(key, known);
    return known;
  }

  #putCandidate(candidate: CandidateData, about: Record<string, unknown>): void {
    const name = this.#names.get(candidate.id) ?? this.#names.assign(candidate.id, safeName(candidate.id));
    this.#tree.put(`candidates/${name}.json`, () => jsonText({ ...candidate, ...about }));
  }
}
