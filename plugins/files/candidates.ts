import { csv } from '../../lib/analysis/format/csv.js';
import type { AnyEvent, CandidateData, Envelope, Json } from '../../lib/contract/events.js';
import { safeName } from './names.js';
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
 * `candidates.csv`: every candidate, what became of it and why. `candidates/<id>.json` has its texts and demos and what
 * the proposer saw; `pareto.json` is the current front.
 */
export class Candidates {
  readonly #rows = new Map<string, Candidate>();
  /** Each row as text: a search changes one of many at a time. */
  readonly #lines = new Map<Candidate, string>();

  readonly #tree: OutputTree;
  readonly #places: Places;

  constructor(tree: OutputTree, places: Places) {
    this.#tree = tree;
    this.#places = places;
  }

  take(event: AnyEvent): void {
    switch (event.type) {
      case 'onCompileStart':
        if (event.data.seed) this.#seed(event, event.data.seed);
        return;
      case 'onCandidateProposed':
        this.#propose(event);
        return;
      case 'onCandidateAccepted':
        this.#set(event, event.data.candidateId, { status: 'accepted', reason: event.data.reason });
        return;
      case 'onCandidateRejected':
        this.#set(event, event.data.candidateId, { status: 'rejected', reason: event.data.reason });
        return;
      case 'onTrialEnd':
        this.#evaluated(event);
        return;
      case 'onBestChanged':
        this.#best(event);
        return;
      case 'onParetoChanged':
        this.#tree.put(`${this.#places.ofCompile(event)}pareto.json`, () => jsonText(event.data));
        return;
      default:
        return;
    }
  }

  #seed(event: AnyEvent, candidate: CandidateData): void {
    this.#set(event, candidate.id, { by: 'seed' });
    this.#putCandidate(candidate, { by: 'seed' });
  }

  #propose(event: Envelope<'onCandidateProposed'>): void {
    const { candidate, by, changed, evidence } = event.data;
    this.#set(event, candidate.id, { by, parents: candidate.parents.join(' '), changed: changed.join(' ') });
    this.#putCandidate(candidate, { by, changed, evidence });
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
    this.#tree.put(`candidates/${safeName(candidate.id)}.json`, () => jsonText({ ...candidate, ...about }));
  }
}
